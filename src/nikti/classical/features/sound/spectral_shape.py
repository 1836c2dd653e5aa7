"""The shape of the spectrum in one number each, over the frames that are heard (Peeters, A large set of audio
features for sound description, IRCAM 2004, section 6; contrast: Jiang et al., ICME 2002)."""

from __future__ import annotations

import numpy as np

from nikti.classical.features._measured import Measured
from nikti.classical.features.sound import _frames
from nikti.core.sounds import RATE
from nikti.core.words import Words

TITLE = Words(
    en="spectral shape: centroid, bandwidth, roll-off, flatness, contrast and flux",
    bn="বর্ণালির গড়ন: কেন্দ্র, ব্যান্ডের বিস্তার, রোল-অফ, সমতলতা, কনট্রাস্ট ও ফ্লাক্স",
)
STATELESS = True

#: Borders in Hz of the octaves whose contrast is measured, and the share of their lines that are peaks (and
#: as many valleys).
OCTAVES, EXTREME = (0, 250, 500, 1000, 2000, 4000, 8001), 0.2
ROLLED = 0.85

NAMES = [
    *("spectral centroid (Hz)", "spectral bandwidth (Hz)", "spectral roll-off (Hz)"),
    *("spectral flatness (0 one tone, 1 noise)", "spectral entropy (0 one tone, 1 noise)", "spectral flux"),
    *(f"spectral contrast up to {high - high % 2} Hz" for high in OCTAVES[1:]),
]


def build() -> Measured:
    """The transformer of this file."""
    return Measured("sound", "spectral_shape")


def names(sample_shape: tuple[int]) -> list[str]:
    """Column names; the length does not matter."""
    return _frames.named([f"spectral shape: {name}" for name in NAMES])


def measure(batch: np.ndarray) -> np.ndarray:
    """float32 [m, samples] -> [m, 12 * 7]."""
    return np.stack([_one(wave) for wave in batch])


def _one(wave: np.ndarray) -> np.ndarray:
    spectra = _frames.power(wave)
    return _frames.statistics(shapes(spectra[_frames.heard(spectra)]))


def shapes(spectra: np.ndarray) -> np.ndarray:
    """[frames, NAMES] of spectra [frames, lines] in which there is something. Flux: the distance of a frame's
    shares of the amplitude from those of the frame before; contrast: log of the mean of an octave's strongest
    lines over that of its weakest."""
    frequency = np.arange(spectra.shape[1]) * (RATE / 2 / (spectra.shape[1] - 1))
    p = spectra / np.maximum(spectra.sum(axis=1, keepdims=True), 1e-30)
    centroid = p @ frequency
    bandwidth = np.sqrt(np.maximum(p @ frequency**2 - centroid**2, 0))
    rolled = frequency[np.minimum((p.cumsum(axis=1) < ROLLED).sum(axis=1), len(frequency) - 1)]
    logs = np.log(p + 1e-12)
    flatness = np.exp(logs.mean(axis=1)) * p.shape[1]
    entropy = -(p * logs).sum(axis=1) / np.log(p.shape[1])
    amplitude = np.sqrt(p)
    flux = np.zeros(len(p))
    flux[1:] = np.sqrt(np.square(np.diff(amplitude, axis=0)).sum(axis=1))
    return np.stack([centroid, bandwidth, rolled, flatness, entropy, flux, *_contrast(spectra, frequency)], 1)


def _contrast(spectra: np.ndarray, frequency: np.ndarray) -> list[np.ndarray]:
    found = []
    for low, high in zip(OCTAVES[:-1], OCTAVES[1:], strict=True):
        lines = np.sort(spectra[:, (frequency >= low) & (frequency < high)], axis=1)
        most = max(1, round(EXTREME * lines.shape[1]))
        peaks, valleys = lines[:, -most:].mean(axis=1), lines[:, :most].mean(axis=1)
        found.append(np.log(peaks + 1e-10) - np.log(valleys + 1e-10))
    return found
