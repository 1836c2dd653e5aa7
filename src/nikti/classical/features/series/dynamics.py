"""How a series moves on from one sample to the next: memory, roughness, surprise, asymmetry.

After the canonical set of C. Lubba et al., catch22: CAnonical Time-series CHaracteristics, DMKD 2019,
and B. Hjorth, EEG analysis based on time domain properties, 1970; C. Bandt, B. Pompe, Permutation
entropy, PRL 2002; C.-K. Peng et al., Mosaic organization of DNA nucleotides, PRE 1994 (fluctuation
analysis). All on standardised series (mean 0, spread 1), so that they tell form and not size.
"""

from __future__ import annotations

from itertools import permutations

import numpy as np

from nikti.classical.features._measured import Measured
from nikti.classical.features.series._channels import (
    channel_names,
    filled,
    longest_run,
    ratio,
    standardised,
    stretched,
)
from nikti.core.words import Words

TITLE = Words(
    en="dynamics: memory (autocorrelation), roughness, predictability, asymmetry in time",
    bn="গতিপ্রকৃতি: স্মৃতি (অটোকোরিলেশন), রুক্ষতা, অনুমেয়তা, সময়ে অপ্রতিসাম্য",
)
STATELESS = True

LAGS = (1, 2, 3, 4, 6, 8, 12)
NAMES = [
    *(f"autocorrelation after {lag} sample{'s' if lag > 1 else ''}" for lag in LAGS),
    *("autocorrelation first below 1/e (samples)", "autocorrelation first below 0 (samples)"),
    *("autocorrelation first minimum (samples)", "period (samples, 0 if none)"),
    *("time reversal asymmetry", "nonlinearity (C3)", "mutual information with the next sample (bits)"),
    *("mobility (Hjorth)", "complexity (Hjorth)", "permutation entropy (0 regular, 1 random)"),
    *("entropy of letter pairs (bits)", "share of changes above 0.04 spreads"),
    *("longest rise (share of length)", "longest fall (share of length)", "share of turning points"),
    *("most common value, of 5 bins (spreads)", "most common value, of 10 bins (spreads)"),
    *("share beyond 2 spreads", "place of high outliers (-1 start, 1 end)"),
    *("place of low outliers (-1 start, 1 end)", "error of forecasting by the last 3 (spreads)"),
    *("memory of the changes over memory of the series", "fluctuation exponent (0.5 noise, 1.5 walk)"),
]


def build() -> Measured:
    """The transformer of this file."""
    return Measured("series", "dynamics")


def cost(sample_shape: tuple[int, int]) -> float:
    """Seconds per series on the reference machine."""
    channels, length = sample_shape
    return 3e-6 + channels * (1e-5 + 4e-7 * length)


def names(sample_shape: tuple[int, int]) -> list[str]:
    """Column names for series [channels, length]; the length does not matter."""
    return channel_names(sample_shape[0], NAMES)


def measure(stack: np.ndarray) -> np.ndarray:
    """float32 [m, channels, length] -> [m, channels * 30]. A series without change gives 0 in
    every column but those that count samples, which give what is true of it."""
    level = stretched(filled(stack))
    m, channels, length = level.shape
    z = standardised(level).reshape(m * channels, length)
    step = np.diff(z, axis=-1)
    correlation = autocorrelation(z)
    columns = [
        *_memory(correlation),
        *((step**3).mean(axis=-1), (z[:, 2:] * z[:, 1:-1] * z[:, :-2]).mean(axis=-1), _information(z)),
        *_hjorth(z),
        *(permutation_entropy(z), _letter_pairs(z), (np.abs(step) > 0.04).mean(axis=-1)),
        *(longest_run(step > 0) / length, longest_run(step < 0) / length),
        (np.sign(step[:, 1:]) * np.sign(step[:, :-1]) < 0).mean(axis=-1),
        *(_mode(z, 5), _mode(z, 10), (np.abs(z) > 2).mean(axis=-1), _place(z > 1), _place(z < -1)),
        (z[:, 3:] - (z[:, 2:-1] + z[:, 1:-2] + z[:, :-3]) / 3).std(axis=-1),
        ratio(first_below(autocorrelation(standardised(step)), 0), first_below(correlation, 0)),
        fluctuation(z),
    ]
    return np.stack(columns, axis=-1).reshape(m, -1)


def autocorrelation(z: np.ndarray) -> np.ndarray:
    """Of standardised series [m, length], for lags 0..length-1, divided by the length (biased)."""
    length = z.shape[-1]
    spectrum = np.fft.rfft(z, n=2 * length, axis=-1)
    return np.fft.irfft(np.abs(spectrum) ** 2, n=2 * length, axis=-1)[:, :length] / length


def first_below(correlation: np.ndarray, level: float) -> np.ndarray:
    """First lag at which the autocorrelation is below the level; the length where it never is."""
    below = correlation < level
    return np.where(below.any(axis=-1), below.argmax(axis=-1), correlation.shape[-1])


