"""Random convolution kernels: many small fixed filters, and how often each one answers.

MiniRocket, in numpy: A. Dempster, D. Schmidt, G. Webb, MiniRocket: a very fast (almost) deterministic
transform for time series classification, KDD 2021. The 84 kernels of length 9 have six weights of -1
and three of 2; each is spread over several dilations; its biases are quantiles of what it answers on
training series; a column is the share of positive values (PPV). With several channels each kernel and
dilation looks at a random few, as in the paper's multivariate form.

A column has no meaning that one could name to a user, so this file is not in the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

from nikti.classical.features.series._channels import filled
from nikti.core.errors import DataError
from nikti.core.words import Words

TITLE = Words(
    en="answers of random convolution kernels (MiniRocket)", bn="এলোমেলো কনভোলিউশন কার্নেলের সাড়া (MiniRocket)"
)
STATELESS = False

TAPS = 9
#: Places of the three weights of 2 in each of the 84 kernels.
PLACES = np.array(list(combinations(range(TAPS), 3)))
MOST_DILATIONS = 32
MOST_CHANNELS = 9  # that one kernel looks at
BATCH_VALUES = 2**20

_OTHER_CHANNELS = Words(
    en="a series of shape {came} came, but this model was fitted on {channels} channels",
    bn="একটি সময়ক্রমের আকার {came}, অথচ মডেলটি শিখেছে {channels}টি চ্যানেল থেকে",
)


def cost(sample_shape: tuple[int, int], n_features: int = 9996) -> float:
    """Seconds per series of `transform` on the reference machine."""
    channels, length = sample_shape
    return 5e-5 + length * (n_features * 9e-10 + channels * 3e-7)


class RandomKernels(TransformerMixin, BaseEstimator):
    """fit(list of float32 [channels, length]).transform(list) -> float32 [n, d], d close to n_features.

    Lengths may differ; dilations are set by the median training length. Same seed, same columns.
    """

    def __init__(self, n_features: int = 9996, seed: int = 0):
        self.n_features = n_features
        self.seed = seed

    def fit(self, samples: Sequence[np.ndarray], targets: object = None) -> RandomKernels:
        """Choose dilations, channels and biases from n >= 1 training series."""
        rng = np.random.default_rng(self.seed)
        self.channels_ = int(np.shape(samples[0])[0])
        length = int(np.median([np.shape(sample)[-1] for sample in samples]))
        self.dilations_, self.per_dilation_ = _dilations(length, max(1, self.n_features // len(PLACES)))
        self.channel_masks_ = _channel_masks(rng, len(self.dilations_), self.channels_)
        self.biases_ = self._biases(rng, samples)
        return self

    def transform(self, samples: Sequence[np.ndarray]) -> np.ndarray:
        """Shares of positive answers, float32 [n, 84 * columns per kernel]."""
        columns = np.empty((len(samples), sum(bias.size for bias in self.biases_)), dtype=np.float32)
        for rows, stack in _batches(samples, self.channels_):
            columns[rows] = np.hstack([self._shares(stack, k) for k in range(len(self.dilations_))])
        return columns

    def lay(self, sample: np.ndarray, shares: np.ndarray) -> np.ndarray:
        """Each column's share on the moments that its kernel saw where it answered, in equal parts (on all
        moments where it never did): float64 [length]. shares [d]."""
        found, used = np.zeros(np.shape(sample)[-1]), 0
        stack = _stack([sample], self.channels_)
        for k, bias in enumerate(self.biases_):
            fired = self._answers(stack, k)[:, 0, None, :] > bias[:, :, None]  # [84, columns, length]
            count = fired.sum(axis=2, keepdims=True)
            each = shares[used : used + bias.size].reshape(bias.shape)[:, :, None]
            places = np.where(count > 0, fired * each / np.maximum(count, 1), each / len(found)).sum(
                axis=(0, 1)
            )
            used += bias.size
            reach = int(self.dilations_[k]) * (TAPS // 2)
            wide = np.zeros(len(found) + 2 * reach)
            for tap in range(TAPS):
                start = tap * int(self.dilations_[k])
                wide[start : start + len(found)] += places / TAPS
            found += wide[reach : reach + len(found)]
        return found

    def get_feature_names_out(self, input_features: object = None) -> np.ndarray:
        """ "kernel 5, dilation 4, bias 2", ..."""
        return np.array(
            [
                f"random kernel {kernel + 1}, dilation {dilation}, bias {k + 1}"
                for dilation, bias in zip(self.dilations_, self.biases_, strict=True)
                for kernel in range(len(PLACES))
                for k in range(bias.shape[1])
            ],
            dtype=object,
        )

    def _biases(self, rng: np.random.Generator, samples: Sequence[np.ndarray]) -> list[np.ndarray]:
        """For each dilation float32 [84, columns]: quantiles, spread by the golden ratio, of the
        answers on one random training series per kernel."""
        golden = (np.sqrt(5) + 1) / 2
        total = len(PLACES) * int(sum(self.per_dilation_))
        quantiles = np.mod(np.arange(1, total + 1) * golden, 1)
        biases, used = [], 0
        for k, count in enumerate(self.per_dilation_):
            count = int(count)
            share = quantiles[used : used + len(PLACES) * count].reshape(len(PLACES), count)
            used += share.size
            bias = np.empty((len(PLACES), count), dtype=np.float32)
            # Few series are looked at for each dilation: 84 single ones would cost 84 transforms.
            picked = rng.integers(len(samples), size=min(len(samples), len(PLACES)))
            owner = np.arange(len(PLACES)) % len(picked)
            for place, row in enumerate(picked):
                answers = self._answers(_stack([samples[int(row)]], self.channels_), k)[owner == place, 0]
                bias[owner == place] = _row_quantiles(answers, share[owner == place])
            biases.append(bias)
        return biases

    def _answers(self, stack: np.ndarray, k: int) -> np.ndarray:
        """Convolutions [84, n, length] of series [n, channels, length], zeros beyond the ends."""
        n, channels, length = stack.shape
        dilation = int(self.dilations_[k])
        reach = dilation * (TAPS // 2)
        padded = np.pad(stack, ((0, 0), (0, 0), (reach, reach)))
        # [channels, 9, n, length]: each tap's view of the series
        taps = np.stack([padded[:, :, t * dilation : t * dilation + length] for t in range(TAPS)])
        taps = taps.transpose(2, 0, 1, 3).reshape(channels * TAPS, n * length)
        weights = np.full((len(PLACES), TAPS), -1, dtype=np.float32)
        np.put_along_axis(weights, PLACES, 2, axis=1)
        weights = (self.channel_masks_[k][:, :, None] * weights[:, None]).reshape(len(PLACES), -1)
        return (weights @ taps).reshape(len(PLACES), n, length)

    def _shares(self, stack: np.ndarray, k: int) -> np.ndarray:
        """Columns of one dilation, float32 [n, 84 * columns]. Every second kernel leaves out the ends,
        where it sees the padding, unless nothing would be left."""
        answers = self._answers(stack, k)
        _, n, length = answers.shape
        reach = int(self.dilations_[k]) * (TAPS // 2)
        inner = slice(reach, length - reach) if length > 2 * reach else slice(None)
        shares = np.empty((n, *self.biases_[k].shape), dtype=np.float32)
        for kernel, biases in enumerate(self.biases_[k]):
            seen = answers[kernel] if (kernel + k) % 2 == 0 else answers[kernel, :, inner]
            ones = np.ones(seen.shape[1], dtype=np.float32) / seen.shape[1]
            for column, bias in enumerate(biases):
                shares[:, kernel, column] = (seen > bias).astype(np.float32) @ ones
        return shares.reshape(n, -1)


def _row_quantiles(values: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Linearly interpolated quantiles of each row: values [k, length], shares [k, q] -> [k, q]."""
    ordered = np.sort(values, axis=1)
    position = shares * (values.shape[1] - 1)
    below = np.floor(position).astype(np.int64)
    low = np.take_along_axis(ordered, below, axis=1)
    high = np.take_along_axis(ordered, np.minimum(below + 1, values.shape[1] - 1), axis=1)
    return low + (high - low) * (position - below)


