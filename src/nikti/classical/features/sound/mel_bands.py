"""How loud each band of frequency is, and how that changes, over the frames that are heard."""

from __future__ import annotations

import numpy as np

from nikti.classical.features._measured import Measured
from nikti.classical.features.sound import _frames
from nikti.core import mel
from nikti.core.sounds import RATE
from nikti.core.words import Words
from nikti.modalities.sound import grid

TITLE = Words(
    en="mel bands: loudness of bands of frequency, over frames that are heard",
    bn="মেল ব্যান্ড: কম্পাঙ্কের ব্যান্ড ধরে জোর, যেসব ফ্রেমে শব্দ আছে",
)
STATELESS = True

BANDS = 32


def build() -> Measured:
    """The transformer of this file."""
    return Measured("sound", "mel_bands")


def names(sample_shape: tuple[int]) -> list[str]:
    """Column names; the length does not matter."""
    peaks = mel.edges(BANDS, 0.0, RATE / 2)[1:-1]
    return _frames.named([f"mel bands: around {peak:.0f} Hz" for peak in peaks])


def measure(batch: np.ndarray) -> np.ndarray:
    """float32 [m, samples] -> [m, BANDS * 7]: statistics of the natural logarithm of the power."""
    return np.stack([_one(wave) for wave in batch])


def _one(wave: np.ndarray) -> np.ndarray:
    spectra = _frames.power(wave)
    return _frames.statistics(_frames.log_mel(spectra[_frames.heard(spectra)], BANDS))


def locations(sample_shape: tuple[int]) -> tuple[np.ndarray, np.ndarray]:
    """A row of places for each band: (maps [BANDS, bands, moments], which of them each column measures)."""
    bands, moments = grid(sample_shape[0])
    maps = np.zeros((BANDS, bands, moments))
    rows = np.arange(BANDS) * bands // BANDS
    maps[np.arange(BANDS), rows] = 1 / moments
    return maps, np.repeat(np.arange(BANDS), len(_frames.STATISTICS))
