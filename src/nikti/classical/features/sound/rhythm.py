"""How loud a sound is over time: energy, zero crossings, how much is silence, how often something begins and
how regularly."""

from __future__ import annotations

import numpy as np
from scipy.fft import irfft, rfft

from nikti.classical.features._measured import Measured
from nikti.classical.features.sound import _frames
from nikti.core.sounds import RATE
from nikti.core.words import Words

TITLE = Words(
    en="rhythm: energy, zero crossings, silence, onsets and how regular they are",
    bn="ছন্দ: শক্তি, শূন্য-পারাপার, নীরবতা, শব্দের শুরু ও তার নিয়মিততা",
)
STATELESS = True

#: Seconds between onsets that count as a beat.
SHORTEST, LONGEST = 0.08, 1.5
#: Deviations above the mean from which growth is an onset.
ONSET = 1.0

PLAIN = [
    *("seconds", "share of frames that are heard", "when the middle of the energy comes (0 to 1)"),
    *("onsets a second", "seconds between beats", "strength of the beat (0 to 1)", "loudest frame (dB)"),
    "decay behind the loudest frame (dB a second)",
]


def build() -> Measured:
    """The transformer of this file."""
    return Measured("sound", "rhythm")


def names(sample_shape: tuple[int]) -> list[str]:
    """Column names; the length does not matter."""
    framed = _frames.named(["rhythm: energy (dB)", "rhythm: zero crossings"])
    return [*framed, *(f"rhythm: {name}" for name in PLAIN)]


def measure(batch: np.ndarray) -> np.ndarray:
    """float32 [m, samples] -> [m, 2 * 7 + 8]."""
    return np.stack([_one(wave) for wave in batch])


def _one(wave: np.ndarray) -> np.ndarray:
    frames, spectra = _frames.cut(wave), _frames.power(wave)
    heard = _frames.heard(spectra)
    level = 10 * np.log10(np.square(frames).mean(axis=1) + 1e-10)  # dB of full scale
    crossings = (np.diff(np.signbit(frames), axis=1)).mean(axis=1)
    framed = _frames.statistics(np.stack([level, crossings], axis=1)[heard])
    if not heard.any():
        return np.concatenate([framed, [len(wave) / RATE, 0, 0, 0, 0, 0, -100, 0]])
    energy = np.square(frames, dtype=np.float64).sum(axis=1)
    middle = float((energy * np.arange(len(energy))).sum() / max(energy.sum(), 1e-30) / len(energy))
    growth = onset_strength(spectra)
    plain = [len(wave) / RATE, heard.mean(), middle, onsets(growth) * RATE / max(len(wave), RATE // 10)]
    return np.concatenate([framed, plain, beat(growth), [level.max(), _decay(level)]])


def onset_strength(spectra: np.ndarray) -> np.ndarray:
    """float64 [frames]: how much the log mel bands grow from the frame before (Dixon, DAFx 2006)."""
    bands = _frames.log_mel(spectra + 1e-6, 32).astype(np.float64)
    growth = np.zeros(len(bands))
    growth[1:] = np.maximum(np.diff(bands, axis=0), 0).mean(axis=1)
    return growth


def onsets(growth: np.ndarray) -> int:
    """Peaks of growth that stand out."""
    if len(growth) < 3:
        return 0
    inner = growth[1:-1]
    peak = (inner > growth[:-2]) & (inner >= growth[2:])
    return int((peak & (inner > growth.mean() + ONSET * growth.std())).sum())


def beat(growth: np.ndarray) -> tuple[float, float]:
    """(seconds, strength 0 to 1) of the most regular distance between onsets: the highest correlation
    in SHORTEST to LONGEST; (0, 0) for sounds that are too short or do not change."""
    step = _frames.HOP / RATE
    first, last = round(SHORTEST / step), min(round(LONGEST / step), len(growth) // 2)
    centred = growth - growth.mean()
    if last <= first or not centred.any():
        return 0.0, 0.0
    size = 2 * len(centred)
    correlation = irfft(np.square(np.abs(rfft(centred, size))), size)[: len(centred)]
    correlation = correlation / correlation[0]
    lag = first + int(correlation[first : last + 1].argmax())
    return lag * step, float(np.clip(correlation[lag], 0, 1))


def _decay(level: np.ndarray) -> float:
    """dB a second that are lost from the loudest frame to the quietest one behind it, 0 to 1000."""
    loudest = int(level.argmax())
    behind = level[loudest:]
    quietest = int(behind.argmin())
    if quietest == 0:
        return 0.0
    return float(min(1000.0, (behind[0] - behind[quietest]) / (quietest * _frames.HOP / RATE)))
