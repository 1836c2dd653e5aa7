"""What several series features share: gaps filled, and columns named by channel."""

from __future__ import annotations

import numpy as np

#: Samples that spectra and dynamics need.
SHORTEST = 8


def filled(stack: np.ndarray) -> np.ndarray:
    """The same series float64 [m, channels, length] with missing or infinite values on the straight
    line between their neighbours (beyond the first and last: level); 0 where nothing is known."""
    values = stack.astype(np.float64)
    known = np.isfinite(values)
    if known.all():
        return values
    length = values.shape[-1]
    rows, known = values.reshape(-1, length), known.reshape(-1, length)
    for row in np.flatnonzero(~known.all(axis=1)):
        at = np.flatnonzero(known[row])
        rows[row] = np.interp(np.arange(length), at, rows[row, at]) if len(at) else 0
    return rows.reshape(values.shape)


def stretched(values: np.ndarray) -> np.ndarray:
    """The same series, those shorter than SHORTEST drawn out to it on straight lines, so that one stub
    among long series is measured too."""
    length = values.shape[-1]
    if length >= SHORTEST:
        return values
    place = np.linspace(0, length - 1, SHORTEST)
    below = place.astype(int)
    above = np.minimum(below + 1, length - 1)
    return values[..., below] + (values[..., above] - values[..., below]) * (place - below)


def channel_names(channels: int, names: list[str]) -> list[str]:
    """ "channel 1: mean", ...: all names of the first channel, then of the second."""
    return [f"channel {channel}: {name}" for channel in range(1, channels + 1) for name in names]


def standardised(values: np.ndarray) -> np.ndarray:
    """Mean 0 and standard deviation 1 along the last axis; 0 where a series does not change."""
    centred = values - values.mean(axis=-1, keepdims=True)
    spread = centred.std(axis=-1, keepdims=True)
    size = np.abs(values).max(axis=-1, keepdims=True)
    level = spread <= 1e-9 * size  # what rounding leaves of a constant
    return np.where(level, 0, centred / np.where(level, 1, spread))


def ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """above / below, and 0 where below is 0."""
    zero = np.abs(below) < 1e-300
    return np.where(zero, 0, above / np.where(zero, 1, below))


def longest_run(flags: np.ndarray) -> np.ndarray:
    """Length of the longest run of True along the last axis: bool [..., length] -> int [...]."""
    position = np.arange(1, flags.shape[-1] + 1)
    last_false = np.maximum.accumulate(np.where(flags, 0, position), axis=-1)
    return (position - last_false).max(axis=-1)
