"""What features of sounds share: short frames, their spectra, those in which something is to be heard, and
what is said of numbers that change from frame to frame."""

from __future__ import annotations

import numpy as np
from scipy.fft import rfft

from nikti.core import mel
from nikti.core.sounds import RATE

#: Samples of a frame and from one to the next: 32 ms every 16 ms.
FRAME, HOP = 512, 256
#: A frame this far below the loudest one, or below this mean power of full scale, is silent.
BELOW_LOUDEST, FULL_SCALE = 1e-6, 1e-9
#: What `statistics` says of each number, in its order.
STATISTICS = ("mean", "deviation", "skewness", "10%", "median", "90%", "deviation of its change")

_EPSILON = 1e-10


def cut(wave: np.ndarray, frame: int = FRAME, hop: int = HOP) -> np.ndarray:
    """float32 [frames, frame] of a wave [samples], at least one; the last one filled up with zeros."""
    count = 1 + max(0, -(-(len(wave) - frame) // hop))
    padded = np.zeros((count - 1) * hop + frame, dtype=np.float32)
    padded[: len(wave)] = wave
    return np.lib.stride_tricks.sliding_window_view(padded, frame)[::hop]


def power(wave: np.ndarray) -> np.ndarray:
    """float32 [frames, FRAME // 2 + 1]: power of each line of the spectrum, under a Hann window."""
    window = np.hanning(FRAME + 1)[:-1].astype(np.float32)
    spectrum = rfft(cut(wave) * window, axis=1)
    return (np.square(spectrum.real) + np.square(spectrum.imag)) / np.square(window).sum()


def heard(spectra: np.ndarray) -> np.ndarray:
    """bool [frames] of spectra [frames, lines]: in which something is to be heard."""
    level = spectra.mean(axis=1)
    return level > max(float(level.max(initial=0.0)) * BELOW_LOUDEST, FULL_SCALE)


def log_mel(spectra: np.ndarray, bands: int) -> np.ndarray:
    """Natural logarithm of the mean power in mel bands, float32 [frames, bands]."""
    return np.log(spectra @ mel.filters(bands, FRAME, RATE).T + _EPSILON)


def statistics(values: np.ndarray) -> np.ndarray:
    """STATISTICS of each column of values [frames, k]: float64 [k * len(STATISTICS)], column by column; 0
    where there is no frame. Skewness is that of Fisher, 0 where nothing varies."""
    frames, columns = values.shape
    if not frames:
        return np.zeros(columns * len(STATISTICS))
    x = values.astype(np.float64)
    mean, deviation = x.mean(axis=0), x.std(axis=0)
    steady = deviation <= 1e-9 * np.maximum(1e-9, np.abs(mean))
    scale = np.where(steady, 1.0, deviation)
    skewness = np.where(steady, 0.0, (((x - mean) / scale) ** 3).mean(axis=0))
    low, middle, high = np.quantile(x, (0.1, 0.5, 0.9), axis=0)
    change = np.diff(x, axis=0).std(axis=0) if frames > 1 else np.zeros(columns)
    return np.stack([mean, deviation, skewness, low, middle, high, change], axis=1).ravel()


def named(names: list[str]) -> list[str]:
    """The names of what `statistics` gives of columns with these names."""
    return [f"{name}, {statistic}" for name in names for statistic in STATISTICS]
