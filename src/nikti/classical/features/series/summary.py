"""The numbers everyone would note about a series first."""

from __future__ import annotations

import numpy as np

from nikti.classical.features._measured import Measured
from nikti.classical.features.series._channels import (
    channel_names,
    filled,
    longest_run,
    standardised,
)
from nikti.core.words import Words

TITLE = Words(
    en="summary: level, spread, extremes, trend, crossings; how channels go together",
    bn="সারাংশ: স্তর, বিস্তার, চরম মান, প্রবণতা, ছেদ; চ্যানেলগুলো একসঙ্গে কীভাবে চলে",
)
STATELESS = True

QUANTILES = (10, 25, 50, 75, 90)
NAMES = [
    *("mean", "standard deviation", "skewness", "kurtosis", "minimum", "maximum", "range"),
    *(f"{share}% quantile" for share in QUANTILES),
    *("slope (change over the whole length)", "first value", "last value", "last less first value"),
    *("place of maximum (0 start, 1 end)", "place of minimum (0 start, 1 end)"),
    *("crossings of the mean (per sample)", "longest run above the mean (share)"),
    *("longest run below the mean (share)", "share of samples above the mean"),
    *("energy (mean square)", "mean change between samples", "mean absolute change between samples"),
    *("largest rise between samples", "largest fall between samples", "peaks (per sample)", "share missing"),
]
#: Up to this many channels every pair's correlation is a column, beyond it each channel's with the mean.
PAIRED_CHANNELS = 12


def build() -> Measured:
    """The transformer of this file."""
    return Measured("series", "summary")


def cost(sample_shape: tuple[int, int]) -> float:
    """Seconds per series on the reference machine."""
    channels, length = sample_shape
    return 3e-6 + channels * (5e-6 + 2e-7 * length)


def names(sample_shape: tuple[int, int]) -> list[str]:
    """Column names for series [channels, length]; the length does not matter."""
    channels = sample_shape[0]
    together = [f"correlation of channels {a + 1} and {b + 1}" for a, b in _pairs(channels)]
    if channels > PAIRED_CHANNELS:
        together = [f"correlation of channel {a + 1} with the mean of all" for a in range(channels)]
    return [*channel_names(channels, NAMES), *together, "length (samples)"]


def measure(stack: np.ndarray) -> np.ndarray:
    """float32 [m, channels, length] -> [m, d]; skewness and kurtosis (of a normal law: 0) are the
    plain moments; the slope is the least-squares line's rise from first to last sample."""
    m, channels, length = stack.shape
    x = filled(stack)
    z = standardised(x)
    mean, spread = x.mean(axis=-1), x.std(axis=-1)
    low, high = x.min(axis=-1), x.max(axis=-1)
    place = np.linspace(-0.5, 0.5, length)
    slope = (x - mean[..., None]) @ place / max(place @ place, 1e-300)
    change = np.diff(x, axis=-1) if length > 1 else np.zeros((m, channels, 1))
    above = z > 0
    below = z < 0
    peaks = (x[..., 1:-1] > x[..., :-2]) & (x[..., 1:-1] >= x[..., 2:])
    last = max(length - 1, 1)
    columns = [
        *(mean, spread, (z**3).mean(axis=-1), (z**4).mean(axis=-1) - 3 * (spread > 0)),
        *(low, high, high - low, *np.quantile(x, np.array(QUANTILES) / 100, axis=-1)),
        *(slope, x[..., 0], x[..., -1], x[..., -1] - x[..., 0]),
        *(x.argmax(axis=-1) / last, x.argmin(axis=-1) / last),
        (above[..., 1:] != above[..., :-1]).sum(axis=-1) / length,
        *(longest_run(above) / length, longest_run(below) / length, above.mean(axis=-1)),
        *((x**2).mean(axis=-1), change.mean(axis=-1), np.abs(change).mean(axis=-1)),
        *(change.max(axis=-1), change.min(axis=-1), peaks.sum(axis=-1) / length),
        (~np.isfinite(stack)).mean(axis=-1),
    ]
    each = np.stack(columns, axis=-1).reshape(m, -1)  # [m, channels * 29]
    return np.hstack([each, _together(z), np.full((m, 1), length)])


def _pairs(channels: int) -> list[tuple[int, int]]:
    if channels > PAIRED_CHANNELS:
        return []
    return [(a, b) for a in range(channels) for b in range(a + 1, channels)]


def _together(z: np.ndarray) -> np.ndarray:
    """Pearson correlations between channels of standardised series [m, channels, length]."""
    m, channels, length = z.shape
    if channels > PAIRED_CHANNELS:
        common = standardised(z.mean(axis=1, keepdims=True))
        return (z * common).mean(axis=-1)
    matrix = z @ z.transpose(0, 2, 1) / length
    pairs = _pairs(channels)
    return np.stack([matrix[:, a, b] for a, b in pairs], axis=1) if pairs else np.empty((m, 0))
