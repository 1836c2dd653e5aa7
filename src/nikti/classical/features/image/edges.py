"""How much is going on where: strength and density of edges in a grid, and how sharp the picture is."""

from __future__ import annotations

import numpy as np

from nikti.classical.features._measured import Measured
from nikti.classical.features.image._grid import (
    area_weights,
    cell_maps,
    cell_names,
    gradients,
    grey,
    grid_mean,
    whole,
)
from nikti.core.words import Words

TITLE = Words(
    en="edge density in each part of the picture, and sharpness", bn="ছবির প্রতি অংশে কিনারার ঘনত্ব, আর তীক্ষ্ণতা"
)
STATELESS = True

LARGEST_GRID = 4
#: A pixel lies on an edge where brightness changes by this many of 255 grey levels per pixel.
STRONG = 24


def build() -> Measured:
    """The transformer of this file."""
    return Measured("image", "edges")


def cost(sample_shape: tuple[int, int, int]) -> float:
    """Seconds per image on the reference machine."""
    return 2e-6 + 1.8e-8 * sample_shape[0] ** 2


def names(sample_shape: tuple[int, int, int]) -> list[str]:
    """Column names for images [S, S, C]."""
    cells = cell_names(_grid(sample_shape[0]))
    parts = [f"mean edge strength, {cell}" for cell in cells] + [f"edge density, {cell}" for cell in cells]
    return [
        *parts,
        "edge density of the picture",
        "edge strength: spread over the picture",
        "edges: share that is upright",
        "edges: share of one common direction (coherence)",
        "sharpness (spread of the Laplacian)",
    ]


def locations(sample_shape: tuple[int, int, int]) -> tuple[np.ndarray, np.ndarray]:
    """See `Measured`: strength and density at their cell, the last five at the whole picture."""
    maps = cell_maps(area_weights(sample_shape[0], _grid(sample_shape[0])))
    cells = np.arange(1, 1 + len(maps))
    return np.concatenate([whole(sample_shape[0]), maps]), np.concatenate([cells, cells, np.zeros(5, int)])


def measure(images: np.ndarray) -> np.ndarray:
    """uint8 [n, S, S, C] -> float32 [n, 2 * grid * grid + 5]; strength in shares of full contrast per
    pixel, density in shares of pixels."""
    n, size = images.shape[:2]
    planes = grey(images)
    right, down = gradients(planes)
    strength = np.hypot(right, down)
    grid = _grid(size)
    dense = grid_mean((strength > STRONG).astype(np.float32), grid).reshape(n, -1)
    mean = grid_mean(strength, grid).reshape(n, -1) / 255
    whole = [dense.mean(axis=1), strength.std(axis=(1, 2)) / 255, *_directions(right, down)]
    return np.column_stack([mean, dense, *whole, _sharpness(planes)])


def _directions(right: np.ndarray, down: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Share of gradient energy that runs across (upright edges), and coherence, both 0..1 [n]: from
    the structure tensor, the difference of its eigenvalues over their sum."""
    xx, yy = np.square(right).mean(axis=(1, 2)), np.square(down).mean(axis=(1, 2))
    xy = (right * down).mean(axis=(1, 2))
    total = np.maximum(xx + yy, 1e-6)
    return xx / total, np.hypot(xx - yy, 2 * xy) / total


def _sharpness(planes: np.ndarray) -> np.ndarray:
    """Standard deviation [n] of the four-neighbour Laplacian, in shares of full contrast."""
    values = planes.astype(np.int16)
    around = values[:, :-2, 1:-1] + values[:, 2:, 1:-1] + values[:, 1:-1, :-2] + values[:, 1:-1, 2:]
    return (around - 4 * values[:, 1:-1, 1:-1]).std(axis=(1, 2), dtype=np.float32) / 255


def _grid(size: int) -> int:
    return min(LARGEST_GRID, size // 4)
