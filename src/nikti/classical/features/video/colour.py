"""What colours a clip has, in the mean over its frames, and how much they change; in which order does not
matter."""

from __future__ import annotations

import numpy as np

from nikti.classical.features._measured import Measured
from nikti.classical.features.image import colour as of_image
from nikti.classical.features.video._space_time import block_maps
from nikti.core.words import Words

TITLE = Words(
    en="colour over time: colour statistics of the frames, their mean and how they change",
    bn="সময়ের সঙ্গে রং: ফ্রেমগুলোর রঙের পরিসংখ্যান, তাদের গড় ও কতটা বদলায়",
)
STATELESS = True

PARTS = ("red", "green", "blue")


def build() -> Measured:
    """The transformer of this file."""
    return Measured("video", "colour")


def names(sample_shape: tuple[int, ...]) -> list[str]:
    """Column names for clips [T, S, S, 3]."""
    _, height, width, channels = sample_shape
    return [
        *of_image.names((height, width, channels)),
        *(f"colour change over time, {part}" for part in PARTS),
    ]


def locations(sample_shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """See `Measured`: all of it is measured over the whole clip."""
    return block_maps(tuple(sample_shape), 1, 1, False), np.zeros(len(names(sample_shape)), int)


def measure(clips: np.ndarray) -> np.ndarray:
    """uint8 [n, T, S, S, 3] -> float32 [n, d]."""
    n, frames = clips.shape[:2]
    columns = of_image.measure(clips.reshape(n * frames, *clips.shape[2:]))
    means = clips.mean((2, 3)) / 255  # [n, T, 3]
    return np.hstack([columns.reshape(n, frames, -1).mean(1), means.std(1)]).astype(np.float32)
