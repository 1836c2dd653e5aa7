"""How high a tone is, how it moves, and how much of the sound has one: the autocorrelation of frames
(Boersma, IFA Proceedings 17, 1993, equations 8 to 11, without its path through the candidates)."""

from __future__ import annotations

import numpy as np
from scipy.fft import irfft, rfft

from nikti.classical.features._measured import Measured
from nikti.classical.features.sound import _frames
from nikti.core.sounds import RATE
from nikti.core.words import Words

TITLE = Words(
    en="pitch: how high a tone is, how it moves, how much of the sound has one",
    bn="সুর: স্বর কত উঁচু, কীভাবে ওঠানামা করে, শব্দের কতটায় সুর আছে",
)
STATELESS = True

#: Samples of a frame and from one to the next; tones that are looked for, in Hz.
FRAME, HOP = 1024, 512
LOWEST, HIGHEST = 60.0, 2000.0
#: Autocorrelation at the lag of the tone from which a frame has one.
VOICED = 0.6
#: What is taken off for lags twice as long, so that the octave below is not taken for the tone.
OCTAVE_COST = 0.02

NAMES = [
    *_frames.named(["pitch: strength of the tone (0 to 1)"]),
    *("pitch: share of frames with a tone", "pitch: median (octaves above 60 Hz)"),
    *("pitch: deviation (octaves)", "pitch: range (octaves)", "pitch: slope (octaves a second)"),
    "pitch: mean step between frames (octaves)",
]


def build() -> Measured:
    """The transformer of this file."""
    return Measured("sound", "pitch")


def names(sample_shape: tuple[int]) -> list[str]:
    """Column names; the length does not matter."""
    return NAMES


def measure(batch: np.ndarray) -> np.ndarray:
    """float32 [m, samples] -> [m, 7 + 6]."""
    return np.stack([_one(wave) for wave in batch])


def _one(wave: np.ndarray) -> np.ndarray:
    frames = _frames.cut(wave, FRAME, HOP)
    level = np.square(frames).mean(axis=1)
    heard = level > max(float(level.max()) * _frames.BELOW_LOUDEST, _frames.FULL_SCALE)
    tone, strength = tones(frames[heard])
    voiced = strength > VOICED
    share = voiced.sum() / len(frames)
    height = np.log2(np.maximum(tone[voiced], 1e-9) / LOWEST)
    if not len(height):
        return np.concatenate([_frames.statistics(strength[:, None]), [share, 0, 0, 0, 0, 0]])
    times = np.flatnonzero(heard)[voiced] * (HOP / RATE)
    spread = times - times.mean()
    slope = float(spread @ height / max(spread @ spread, 1e-9)) if len(height) > 2 else 0.0
    low, high = np.quantile(height, (0.05, 0.95))
    step = np.abs(np.diff(height)).mean() if len(height) > 1 else 0.0
    plain = [share, np.median(height), height.std(), high - low, np.clip(slope, -50, 50), step]
    return np.concatenate([_frames.statistics(strength[:, None]), plain])


def tones(frames: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(Hz, strength 0 to 1) of the tone of each frame [n, FRAME]: the highest autocorrelation of the windowed
    frame over that of the window, at a lag between those of HIGHEST and LOWEST; the peak between samples is
    found by a parabola."""
    if not len(frames):
        return np.zeros(0), np.zeros(0)
    window = np.hanning(FRAME + 1)[:-1]
    size = 2 * FRAME
    centred = (frames - frames.mean(axis=1, keepdims=True)) * window
    own = irfft(np.square(np.abs(rfft(centred, size, axis=1))), size, axis=1)[:, : FRAME // 2]
    of_window = irfft(np.square(np.abs(rfft(window, size))), size)[: FRAME // 2]
    found = own / np.maximum(own[:, :1], 1e-12) / (of_window / of_window[0])
    shortest, longest = int(RATE / HIGHEST), int(RATE / LOWEST)
    lags = np.arange(shortest, longest + 1)
    peaked = found - OCTAVE_COST * np.log2(np.maximum(np.arange(found.shape[1]), 1) / shortest)
    inner = peaked[:, lags]
    top = (inner >= peaked[:, lags - 1]) & (inner > peaked[:, lags + 1])
    lag = lags[np.where(top, inner, -np.inf).argmax(axis=1)]
    rows = np.arange(len(found))
    before, here, behind = (found[rows, lag + k] for k in (-1, 0, 1))
    bend = before - 2 * here + behind
    shift = np.where(np.abs(bend) > 1e-12, 0.5 * (before - behind) / np.where(bend == 0, 1, bend), 0.0)
    return RATE / (lag + np.clip(shift, -0.5, 0.5)), np.where(top.any(axis=1), np.clip(here, 0, 1), 0.0)
