"""Which frequencies a series is made of."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from nikti.classical.features._measured import Measured
from nikti.classical.features.series._channels import channel_names, filled, ratio, stretched
from nikti.core.words import Words

TITLE = Words(
    en="spectrum: peak frequency, power in bands, spectral entropy and flatness",
    bn="বর্ণালি: সবচেয়ে জোরালো কম্পাঙ্ক, ব্যান্ড ধরে শক্তি, বর্ণালির এনট্রপি ও সমতলতা",
)
STATELESS = True

#: Borders of the bands in cycles per sample; 0.5 is the highest frequency that can be seen.
BANDS = (0, 1 / 64, 1 / 32, 3 / 64, 1 / 16, 3 / 32, 1 / 8, 3 / 16, 1 / 4, 3 / 8, 1 / 2)
HARMONICS = 8
NAMES = [
    *("spectral peak frequency (cycles per sample)", "share of power at the spectral peak"),
    *("second peak frequency (cycles per sample)", "spectral centroid (cycles per sample)"),
    *("spectral spread (cycles per sample)", "spectral entropy (0 one tone, 1 noise)"),
    *("spectral flatness (0 one tone, 1 noise)", "frequency below which 85% of power lies"),
    "total power (log10)",
    *(f"power from {low:.3g} to {high:.3g} cycles per sample" for low, high in pairwise(BANDS)),
    *(f"amplitude of {k} cycle{'s' if k > 1 else ''} in the whole length" for k in range(1, HARMONICS + 1)),
]


def build() -> Measured:
    """The transformer of this file."""
    return Measured("series", "spectral")


def cost(sample_shape: tuple[int, int]) -> float:
    """Seconds per series on the reference machine."""
    channels, length = sample_shape
    return 1e-6 + channels * (1.5e-6 + 2e-8 * length)


def names(sample_shape: tuple[int, int]) -> list[str]:
    """Column names for series [channels, length]; the length does not matter."""
    return channel_names(sample_shape[0], NAMES)


def measure(stack: np.ndarray) -> np.ndarray:
    """float32 [m, channels, length] -> [m, channels * 27].

    The mean is removed; power is the squared Fourier transform without a window, in shares of its
    sum but for "total power" (variance) and amplitudes (in the series' unit). Without any
    variation all are 0 but total power, which is -12.
    """
    level = stretched(filled(stack))
    m, channels, length = level.shape
    x = level - level.mean(axis=-1, keepdims=True)
    spectrum = np.abs(np.fft.rfft(x, axis=-1))[..., 1:]  # [m, channels, length // 2]
    frequency = np.fft.rfftfreq(length)[1:]
    power = spectrum**2 / length**2 * np.where(np.isclose(frequency, 0.5), 1, 2)
    total = power.sum(axis=-1)
    quiet = total <= 1e-12 * np.square(level).mean(axis=-1)  # what rounding leaves of a constant
    p = np.where(quiet[..., None], 0, ratio(power, total[..., None]))
    columns = [
        *_peaks(p, frequency),
        *_form(p, frequency),
        np.where(quiet, -12, np.log10(np.maximum(total, 1e-12))),
        *_bands(p, frequency),
    ]
    amplitudes = np.zeros((m, channels, HARMONICS))
    shown = min(HARMONICS, len(frequency))
    amplitudes[..., :shown] = np.sqrt(power[..., :shown] * 2)
    return np.concatenate([np.stack(columns, axis=-1), amplitudes], axis=-1).reshape(m, -1)


def _peaks(p: np.ndarray, frequency: np.ndarray) -> tuple[np.ndarray, ...]:
    """Frequency and share of the strongest line, and the strongest that is not its neighbour."""
    peak = p.argmax(axis=-1)
    share = np.take_along_axis(p, peak[..., None], axis=-1)[..., 0]
    apart = np.abs(np.arange(len(frequency)) - peak[..., None]) > 1
    rest = np.where(apart, p, 0)
    second = np.where(rest.max(axis=-1) > 0, frequency[rest.argmax(axis=-1)], 0)
    return np.where(share > 0, frequency[peak], 0), share, second


def _form(p: np.ndarray, frequency: np.ndarray) -> tuple[np.ndarray, ...]:
    """Centroid, spread, entropy, flatness (geometric over arithmetic mean) and 85% roll-off."""
    lines = len(frequency)
    centroid = p @ frequency
    spread = np.sqrt(np.maximum(p @ frequency**2 - centroid**2, 0))
    entropy = -(p * np.log(np.where(p > 0, p, 1))).sum(axis=-1) / max(np.log(lines), 1e-9)
    alive = p.any(axis=-1)
    flatness = np.where(alive, np.exp(np.log(np.maximum(p, 1e-12)).mean(axis=-1)) * lines, 0)
    rolled = (p.cumsum(axis=-1) < 0.85 - 1e-9).sum(axis=-1)
    rolloff = np.where(alive, frequency[np.minimum(rolled, lines - 1)], 0)
    return centroid, spread, entropy, flatness, rolloff


def _bands(p: np.ndarray, frequency: np.ndarray) -> list[np.ndarray]:
    band = np.searchsorted(np.array(BANDS[1:]), frequency - 1e-9)
    return [p[..., band == k].sum(axis=-1) for k in range(len(BANDS) - 1)]
