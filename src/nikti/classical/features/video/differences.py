"""Where brightness changes from frame to frame, how much, and how the centre of that moves.

Temporal templates (A. Bobick, J. Davis, The recognition of human movement using temporal templates, PAMI
2001) as averages over blocks of space and time.
"""

from __future__ import annotations

import numpy as np

from nikti.classical.features._measured import Measured
from nikti.classical.features.video._space_time import (
    block_maps,
    block_names,
    blocks,
    grey,
    over_time,
    part_names,
)
from nikti.core.words import Words

TITLE = Words(
    en="changes from frame to frame in each part, and the way of their centre",
    bn="প্রতি অংশে এক ফ্রেম থেকে পরেরটিতে কতটা বদলায়, আর সেই বদলের কেন্দ্র কোন পথে যায়",
)
STATELESS = True

#: Parts of the time, and cells along a side.
PARTS, CELLS = 4, 3
#: Grey levels of a change that are noise.
NOISE = 6.0
OF_CENTRE = ("centre, from left to right", "centre, from top to bottom", "spread around the centre")
OF_CLIP = ("change, mean", "change, spread over time", "centre, way to the right", "centre, way down")


def build() -> Measured:
    """The transformer of this file."""
    return Measured("video", "differences")


def names(sample_shape: tuple[int, ...]) -> list[str]:
    """Column names for clips [T, S, S, 3]."""
    return [
        *(f"change, {place}" for place in block_names(PARTS, CELLS)),
        *(f"change, {part}, {what}" for what in OF_CENTRE for part in part_names(PARTS)),
        *(f"change, whole clip: {what}" for what in OF_CLIP),
    ]


def locations(sample_shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """See `Measured`: each column at its block or part of the time, the last at the whole clip."""
    shape = tuple(sample_shape)
    cells, parts, whole = (block_maps(shape, *grid, True) for grid in ((PARTS, CELLS), (PARTS, 1), (1, 1)))
    first, second = len(cells), len(cells) + len(parts)
    centres = np.tile(np.arange(first, second), len(OF_CENTRE))
    which = np.concatenate([np.arange(first), centres, np.full(len(OF_CLIP), second)])
    return np.concatenate([cells, parts, whole]), which


def measure(clips: np.ndarray) -> np.ndarray:
    """uint8 [n, T, S, S, 3] -> float32 [n, 36 + 12 + 4]; changes in shares of full contrast, places in shares
    of the side from the upper left."""
    bright = grey(clips).astype(np.float32)
    change = np.maximum(np.abs(np.diff(bright, axis=1)) - NOISE, 0) / 255  # [n, T - 1, S, S]
    across, down, around = (over_time(value, PARTS) for value in _centres(change))
    strength = change.mean((2, 3))  # [n, T - 1]
    ways = [centre[:, -1] - centre[:, 0] for centre in (across, down)]
    whole = np.stack([strength.mean(1), strength.std(1), *ways], axis=1)
    return np.hstack([blocks(change, PARTS, CELLS), across, down, around, whole]).astype(np.float32)


def _centres(change: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(across, down, distance from there), [n, T - 1] each: the mean place of change, the middle where there
    is none."""
    places = (np.arange(change.shape[-1], dtype=np.float32) + 0.5) / change.shape[-1]
    even = 1e-6 * change.shape[-1] ** 2  # a little everywhere, so that nothing has a centre too
    weights = change + 1e-6
    total = change.sum((2, 3)) + even
    columns, rows = weights.sum(2), weights.sum(3)  # [n, T - 1, S]
    across, down = columns @ places / total, rows @ places / total
    spread = columns @ places**2 / total - across**2 + rows @ places**2 / total - down**2
    return across, down, np.sqrt(np.maximum(spread, 0))