def _memory(correlation: np.ndarray) -> list[np.ndarray]:
    """Chosen lags (0 beyond the length), first 1/e, first zero, first minimum, and the first maximum
    after the first zero that is a peak of at least 0.1 (the period)."""
    length = correlation.shape[-1]
    lags = [correlation[:, lag] if lag < length else np.zeros(len(correlation)) for lag in LAGS]
    inner = correlation[:, 1:-1]
    valley = (inner < correlation[:, :-2]) & (inner <= correlation[:, 2:])
    minimum = np.where(valley.any(axis=-1), valley.argmax(axis=-1) + 1, length)
    zero = first_below(correlation, 0)
    peak = (inner > correlation[:, :-2]) & (inner >= correlation[:, 2:]) & (inner > 0.1)
    peak &= np.arange(1, length - 1) > zero[:, None]
    period = np.where(peak.any(axis=-1), peak.argmax(axis=-1) + 1, 0)
    return [*lags, first_below(correlation, 1 / np.e), zero, minimum, period]


def _hjorth(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    step = np.diff(z, axis=-1)
    bend = np.diff(step, axis=-1)
    mobility = ratio(step.std(axis=-1), z.std(axis=-1))
    return mobility, ratio(ratio(bend.std(axis=-1), step.std(axis=-1)), mobility)


def _letters(z: np.ndarray, kinds: int) -> np.ndarray:
    """Equally frequent letters 0..kinds-1 by rank; equal values share one letter."""
    ordered = np.sort(z, axis=-1)
    borders = ordered[:, [z.shape[-1] * k // kinds for k in range(1, kinds)]]  # [m, kinds-1]
    return (z[:, :, None] >= borders[:, None]).sum(axis=-1)


def _shares(codes: np.ndarray, kinds: int) -> np.ndarray:
    """How often each code occurs, as shares: [m, l] -> [m, kinds]."""
    m, length = codes.shape
    offset = np.arange(m)[:, None] * kinds
    return np.bincount((codes + offset).ravel(), minlength=m * kinds).reshape(m, kinds) / length


def _entropy(shares: np.ndarray) -> np.ndarray:
    """Shannon entropy in bits along the last axis."""
    return -(shares * np.log2(np.where(shares > 0, shares, 1))).sum(axis=-1)


def _letter_pairs(z: np.ndarray) -> np.ndarray:
    letters = _letters(z, 3)
    return _entropy(_shares(letters[:, :-1] * 3 + letters[:, 1:], 9))


def _information(z: np.ndarray) -> np.ndarray:
    """Mutual information of neighbours in bits, over four equally frequent letters."""
    letters = _letters(z, 4)
    joint = _shares(letters[:, :-1] * 4 + letters[:, 1:], 16).reshape(-1, 4, 4)
    return _entropy(joint.sum(axis=2)) + _entropy(joint.sum(axis=1)) - _entropy(joint.reshape(-1, 16))


def permutation_entropy(z: np.ndarray) -> np.ndarray:
    """Entropy of the order of three neighbours, over log2(6); equal values count as rising."""
    windows = np.lib.stride_tricks.sliding_window_view(z, 3, axis=-1)  # [m, l-2, 3]
    a, b, c = windows[..., 0], windows[..., 1], windows[..., 2]
    codes = (a <= b) * 4 + (b <= c) * 2 + (a <= c)  # six of the eight can occur
    return _entropy(_shares(codes, 8)) / np.log2(len(list(permutations(range(3)))))


def _mode(z: np.ndarray, bins: int) -> np.ndarray:
    """Middle of the fullest of equal bins between the extremes; the lowest of equals."""
    low, high = z.min(axis=-1, keepdims=True), z.max(axis=-1, keepdims=True)
    width = (high - low) / bins
    codes = np.minimum(ratio(z - low, width), bins - 1).astype(np.int64)
    return low[:, 0] + (_shares(codes, bins).argmax(axis=-1) + 0.5) * width[:, 0]


def _place(flags: np.ndarray) -> np.ndarray:
    """Mean place of the True samples, from -1 (start) to 1 (end); 0 where there are none."""
    place = np.linspace(-1, 1, flags.shape[-1])
    return flags @ place / np.maximum(flags.sum(axis=-1), 1)


def fluctuation(z: np.ndarray) -> np.ndarray:
    """Exponent by which the spread about straight lines in windows of the running sum grows with
    the window's width: detrended fluctuation analysis; 0 for a series without change."""
    m, length = z.shape
    walk = z.cumsum(axis=-1)
    longest = max(length // 2, 5)
    widths = np.unique(np.round(np.geomspace(4, longest, 6)).astype(int))
    logs = []
    for width in widths:
        count = length // width
        windows = walk[:, : count * width].reshape(m, count, width)
        place = np.arange(width) - (width - 1) / 2
        slope = windows @ place / (place @ place)
        rest = windows - windows.mean(axis=-1, keepdims=True) - slope[..., None] * place
        logs.append(np.log(np.maximum(np.sqrt((rest**2).mean(axis=(1, 2))), 1e-12)))
    scale = np.log(widths) - np.log(widths).mean()
    return np.where(z.any(axis=-1), np.stack(logs, axis=-1) @ scale / max(scale @ scale, 1e-12), 0)
