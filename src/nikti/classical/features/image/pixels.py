"""A coarse map of brightness (and of the three colours): the picture as seen through half-closed eyes."""

from __future__ import annotations

import numpy as np

from nikti.classical.features._measured import Measured
from nikti.classical.features.image._grid import area_weights, cell_maps, cell_names, grid_mean
from nikti.core.words import Words

TITLE = Words(
    en="coarse brightness map: mean brightness of each cell of a grid",
    bn="মোটা উজ্জ্বলতার নকশা: প্রতি ঘরের গড় উজ্জ্বলতা",
)
STATELESS = True

GREY_CELLS = 16
COLOUR_CELLS = 8
PLANES = ("red", "green", "blue")


def build() -> Measured:
    """The transformer of this file."""
    return Measured("image", "pixels")


def cost(sample_shape: tuple[int, int, int]) -> float:
    """Seconds per image on the reference machine."""
    size, _, channels = sample_shape
    return 5e-7 + 1.3e-9 * size * size * channels


def names(sample_shape: tuple[int, int, int]) -> list[str]:
    """Column names for images [S, S, C]."""
    size, _, channels = sample_shape
    if channels == 1:
        return [f"brightness, {cell}" for cell in cell_names(_cells(size, channels))]
    return [f"{plane}, {cell}" for plane in PLANES for cell in cell_names(_cells(size, channels))]


def locations(sample_shape: tuple[int, int, int]) -> tuple[np.ndarray, np.ndarray]:
    """See `Measured`: each column at its cell."""
    size, _, channels = sample_shape
    maps = cell_maps(area_weights(size, _cells(size, channels)))
    return maps, np.tile(np.arange(len(maps)), channels)


def measure(images: np.ndarray) -> np.ndarray:
    """Mean values 0..1 of the cells: uint8 [n, S, S, C] -> float32 [n, C * cells * cells].

    Images no larger than the grid give their pixels as they are.
    """
    n, size, _, channels = images.shape
    cells = _cells(size, channels)
    maps = [grid_mean(images[..., plane], cells).reshape(n, -1) for plane in range(channels)]
    return np.hstack(maps) / 255


def _cells(size: int, channels: int) -> int:
    return min(size, GREY_CELLS if channels == 1 else COLOUR_CELLS)
