"""What happens when: quantiles, mean and slope of each part of the series and of its changes.

Dyadic parts as in A. Dempster, D. Schmidt, G. Webb, QUANT: a minimalist interval method for time series
classification, DMKD 2024, with a number of parts that does not depend on the length, so that series of
unequal lengths have the same columns; mean, spread and slope as in H. Deng et al., A time series
forest for classification and feature extraction, Information Sciences 2013.
"""

from __future__ import annotations

import numpy as np

from nikti.classical.features._measured import Measured
from nikti.classical.features.series._channels import channel_names, filled
from nikti.core.words import Words

TITLE = Words(
    en="intervals: level, spread, slope and quantiles of each part of the series and of its changes",
    bn="খণ্ড: সময়ক্রম ও তার পরিবর্তনের প্রতিটি অংশের স্তর, বিস্তার, ঢাল ও কোয়ান্টাইল",
)
STATELESS = True

#: number of equal parts -> quantiles of each (in %); fine parts hold few samples.
QUANTILES = {
    1: tuple(range(0, 101, 10)),
    2: (0, 10, 25, 50, 75, 90, 100),
    4: (0, 25, 50, 75, 100),
    8: (0, 50, 100),
}
FINEST = 16
#: Beyond so many channels the finest parts are left out, to keep the table in bounds.
MANY_CHANNELS = 12
WHAT = ("value", "change")


def build() -> Measured:
    """The transformer of this file."""
    return Measured("series", "intervals")


def cost(sample_shape: tuple[int, int]) -> float:
    """Seconds per series on the reference machine."""
    channels, length = sample_shape
    return 1.5e-5 + channels * (1e-5 + 1.2e-7 * length)


def names(sample_shape: tuple[int, int]) -> list[str]:
    """Column names for series [channels, length]; the length does not matter."""
    one = [
        f"{what} in {_part(k, parts, shifted)}: {column}"
        for what in WHAT
        for parts, shifted in _levels(sample_shape[0])
        for k in range(parts - shifted)
        for column in _columns(parts, shifted)
    ]
    return channel_names(sample_shape[0], one)


def locations(sample_shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """See `Measured`: each column at its part of the time, in whichever channel."""
    channels, length = sample_shape
    maps, which = [], []
    for change in (0, 1):
        for parts, shifted in _levels(channels):
            for start, stop in bounds(max(1, length - change), parts, shifted):
                maps.append(np.zeros(length))
                maps[-1][start : stop + change] = 1 / (stop + change - start)
                which += [len(maps) - 1] * len(_columns(parts, shifted))
    return np.stack(maps), np.tile(which, channels)


def measure(stack: np.ndarray) -> np.ndarray:
    """float32 [m, channels, length] -> [m, d]. A part is never empty: one shorter than a sample is
    the sample it lies in. The slope is the rise per sample of the least-squares line."""
    x = filled(stack)
    m, channels, length = x.shape
    change = np.diff(x, axis=-1) if length > 1 else np.zeros_like(x)
    columns = []
    for series in (x, change):
        for parts, shifted in _levels(channels):
            for start, stop in bounds(series.shape[-1], parts, shifted):
                columns.append(_describe(series[..., start:stop], parts, shifted))
    return np.concatenate(columns, axis=-1).reshape(m, -1)


def bounds(length: int, parts: int, shifted: bool) -> list[tuple[int, int]]:
    """Start and stop of the parts; shifted ones begin half a part later, and are one fewer."""
    edges = np.arange(parts + 1) / parts * length
    starts, stops = edges[:-1], edges[1:]
    if shifted:
        half = length / parts / 2
        starts, stops = starts[:-1] + half, stops[:-1] + half
    starts = np.minimum(np.floor(starts + 1e-9).astype(int), length - 1)
    stops = np.maximum(np.floor(stops + 1e-9).astype(int), starts + 1)
    return list(zip(starts.tolist(), stops.tolist(), strict=True))


def _levels(channels: int) -> list[tuple[int, bool]]:
    """(number of parts, whether shifted by half a part)."""
    levels = [
        (parts, shifted) for parts in QUANTILES for shifted in (False, True) if parts > 1 or not shifted
    ]
    return levels if channels > MANY_CHANNELS else [*levels, (FINEST, False)]


def _part(k: int, parts: int, shifted: bool) -> str:
    if parts == 1:
        return "the whole"
    return f"between parts {k + 1} and {k + 2} of {parts}" if shifted else f"part {k + 1} of {parts}"


def _columns(parts: int, shifted: bool) -> list[str]:
    if parts == FINEST:
        return ["mean"]
    quantiles = {0: "minimum", 50: "median", 100: "maximum"}
    quantile_names = [quantiles.get(q, f"{q}% quantile") for q in QUANTILES[parts]]
    return quantile_names if shifted else ["mean", "standard deviation", "slope", *quantile_names]


def _describe(part: np.ndarray, parts: int, shifted: bool) -> np.ndarray:
    """The columns of one part [m, channels, width] -> [m, channels, columns]."""
    mean = part.mean(axis=-1)
    if parts == FINEST:
        return mean[..., None]
    quantiles = _quantiles(part, QUANTILES[parts])
    if shifted:
        return quantiles
    width = part.shape[-1]
    place = np.arange(width) - (width - 1) / 2
    slope = part @ place / max(place @ place, 1e-300)
    return np.concatenate([np.stack([mean, part.std(axis=-1), slope], axis=-1), quantiles], axis=-1)


def _quantiles(part: np.ndarray, shares: tuple[int, ...]) -> np.ndarray:
    """Linearly interpolated quantiles, as numpy.quantile gives them, from one sort."""
    ordered = np.sort(part, axis=-1)
    position = np.array(shares) / 100 * (part.shape[-1] - 1)
    below = np.floor(position).astype(int)
    above = np.minimum(below + 1, part.shape[-1] - 1)
    return ordered[..., below] + (ordered[..., above] - ordered[..., below]) * (position - below)
