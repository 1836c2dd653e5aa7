"""Series to float batches of one length.

Where the fitting series are equally long, every series is stretched to that length. Where they are
not, the clock is kept: shorter ones are padded at the end. A gap is bridged by a straight line. Where
series differ in length or have many gaps, one more channel says which share of a moment's values was
really there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nikti.core.errors import DataError
from nikti.core.inputs import Inputs
from nikti.core.steps import SAMPLE, AlignSeries, Value
from nikti.core.words import Words
from nikti.deep.shapes import SeriesShape

if TYPE_CHECKING:
    import torch

MAX_LENGTH = 512
#: Mean and deviation settle long before this many series.
STATISTICS_SAMPLES = 2000
#: With a larger share of missing values, the network is told where they are.
MANY_MISSING = 0.01
#: Augmentation: deviation of the noise, of the log of the scale, and of the share of the length by
#: which a series is moved and stretched (values of the kind in Um et al. 2017,
#: https://arxiv.org/abs/1706.00527, made gentler: many series are told apart by small things).
NOISE, SCALE, MOVE = 0.03, 0.1, 0.03

_OTHER_CHANNELS = Words(
    en="series {row} has {came} channels; this model was fitted on {known}. Give the same channels in "
    "the same order.",
    bn="{row} নম্বর সময়ক্রমে {came}টি চ্যানেল; মডেলটি শিখেছে {known}টি থেকে। একই চ্যানেল একই ক্রমে দিন।",
)


def forecast(data: Any, options: dict[str, Any]) -> SeriesShape:
    """The shape `fit` would give, seen from some of the series."""
    some = [data.inputs[int(row)] for row in _some(len(data), 200)]
    channels, lengths = len(some[0]), [series.shape[1] for series in some]
    gaps = np.mean([np.isnan(series).mean() for series in some])
    told = min(lengths) < max(lengths) or gaps > MANY_MISSING
    return SeriesShape(channels + told, min(max(lengths), options.get("max_length", MAX_LENGTH)))


def fit(inputs: Inputs, *, seed: int, options: dict[str, Any], targets: Any = None) -> SeriesEncoder:
    """Length, mean and deviation of each channel.

    options: "max_length" (longer series are made coarser by one factor for all). seed is not used.
    """
    lengths = np.array([series.shape[1] for series in inputs])
    some = [inputs[int(row)] for row in _some(len(inputs), STATISTICS_SAMPLES)]
    values = np.concatenate(some, axis=1).astype(np.float64)  # [channels, all moments]
    there = np.isfinite(values)
    count = np.maximum(there.sum(1), 1)
    mean = np.where(there, values, 0).sum(1) / count
    deviation = np.sqrt((np.where(there, values - mean[:, None], 0) ** 2).sum(1) / count)
    varies = bool(lengths.min() < lengths.max())
    return SeriesEncoder(
        length=int(min(lengths.max(), options.get("max_length", MAX_LENGTH))),
        longest=int(lengths.max()),
        varies=varies,
        told=varies or bool(1 - there.mean() > MANY_MISSING),
        mean=mean.tolist(),
        deviation=np.where(deviation > 1e-8, deviation, 1.0).tolist(),
    )


def from_state(facts: dict[str, Any], tensors: dict[str, torch.Tensor]) -> SeriesEncoder:
    """The inverse of `SeriesEncoder.state`."""
    return SeriesEncoder(**facts)


class SeriesEncoder:
    """See `nikti.deep.encoders` for the verbs. longest: moments of the longest fitting series, which
    become `length`; told: whether the last channel holds the share of values that were present."""

    views = False

    def __init__(
        self, length: int, longest: int, varies: bool, told: bool, mean: list[float], deviation: list[float]
    ):
        self.longest, self.varies, self.told, self.mean, self.deviation = (
            longest,
            varies,
            told,
            mean,
            deviation,
        )
        self.shape = SeriesShape(len(mean) + told, length)

    def state(self) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
        """(plain facts, tensors) from which the encoder is made again."""
        facts = {"length": self.shape.length, "longest": self.longest, "varies": self.varies}
        return facts | {"told": self.told, "mean": self.mean, "deviation": self.deviation}, {}

    def graph(self) -> tuple[tuple[Value, ...], tuple[AlignSeries, ...], tuple[Value, ...]]:
        """(what a raw sample is, the steps, what the network reads); see `nikti.core.graph`."""
        length, mean, std = self.shape.length, tuple(self.mean), tuple(self.deviation)
        step = AlignSeries(SAMPLE, "series", mean, std, length, self.longest, self.varies, self.told)
        raw = Value(SAMPLE, "float32", (None, len(mean), None))
        return (raw,), (step,), (Value("series", "float32", (None, self.shape.channels, length)),)

    def encode(self, inputs: Inputs) -> tuple[torch.Tensor]:
        """float32 [n, channels, length]. Raises DataError for another number of channels."""
        import torch

        array = np.zeros((len(inputs), self.shape.channels, self.shape.length), np.float32)
        mean, deviation = np.array(self.mean)[:, None], np.array(self.deviation)[:, None]
        for row, series in enumerate(inputs):
            if len(series) != len(mean):
                raise DataError(_OTHER_CHANNELS.format(row=row, came=len(series), known=len(mean)))
            values, there = bridge((series - mean) / deviation)
            length = self.covered(series.shape[1])
            array[row, : len(mean), :length] = resample(values, length)
            if self.told:
                array[row, -1, :length] = resample(there.mean(0, keepdims=True), length)
        return (torch.from_numpy(array),)

    def covered(self, moments: int) -> int:
        """Moments that a series of so many gets: all that there are, or its share of them."""
        if not self.varies or moments >= self.longest:
            return self.shape.length
        return max(1, round(moments * self.shape.length / self.longest))

    def batch(self, tensors: tuple[torch.Tensor]) -> tuple[torch.Tensor]:
        """float32 [B, channels, length], as encoded."""
        return tensors

    def augment(self, batch: tuple[torch.Tensor], generator: torch.Generator) -> tuple[torch.Tensor]:
        """Each series is moved and stretched in time, scaled and made noisy by its own small amount."""
        import torch

        (series,) = batch
        n, _, length = series.shape

        def normal(*size: int) -> torch.Tensor:
            return torch.randn(*size, generator=generator).to(series.device)

        centre, middle = normal(n, 1) * MOVE * length, (length - 1) / 2
        time = torch.arange(length, device=series.device) - middle  # [L]
        time = (time * (1 + MOVE * normal(n, 1)) + centre + middle).clamp(0, length - 1)  # [B, L]
        before = time.floor().long().unsqueeze(1).expand_as(series)
        share = (time - time.floor()).unsqueeze(1)
        after = (before + 1).clamp(max=length - 1)
        series = series.gather(2, before) * (1 - share) + series.gather(2, after) * share
        values = series[:, : len(self.mean)]
        changed = values * (SCALE * normal(n, 1, 1)).exp() + NOISE * normal(*values.shape)
        if not self.told:
            return (changed,)
        there = series[:, len(self.mean) :]
        return (torch.cat([changed * (there > 0), there], 1),)


def _some(n: int, most: int) -> np.ndarray:
    """Up to `most` of n positions, evenly spread."""
    return np.unique(np.linspace(0, n - 1, most).astype(int))


def bridge(series: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """[channels, length] with NaN -> (straight lines over the gaps, the nearest value at the ends, 0
    where a channel has none at all; bool [channels, length], where a value was there)."""
    there = np.isfinite(series)
    if there.all():
        return series, there
    filled, moments = np.zeros_like(series), np.arange(series.shape[1])
    for channel, known in enumerate(there):
        if known.any():
            filled[channel] = np.interp(moments, moments[known], series[channel, known])
    return filled, there


def resample(series: np.ndarray, length: int) -> np.ndarray:
    """[channels, L] -> [channels, length] by straight lines; where it gets coarser, by the mean of
    what falls together, so that nothing is skipped."""
    now = series.shape[1]
    if now == length:
        return series
    if now > length:
        total = np.concatenate([np.zeros((len(series), 1)), series.cumsum(1)], axis=1)
        edges = np.linspace(0, now, length + 1)
        sums = np.stack([np.interp(edges, np.arange(now + 1), channel) for channel in total])
        return np.diff(sums, axis=1) * (length / now)
    places = np.linspace(0, now - 1, length)
    return np.stack([np.interp(places, np.arange(now), channel) for channel in series])


def lay(encoder: SeriesEncoder, one: Inputs, parts: Any) -> np.ndarray:
    """Attributions [channels, L] summed over channels and laid on the raw length, float64 [length]."""
    moments = one[0].shape[1]
    length = encoder.covered(moments)
    found = parts.inputs[0].sum(0, keepdims=True)[:, :length]
    return resample(found, moments)[0] * (length / moments)