def _dilations(length: int, per_kernel: int) -> tuple[np.ndarray, np.ndarray]:
    """Dilations, exponentially spread up to the length of the series, and columns for each."""
    spread = min(per_kernel, MOST_DILATIONS)
    largest = np.log2(max((length - 1) / (TAPS - 1), 1))
    steps = np.logspace(0, largest, spread, base=2).astype(np.int64)
    dilations, counts = np.unique(steps, return_counts=True)
    counts = (counts * (per_kernel / spread)).astype(np.int64)
    counts[: per_kernel - counts.sum()] += 1  # the remainder goes to the finest
    return dilations, counts


def _channel_masks(rng: np.random.Generator, dilations: int, channels: int) -> np.ndarray:
    """float32 [dilations, 84, channels]: 1 where a kernel looks; their number is 2 ** uniform."""
    most = min(channels, MOST_CHANNELS)
    masks = np.zeros((dilations, len(PLACES), channels), dtype=np.float32)
    for mask in masks.reshape(-1, channels):
        count = int(2 ** rng.uniform(0, np.log2(most + 1)))
        mask[rng.choice(channels, size=count, replace=False)] = 1
    return masks


def _stack(samples: list[np.ndarray], channels: int) -> np.ndarray:
    stack = np.stack([np.asarray(sample) for sample in samples])
    if stack.ndim != 3 or stack.shape[1] != channels:
        raise DataError(_OTHER_CHANNELS.format(came=str(list(stack.shape[1:])), channels=channels))
    return np.clip(filled(stack), -1e30, 1e30).astype(np.float32)  # sums of nine must stay finite


def _batches(samples: Sequence[np.ndarray], channels: int) -> Iterator[tuple[list[int], np.ndarray]]:
    """(positions, float32 [m, channels, length]) of series of one length, limited in number."""
    by_shape: dict[tuple[int, ...], list[int]] = {}
    for row in range(len(samples)):
        by_shape.setdefault(np.shape(samples[row]), []).append(row)
    for shape, rows in by_shape.items():
        step = max(1, BATCH_VALUES // (len(PLACES) * int(np.prod(shape))))
        for start in range(0, len(rows), step):
            part = rows[start : start + step]
            yield part, _stack([samples[row] for row in part], channels)
