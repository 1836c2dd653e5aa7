"""Generated sounds with a known truth: does a tone stay, rise or fall, or is it noise that comes in pulses?
Height, loudness, length, background and when it begins are nuisance."""

import numpy as np

from nikti.core.data import Data
from nikti.core.inputs import Ragged
from nikti.core.sounds import RATE
from nikti.core.words import Words

TITLE = Words(
    en="generated tones: steady, rising, falling, and noise in pulses, half a second to a second long, with "
    "background noise",
    bn="বানানো শব্দ: স্থির, উঠতি ও পড়তি সুর, আর থেমে থেমে আসা গোলমাল, আধা থেকে এক সেকেন্ড, পেছনে মৃদু গোলমাল",
)
MODALITY = "sound"
TASK = "sound_classification"

CLASSES = ("falling", "pulses", "rising", "steady")
SECONDS = (0.5, 1.0)
HEIGHT = (300.0, 1500.0)  # Hz in the middle of the sound
OCTAVES = (0.5, 1.2)  # that a tone moves
PULSES = (6.0, 14.0)  # a second
LOUDNESS = (0.05, 0.5)
BACKGROUND = (0.03, 0.3)  # deviation of the noise, as a share of the loudness
FADE = 0.02  # seconds


def load(seed: int = 0, n: int = 320) -> Data:
    """Sounds with as many of each class as n allows, in random order."""
    rng = np.random.default_rng(seed)
    codes = rng.permutation(np.arange(n) % len(CLASSES))
    sounds = [draw(CLASSES[code], rng) for code in codes]
    labels = np.array(CLASSES, dtype=object)[codes]
    return Data("tones", "sound", Ragged.of(sounds), labels, target_name="tone")


def draw(kind: str, rng: np.random.Generator) -> np.ndarray:
    """One sound float32 [samples]."""
    seconds, middle = rng.uniform(*SECONDS), np.exp(rng.uniform(*np.log(HEIGHT)))
    time = np.arange(round(seconds * RATE)) / RATE
    moves = {"rising": 1, "falling": -1}.get(kind, 0) * rng.uniform(*OCTAVES)
    height = middle * 2.0 ** (moves * (time / seconds - 0.5))
    wave = np.sqrt(2) * np.sin(2 * np.pi * np.cumsum(height) / RATE + rng.uniform(0, 2 * np.pi))
    if kind == "pulses":
        on = (time * rng.uniform(*PULSES) + rng.uniform()) % 1.0 < 0.5
        wave = rng.normal(0, np.sqrt(2), len(time)) * on  # as loud as a tone on the whole
    start, end = rng.uniform(0, 0.15), rng.uniform(0.85, 1.0)
    edge = np.minimum(time - start * seconds, end * seconds - time) / FADE
    wave = wave * np.clip(edge, 0, 1)
    wave = wave + rng.uniform(*BACKGROUND) * rng.normal(0, 1, len(time))
    return np.clip(rng.uniform(*LOUDNESS) * wave / 4, -1, 1).astype(np.float32)
