"""A sound divided by time and frequency: as a picture, and into places that can be taken away."""

from __future__ import annotations

import math

import numpy as np

from nikti.core import mel
from nikti.core.sounds import RATE

#: Bands of frequency and samples of time of one place; at least and at most so many moments a sound.
BANDS, MOMENT = 32, 800
FEWEST, MOST = 8, 400
#: Samples of one spectrum and from one to the next, where places are taken away.
SIZE, HOP = 512, 128
#: The same of a picture; how far below the loudest point is shown, in dB; columns of a picture at most.
SEEN, SEEN_BANDS, DEPTH, COLUMNS = 1024, 64, 60.0, 320


def shape(length: int) -> tuple[int, int]:
    """(bands from low to high, moments) of a sound of so many samples.

    >>> shape(16_000), shape(1)
    ((32, 20), (32, 8))
    """
    return BANDS, int(np.clip(math.ceil(length / MOMENT), FEWEST, MOST))


def without(wave: np.ndarray, removed: np.ndarray) -> list[np.ndarray]:
    """float32 [samples] once for each mask, removed bool [m, bands, moments], with nothing left to hear in
    the places that it removes: the short-time Fourier transform of those places, turned back into a wave,
    is taken off the wave."""
    from scipy.signal import istft, stft

    padded = np.pad(wave.astype(np.float64), (0, max(0, SIZE - len(wave))))
    lines, times, spectra = stft(padded, RATE, nperseg=SIZE, noverlap=SIZE - HOP)  # [lines, frames]
    borders = np.linspace(0.0, float(mel.from_hertz(RATE / 2)), BANDS + 1)
    band = np.clip(np.searchsorted(borders, mel.from_hertz(lines), side="right") - 1, 0, BANDS - 1)
    moments = removed.shape[2]
    moment = np.clip((times * RATE / max(1, len(wave)) * moments).astype(int), 0, moments - 1)
    found = []
    for one in removed:
        if not one.any():
            found.append(np.array(wave, dtype=np.float32))
            continue
        gone = istft(spectra * one[band][:, moment], RATE, nperseg=SIZE, noverlap=SIZE - HOP)[1]
        found.append((padded[: len(wave)] - gone[: len(wave)]).astype(np.float32))
    return found


def picture(wave: np.ndarray) -> np.ndarray:
    """uint8 [SEEN_BANDS, frames, 1]: the loudness of mel bands over time, high above, dark where it is loud:
    black at the loudest point, white DEPTH dB below it and in silence."""
    hop = max(SEEN // 4, math.ceil(len(wave) / COLUMNS))
    padded = np.pad(wave.astype(np.float32), (SEEN // 2, SEEN // 2 + hop))
    starts = np.arange(0, max(1, len(wave)), hop)
    frames = padded[starts[:, None] + np.arange(SEEN)] * np.hanning(SEEN).astype(np.float32)
    power = np.square(np.abs(np.fft.rfft(frames, axis=1))) @ mel.filters(SEEN_BANDS, SEEN, RATE).T
    loudest = power.max(initial=0.0)
    if loudest <= 0:
        return np.full((SEEN_BANDS, len(starts), 1), 255, np.uint8)
    level = 10 * np.log10(np.maximum(power / loudest, 10 ** (-DEPTH / 10)))  # [frames, bands], -DEPTH to 0
    return np.round(-level / DEPTH * 255).astype(np.uint8).T[::-1, :, None].copy()
