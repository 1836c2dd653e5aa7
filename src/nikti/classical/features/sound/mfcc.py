"""The smooth shape of the spectrum: cepstral coefficients on the mel scale, over the frames that are heard
(Davis & Mermelstein, IEEE Trans. ASSP 28, 1980)."""

from __future__ import annotations

import numpy as np
from scipy.fft import dct

from nikti.classical.features._measured import Measured
from nikti.classical.features.sound import _frames
from nikti.core.words import Words

TITLE = Words(
    en="MFCC: mel-frequency cepstral coefficients with deltas, over frames that are heard",
    bn="MFCC: মেল-কম্পাঙ্কের সেপস্ট্রাল সহগ ও ডেল্টা, যেসব ফ্রেমে শব্দ আছে",
)
STATELESS = True

BANDS, COEFFICIENTS = 40, 20
#: Frames on each side that a delta is the slope of (Furui, IEEE Trans. ASSP 34, 1986).
REACH = 2


def build() -> Measured:
    """The transformer of this file."""
    return Measured("sound", "mfcc")


def names(sample_shape: tuple[int]) -> list[str]:
    """Column names; the length does not matter."""
    plain = [f"MFCC: coefficient {k}" for k in range(COEFFICIENTS)]
    second = [f"MFCC: second delta of coefficient {k}, deviation" for k in range(COEFFICIENTS)]
    deltas = [f"MFCC: delta of coefficient {k}, deviation" for k in range(COEFFICIENTS)]
    return [*_frames.named(plain), *deltas, *second]


def measure(batch: np.ndarray) -> np.ndarray:
    """float32 [m, samples] -> [m, COEFFICIENTS * 9]."""
    return np.stack([_one(wave) for wave in batch])


def _one(wave: np.ndarray) -> np.ndarray:
    spectra = _frames.power(wave)
    heard = _frames.heard(spectra)
    found = coefficients(spectra)
    first = deltas(found)
    changes = [part[heard].std(axis=0) if heard.any() else part[0] * 0 for part in (first, deltas(first))]
    return np.concatenate([_frames.statistics(found[heard]), *changes])


def coefficients(spectra: np.ndarray) -> np.ndarray:
    """[frames, COEFFICIENTS] of spectra [frames, lines]: the orthonormal DCT-II of the log mel bands."""
    return dct(_frames.log_mel(spectra, BANDS), type=2, norm="ortho", axis=1)[:, :COEFFICIENTS]


def deltas(values: np.ndarray) -> np.ndarray:
    """The slope of each column over REACH frames on each side, [frames, k]; the ends are held."""
    held = np.pad(values, ((REACH, REACH), (0, 0)), mode="edge")
    count = len(values)
    parts = [
        k * (held[REACH + k : REACH + k + count] - held[REACH - k : REACH - k + count])
        for k in range(1, REACH + 1)
    ]
    return sum(parts) / (2 * sum(k * k for k in range(1, REACH + 1)))
