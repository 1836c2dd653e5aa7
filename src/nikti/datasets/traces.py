"""Generated series with a known truth: what is in a trace, nothing or several things at once?"""

import numpy as np

from nikti.core.data import Data
from nikti.core.inputs import Stack
from nikti.core.words import Words

TITLE = Words(
    en="generated traces with a pulse, a ripple, a step and a trend in them, none or several",
    bn="বানানো রেখা: তাতে স্পন্দন, ঢেউ, ধাপ আর ঝোঁক, একটিও না বা একাধিক",
)
MODALITY = "series"
TASK = "series_multilabel_classification"

LABELS = ("pulse", "ripple", "step", "trend")
LENGTH = 96
OFTEN = 0.4  # the share of the traces in which each is found
HEIGHT = (0.8, 1.6)
NOISE = 0.3  # its standard deviation


def load(seed: int = 0, n: int = 400) -> Data:
    """Series float32 [n, 1, 96], and what is in each, bool [n, 4]."""
    rng = np.random.default_rng(seed)
    there = rng.random((n, len(LABELS))) < OFTEN
    return Data("traces", "series", Stack(np.stack([draw(one, rng) for one in there])), there, LABELS)


def draw(there: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One series float32 [1, 96]. there: bool [4]."""
    time = np.arange(LENGTH) / LENGTH
    middle, width, cycles, start = rng.uniform((0.1, 0.01, 6, 0), (0.9, 0.03, 12, 1))
    shapes = (
        2.5 * np.exp(-(((time - middle) / width) ** 2)),
        np.sin(2 * np.pi * (cycles * time + start)) / np.sqrt(2),
        np.where(time > rng.uniform(0.2, 0.8), 0.8, -0.8),
        2.4 * (time - 0.5),
    )
    signs = rng.choice((-1.0, 1.0), len(shapes))
    heights = rng.uniform(*HEIGHT, len(shapes)) * signs * there
    wave = np.sum([height * shape for height, shape in zip(heights, shapes, strict=True)], axis=0)
    return (wave + rng.normal(0, NOISE, LENGTH))[None].astype(np.float32)
