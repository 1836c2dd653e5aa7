"""The mel scale, on which equal steps are heard as equal, and the bands of a spectrum that lie on it.

Both sides, the page and explanations divide sounds into the same bands. Pure numpy.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np


def from_hertz(hertz: np.ndarray | float) -> np.ndarray:
    """Mel of frequencies: 2595 log10(1 + f / 700) (O'Shaughnessy, Speech Communication, 1987, p. 150).

    >>> float(from_hertz(1000.0).round(1))
    1000.0
    """
    return 2595.0 * np.log10(1.0 + np.asarray(hertz, dtype=np.float64) / 700.0)


def to_hertz(mel: np.ndarray | float) -> np.ndarray:
    """Frequencies of mel: the inverse of `from_hertz`."""
    return 700.0 * (10.0 ** (np.asarray(mel, dtype=np.float64) / 2595.0) - 1.0)


def edges(bands: int, low: float, high: float) -> np.ndarray:
    """Where bands begin, peak and end, in Hz: float64 [bands + 2], equally far apart in mel. A band reaches
    from the peak of the one before to the peak of the one behind."""
    return to_hertz(np.linspace(from_hertz(low), from_hertz(high), bands + 2))


@lru_cache(maxsize=16)
def filters(bands: int, size: int, rate: int, low: float = 0.0, high: float = 0.0) -> np.ndarray:
    """Triangular weights float32 [bands, size // 2 + 1] of the lines of a spectrum of `size` samples, `rate`
    of them a second (Davis & Mermelstein, IEEE Trans. ASSP 28, 1980, figure 1). Each band's weights add up to
    1, so that it is a mean power. high: in Hz, 0 for all there is. A band between two lines gets the nearest
    one. Read only, as it is kept.
    """
    place = edges(bands, low, high or rate / 2)
    lines = np.arange(size // 2 + 1) * (rate / size)
    rise = (lines - place[:-2, None]) / np.diff(place)[:-1, None]
    fall = (place[2:, None] - lines) / np.diff(place)[1:, None]
    weights = np.maximum(0.0, np.minimum(rise, fall))
    empty = np.flatnonzero(weights.sum(axis=1) <= 0)
    weights[empty, np.abs(lines - place[1:-1][empty, None]).argmin(axis=1)] = 1.0
    weights = (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
    weights.setflags(write=False)
    return weights
