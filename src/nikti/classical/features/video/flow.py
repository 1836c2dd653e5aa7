"""Histograms of optical flow: how much moves in which direction, in each part of the frame and of the time.

I. Laptev, M. Marszalek, C. Schmid, B. Rozenfeld, Learning realistic human actions from movies, CVPR 2008,
section 3.2, on a fixed grid. Beside the blocks, what the whole frame does: whether things come nearer
(divergence), turn (curl), or all go one way.
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
    over_time,
    part_names,
)
from nikti.core.words import Words

TITLE = Words(
    en="directions of motion in each part of the frame and of the time (histograms of optical flow)",
    bn="ফ্রেমের ও সময়ের প্রতি অংশে কোন দিকে কতটা নড়াচড়া (অপটিক্যাল ফ্লোর হিস্টোগ্রাম)",
)
STATELESS = True

#: Parts of the time and cells along a side, of the blocks; parts of the time for the whole frame.
PARTS, CELLS, MOMENTS = 2, 3, 4
#: Percent of the side in a frame, below which nothing moves: less is noise.
STILL = 0.5
OF_FRAME = ("speed", "to the right", "down", "coming nearer (divergence)", "turning (curl)")


def build() -> Measured:
    """The transformer of this file."""
    return Measured("video", "flow")


def names(sample_shape: tuple[int, ...]) -> list[str]:
    """Column names for clips [T, S, S, 3]."""
    places = block_names(PARTS, CELLS)
    return [
        *(f"flow, {place}, {way}" for way in DIRECTIONS for place in places),
        *(f"flow, {place}, share that moves" for place in places),
        *(f"flow, {part}, {what}" for what in OF_FRAME for part in part_names(MOMENTS)),
        *(f"flow, whole clip, share of {way}" for way in DIRECTIONS),
    ]


def locations(sample_shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """See `Measured`: each column at its block, those of the whole frame at their part of the time."""
    shape = tuple(sample_shape)
    cells, moments, whole = (
        block_maps(shape, *grid, True) for grid in ((PARTS, CELLS), (MOMENTS, 1), (1, 1))
    )
    first, second = len(cells), len(cells) + len(moments)
    which = [np.arange(first)] * (len(DIRECTIONS) + 1) + [np.arange(first, second)] * len(OF_FRAME)
    which.append(np.full(len(DIRECTIONS), second))
    return np.concatenate([cells, moments, whole]), np.concatenate(which)


def measure(clips: np.ndarray) -> np.ndarray:
    """uint8 [n, T, S, S, 3] -> float32 [n, 9 * blocks + 20 + 8]."""
    right, down = flow(clips)
    length = np.hypot(right, down)
    moving = length > STILL
    right, down = right * moving, down * moving
    shares = by_direction(right, down)
    columns = [blocks(share, PARTS, CELLS) for share in shares]
    columns.append(blocks(moving.astype(np.float32), PARTS, CELLS))
    divergence, curl = _turning(right, down)
    for value in (length * moving, right, down, divergence, curl):
        columns.append(over_time(value.mean((2, 3)), MOMENTS))
    whole = np.stack([share.mean((1, 2, 3)) for share in shares], axis=1)
    columns.append(whole / np.maximum(whole.sum(1, keepdims=True), 1e-3))
    return np.hstack(columns).astype(np.float32)


def _turning(right: np.ndarray, down: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(divergence, curl), [n, T - 1, S, S] each, of the flow."""
    n, times, size, _ = right.shape
    along = [gradients(part.reshape(n * times, size, size)) for part in (right, down)]
    (right_across, right_down), (down_across, down_down) = along
    shape = (n, times, size, size)
    return (right_across + down_down).reshape(shape), (down_across - right_down).reshape(shape)
