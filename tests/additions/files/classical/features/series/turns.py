"""How often a series turns round."""

from __future__ import annotations

import numpy as np

from nikti.classical.features._measured import Measured
from nikti.core.words import Words

TITLE = Words(
    en="turns: how often the values stop rising and begin to fall, or the other way round",
    bn="মোড়: মান কতবার ওঠা থামিয়ে নামতে শুরু করে, বা উল্টোটা",
)
STATELESS = True


def build() -> Measured:
    """The transformer of this file."""
    return Measured("series", "turns")


def cost(sample_shape: tuple[int, int]) -> float:
    """Seconds per series."""
    return 1e-6 + 1e-8 * np.prod(sample_shape)


def names(sample_shape: tuple[int, int]) -> list[str]:
    """A column for each channel."""
    return [f"turns of channel {channel + 1} (per sample)" for channel in range(sample_shape[0])]


def measure(stack: np.ndarray) -> np.ndarray:
    """float32 [m, channels, length] -> [m, channels]; missing values turn nothing."""
    rises = np.sign(np.nan_to_num(np.diff(stack, axis=-1)))  # [m, channels, length - 1]
    return (rises[..., 1:] * rises[..., :-1] < 0).mean(axis=-1)
