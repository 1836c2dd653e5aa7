"""Motion boundary histograms: where neighbours move differently, and in which direction that changes.

N. Dalal, B. Triggs, C. Schmid, Human detection using oriented histograms of flow and appearance, ECCV 2006,
section 4: the gradients of each part of the flow. What moves as a whole, such as a panning camera, leaves
none.
"""

from __future__ import annotations

import numpy as np

from nikti.classical.features._measured import Measured
from nikti.classical.features.image._grid import gradients
from nikti.classical.features.video._space_time import (
    DIRECTIONS,
    block_maps,
    block_names,
    blocks,
    by_direction,
    flow,
)
from nikti.core.words import Words

TITLE = Words(
    en="edges of what moves, by direction (motion boundary histograms)",
    bn="যা নড়ছে তার কিনারা, দিক অনুযায়ী (মোশন বাউন্ডারি হিস্টোগ্রাম)",
)
STATELESS = True

#: Parts of the time and cells along a side.
PARTS, CELLS = 2, 2
FLOWS = ("sideways", "upright")


def build() -> Measured:
    """The transformer of this file."""
    return Measured("video", "motion_boundaries")


def names(sample_shape: tuple[int, ...]) -> list[str]:
    """Column names for clips [T, S, S, 3]."""
    return [
        f"boundaries of {part} motion, {place}, towards the {way}"
        for part in FLOWS
        for way in DIRECTIONS
        for place in block_names(PARTS, CELLS)
    ]


def locations(sample_shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """See `Measured`: each column at its block."""
    maps = block_maps(tuple(sample_shape), PARTS, CELLS, True)
    return maps, np.tile(np.arange(len(maps)), len(FLOWS) * len(DIRECTIONS))


def measure(clips: np.ndarray) -> np.ndarray:
    """uint8 [n, T, S, S, 3] -> float32 [n, 2 * 8 * blocks], in percent of the side, per pixel."""
    columns = []
    for part in flow(clips):
        n, times, size, _ = part.shape
        across, down = gradients(part.reshape(n * times, size, size))
        shape = (n, times, size, size)
        columns += [
            blocks(share, PARTS, CELLS) for share in by_direction(across.reshape(shape), down.reshape(shape))
        ]
    return np.hstack(columns).astype(np.float32)
