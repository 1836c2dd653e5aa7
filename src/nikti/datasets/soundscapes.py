"""Generated sounds with a known truth: what is heard in a scene, nothing or several things at once?"""

import numpy as np

from nikti.core.data import Data
from nikti.core.inputs import Ragged
from nikti.core.sounds import RATE
from nikti.core.words import Words

TITLE = Words(
    en="generated scenes in which a bell, clicks, a hum and a whistle are heard, none or several of them",
    bn="বানানো দৃশ্য: ঘণ্টা, টিকটিক, গুনগুন আর শিস শোনা যায়, একটিও না বা একাধিক",
)
MODALITY = "sound"
TASK = "sound_multilabel_classification"

LABELS = ("bell", "clicks", "hum", "whistle")
SECONDS = (0.6, 1.0)
OFTEN = 0.4  # the share of the scenes in which each is heard
LOUDNESS = (0.3, 1.0)
BACKGROUND = (0.02, 0.15)  # deviation of the noise


def load(seed: int = 0, n: int = 320) -> Data:
    """n scenes of unequal length, and what is heard in each, bool [n, 4]."""
    rng = np.random.default_rng(seed)
    heard = rng.random((n, len(LABELS))) < OFTEN
    return Data("soundscapes", "sound", Ragged.of([draw(one, rng) for one in heard]), heard, LABELS)


def draw(heard: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One scene float32 [samples]. heard: bool [4]."""
    seconds = rng.uniform(*SECONDS)
    time = np.arange(round(seconds * RATE)) / RATE
    wave = rng.uniform(*BACKGROUND) * rng.normal(0, 1, len(time))
    for make, here in zip((_bell, _clicks, _hum, _whistle), heard, strict=True):
        if here:
            wave += rng.uniform(*LOUDNESS) * make(time, seconds, rng)
    return (0.9 * wave / max(1.0, np.abs(wave).max())).astype(np.float32)


def _bell(time: np.ndarray, seconds: float, rng: np.random.Generator) -> np.ndarray:
    """Partials that are no multiples of each other and die away, the higher the sooner."""
    since = np.maximum(time - rng.uniform(0, 0.3) * seconds, 0)
    low = rng.uniform(500, 900)
    partials = [
        np.sin(2 * np.pi * low * k * since) * np.exp(-6 * k * since) for k in (1.0, 2.76, 5.4)
    ]  # of a free bar
    return np.sum(partials, axis=0) * (since > 0)


def _clicks(time: np.ndarray, seconds: float, rng: np.random.Generator) -> np.ndarray:
    """Short bursts of noise at even distances."""
    phase = (time * rng.uniform(5, 12) + rng.uniform()) % 1.0
    return rng.normal(0, 1, len(time)) * np.exp(-40 * phase)


def _hum(time: np.ndarray, seconds: float, rng: np.random.Generator) -> np.ndarray:
    """A low tone with its multiples, all the time."""
    low = rng.uniform(50, 150)
    return np.sum([np.sin(2 * np.pi * low * k * time + k) / k for k in range(1, 6)], axis=0) / 1.5


def _whistle(time: np.ndarray, seconds: float, rng: np.random.Generator) -> np.ndarray:
    """A high tone that wavers, for a part of the time."""
    height = rng.uniform(2000, 4000) * (1 + 0.02 * np.sin(2 * np.pi * 6 * time))
    start, length = rng.uniform(0, 0.4) * seconds, rng.uniform(0.3, 0.6) * seconds
    there = (time >= start) & (time < start + length)
    return np.sin(2 * np.pi * np.cumsum(height) / RATE) * there
