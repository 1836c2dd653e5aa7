"""Edges of the mean frame: what stands still all the time, as histograms of oriented gradients (see
`nikti.classical.features.image.hog`)."""

from __future__ import annotations

import numpy as np

from nikti.classical.features._measured import Measured
from nikti.classical.features.image import hog
from nikti.core.images import resize
from nikti.core.words import Words

TITLE = Words(en="edges of the mean frame (histograms of oriented gradients)", bn="গড় ফ্রেমের কিনারার দিক (HOG)")
STATELESS = True

#: Pixels of a side of the mean frame, in which edges are blurred anyway: 4 x 4 cells.
SIDE = 16


def build() -> Measured:
    """The transformer of this file."""
    return Measured("video", "appearance")


def names(sample_shape: tuple[int, ...]) -> list[str]:
    """Column names for clips [T, S, S, 3]."""
    return [f"mean frame, {name}" for name in hog.names((SIDE, SIDE, 3))]


def locations(sample_shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """See `Measured`: each column at its cell, in all frames."""
    frames, size = sample_shape[:2]
    maps, which = hog.locations((SIDE, SIDE, 3))
    nearest = np.arange(size) * SIDE // size
    wide = maps[:, nearest][:, :, nearest]  # [cells, S, S]
    wide = wide / wide.sum((1, 2), keepdims=True) / frames
    return np.broadcast_to(wide[:, None], (len(maps), frames, size, size)), which


def measure(clips: np.ndarray) -> np.ndarray:
    """uint8 [n, T, S, S, 3] -> float32 [n, 4 * 4 * (9 + 4)]."""
    means = np.round(clips.mean(1)).astype(np.uint8)
    return hog.measure(np.stack([resize(mean, SIDE, 3) for mean in means]))
