"""Generated series with a known truth: which kind of wave is it? Frequency, phase, height and noise
are nuisance. The second channel is a delayed, damped echo of the first with noise of its own."""

import numpy as np

from nikti.core.data import Data
from nikti.core.inputs import Stack
from nikti.core.words import Words

TITLE = Words(
    en="generated waves: sine, square, sawtooth and chirp, two channels of 128 values with noise",
    bn="বানানো তরঙ্গ: সাইন, চৌকো, করাত-দাঁত ও চার্প, ১২৮ মানের দুটি চ্যানেল, সঙ্গে গোলমাল",
)
MODALITY = "series"
TASK = "series_classification"

CLASSES = ("chirp", "sawtooth", "sine", "square")
LENGTH = 128
CYCLES = (2.0, 6.0)  # periods in a series
HEIGHT = (0.7, 1.5)
NOISE = 0.45  # standard deviation of the noise, where a wave's height is about 1
ECHO = (5, 0.6)  # delay in samples, share of the height


def load(seed: int = 0, n: int = 400) -> Data:
    """Series float32 [n, 2, 128] with as many of each class as n allows, in random order."""
    rng = np.random.default_rng(seed)
    codes = rng.permutation(np.arange(n) % len(CLASSES))
    series = np.stack([draw(CLASSES[code], rng) for code in codes])
    return Data("waves", "series", Stack(series), np.array(CLASSES, dtype=object)[codes], target_name="wave")


def draw(kind: str, rng: np.random.Generator) -> np.ndarray:
    """One series float32 [2, 128]."""
    delay, damping = ECHO
    time = np.arange(-delay, LENGTH) / LENGTH
    cycles, start = rng.uniform(*CYCLES), rng.uniform()
    turns = cycles * time + start
    if kind == "chirp":  # the frequency grows from half to one and a half times its mean
        turns = cycles * (0.5 * time + 0.5 * time**2) + start
    wave = rng.uniform(*HEIGHT) * SHAPES[kind](turns % 1.0)
    pair = np.stack([wave[delay:], damping * wave[:LENGTH]])  # [2, length]
    return (pair + rng.normal(0, NOISE, size=pair.shape)).astype(np.float32)


#: Each wave over one turn (0..1), scaled to the variance of a sine, 1/2, so that loudness tells nothing.
SHAPES = {
    "sine": lambda turn: np.sin(2 * np.pi * turn),
    "chirp": lambda turn: np.sin(2 * np.pi * turn),
    "square": lambda turn: np.where(turn < 0.5, 1.0, -1.0) / np.sqrt(2),
    "sawtooth": lambda turn: (2 * turn - 1) * np.sqrt(1.5),
}
