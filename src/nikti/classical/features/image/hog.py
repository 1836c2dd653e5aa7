"""Histograms of oriented gradients: how strong the edges of each direction are in each part.

N. Dalal, B. Triggs, Histograms of oriented gradients for human detection, CVPR 2005; each cell is
normalised by its four blocks and the four are averaged, with four columns of texture energy, as in
P. Felzenszwalb et al., Object detection with discriminatively trained part-based models, PAMI 2010,
section 6.2, so that a column is one direction in one cell and can be read.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from nikti.classical.features._measured import Measured
from nikti.classical.features.image._grid import cell_maps, cell_names, gradients, pool
from nikti.core.words import Words

TITLE = Words(
    en="edge directions in each part of the picture (histograms of oriented gradients, HOG)",
    bn="ছবির প্রতি অংশে কিনারার দিক (HOG)",
)
STATELESS = True

DIRECTIONS = 9
CLIP = 0.2  # Dalal and Triggs, section 6.4 (L2-Hys)
#: Gradient, as a share of full contrast per pixel, below which a block counts as flat.
FLAT = 0.005
BLOCKS = ("upper left", "upper right", "lower left", "lower right")


def build() -> Measured:
    """The transformer of this file."""
    return Measured("image", "hog")


def cost(sample_shape: tuple[int, int, int]) -> float:
    """Seconds per image on the reference machine."""
    size, _, channels = sample_shape
    return 8e-6 + (4.5e-8 + 6e-9 * channels) * size * size


def names(sample_shape: tuple[int, int, int]) -> list[str]:
    """Column names for images [S, S, C]."""
    cells = cell_names(cells_per_side(sample_shape[0]))
    turns = [f"{round(180 * k / DIRECTIONS)} degrees" for k in range(DIRECTIONS)]
    edges = [f"edge strength, {cell}, {turn}" for cell in cells for turn in turns]
    return edges + [f"edge energy, {cell}, against {block} neighbours" for cell in cells for block in BLOCKS]


def cells_per_side(size: int) -> int:
    """Cells along a side: of two pixels in tiny images, of four up to 32 pixels, then 8 to a side."""
    return max(2, size // 2) if size <= 12 else min(8, size // 4)


@lru_cache(maxsize=8)
def locations(sample_shape: tuple[int, int, int]) -> tuple[np.ndarray, np.ndarray]:
    """See `Measured`: each column at its cell."""
    size = sample_shape[0]
    maps = cell_maps(soft_weights(size, cells_per_side(size)))
    cells = np.arange(len(maps))
    return maps, np.concatenate([np.repeat(cells, DIRECTIONS), np.repeat(cells, len(BLOCKS))])


def measure(images: np.ndarray) -> np.ndarray:
    """uint8 [n, S, S, C] -> float32 [n, cells * cells * (9 + 4)].

    Direction is that of the brightness gradient, unsigned, anticlockwise: 0 degrees is from left to
    right (an upright edge), 90 degrees from bottom to top (a level edge).
    """
    size = images.shape[1]
    right, down = _strongest(images)
    strength = np.hypot(right, down) / 255
    turn = np.arctan2(-down, right) * (DIRECTIONS / np.pi)  # -9..9, one unit per direction
    turn[turn < 0] += DIRECTIONS
    weights = soft_weights(size, cells_per_side(size))
    cells = np.stack([pool(part, weights) for part in _shares(strength, turn)], axis=-1)  # [n, c, c, 9]
    return _normalised(cells)


def _strongest(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Gradients [n, S, S] of the channel in which each pixel's gradient is longest."""
    right, down = gradients(images[..., 0])
    for channel in range(1, images.shape[-1]):
        other_right, other_down = gradients(images[..., channel])
        longer = other_right**2 + other_down**2 > right**2 + down**2
        right, down = np.where(longer, other_right, right), np.where(longer, other_down, down)
    return right, down


def _shares(strength: np.ndarray, turn: np.ndarray) -> Iterator[np.ndarray]:
    """For each direction the strength [n, S, S] that falls to it, linear between neighbours."""
    for direction in range(DIRECTIONS):
        apart = np.abs(turn - direction)
        apart = np.minimum(apart, DIRECTIONS - apart)
        yield np.maximum(1 - apart, 0) * strength


@lru_cache(maxsize=64)
def soft_weights(size: int, cells: int) -> np.ndarray:
    """float32 [cells, S]: a pixel counts for the nearest two cells, linearly by distance between
    centres; rows sum to 1."""
    position = (np.arange(size) + 0.5) * cells / size - 0.5
    weights = np.maximum(1 - np.abs(position - np.arange(cells)[:, None]), 0)
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)


def _normalised(cells: np.ndarray) -> np.ndarray:
    """Cells [n, c, c, 9] divided by the norm of each of the four 2 x 2 blocks they are in, clipped;
    mean over blocks (9 columns a cell), then mean over directions (4 columns a cell)."""
    n, side, _, _ = cells.shape
    energy = np.pad((cells**2).sum(axis=-1), ((0, 0), (1, 1), (1, 1)), mode="edge")  # [n, c+2, c+2]
    blocks = energy[:, :-1, :-1] + energy[:, 1:, :-1] + energy[:, :-1, 1:] + energy[:, 1:, 1:]
    norms = np.sqrt(blocks + FLAT**2)  # [n, c+1, c+1]
    around = (norms[:, :-1, :-1], norms[:, :-1, 1:], norms[:, 1:, :-1], norms[:, 1:, 1:])
    scaled = [np.minimum(cells / norm[..., None], CLIP) for norm in around]
    edges = sum(scaled) / 4
    texture = np.stack([block.mean(axis=-1) for block in scaled], axis=-1)  # [n, c, c, 4]
    return np.hstack([edges.reshape(n, -1), texture.reshape(n, -1)])
