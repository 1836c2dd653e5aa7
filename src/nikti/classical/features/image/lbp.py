"""Local binary patterns: which neighbours of a pixel are brighter than it, counted over the picture.

T. Ojala, M. Pietikainen, T. Maenpaa, Multiresolution gray-scale and rotation invariant texture
classification with local binary patterns, PAMI 2002 (uniform patterns: one run of brighter neighbours).
"""

from __future__ import annotations

import numpy as np

from nikti.classical.features._measured import Measured
from nikti.classical.features.image._grid import area_weights, cell_maps, cell_names, counts, grey, whole
from nikti.core.words import Words

TITLE = Words(
    en="fine texture: which neighbours are brighter (local binary patterns, LBP)",
    bn="সূক্ষ্ম বুনট: পাশের কোন পিক্সেল বেশি উজ্জ্বল (LBP)",
)
STATELESS = True

#: The eight neighbours (down, right), anticlockwise from the right, as angles are counted.
NEIGHBOURS = ((0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1), (1, 0), (1, 1))
LARGEST_GRID = 4


def build() -> Measured:
    """The transformer of this file."""
    return Measured("image", "lbp")


def cost(sample_shape: tuple[int, int, int]) -> float:
    """Seconds per image on the reference machine."""
    return 1e-6 + 1.8e-8 * sample_shape[0] ** 2


def names(sample_shape: tuple[int, int, int]) -> list[str]:
    """Column names for images [S, S, C]."""
    runs = ["texture: no neighbour brighter", "texture: every neighbour as bright or brighter"]
    runs += [
        f"texture: {length} brighter in a row from {45 * start} degrees"
        for length in range(1, 8)
        for start in range(8)
    ]
    runs += ["texture: mixed neighbours"]
    kinds = [f"{length} of 8 neighbours brighter in a row" for length in range(9)] + ["mixed neighbours"]
    cells = cell_names(_grid(sample_shape[0]))
    return runs + [f"texture, {cell}: {kind}" for cell in cells for kind in kinds]


def locations(sample_shape: tuple[int, int, int]) -> tuple[np.ndarray, np.ndarray]:
    """See `Measured`: 59 columns at the whole picture, the others at their cell."""
    maps = cell_maps(area_weights(sample_shape[0], _grid(sample_shape[0])))
    every = np.concatenate([whole(sample_shape[0]), maps])
    return every, np.concatenate([np.zeros(59, int), np.repeat(np.arange(1, len(every)), 10)])


def measure(images: np.ndarray) -> np.ndarray:
    """uint8 [n, S, S, C] -> float32 [n, 59 + 10 * grid * grid]: shares of the inner pixels that show
    each uniform pattern, in the whole picture; and, turned alike, in each cell of a grid."""
    n, size = images.shape[:2]
    codes = codes_of(grey(images))  # [n, S-2, S-2], 0..255
    inner = size - 2
    whole = counts(RUN_OF[codes].reshape(n, -1), 59) / inner**2
    grid = _grid(size)
    cell = np.arange(inner) * grid // inner
    place = (cell[:, None] * grid + cell) * 10
    local = counts((LENGTH_OF[codes] + place).reshape(n, -1), 10 * grid * grid)
    share = local.reshape(n, -1, 10) / np.bincount(place.ravel() // 10)[:, None]
    return np.hstack([whole, share.reshape(n, -1)])


def codes_of(planes: np.ndarray) -> np.ndarray:
    """Bit k is set where neighbour k is at least as bright: uint8 [n, S, S] -> uint8 [n, S-2, S-2]."""
    size = planes.shape[1]
    centre = planes[:, 1:-1, 1:-1]
    codes = np.zeros(centre.shape, dtype=np.uint8)
    for bit, (down, right) in enumerate(NEIGHBOURS):
        other = planes[:, 1 + down : size - 1 + down, 1 + right : size - 1 + right]
        codes |= (other >= centre).view(np.uint8) << np.uint8(bit)
    return codes


def _grid(size: int) -> int:
    return min(LARGEST_GRID, max(1, (size - 2) // 6))


def _tables() -> tuple[np.ndarray, np.ndarray]:
    """Of each of the 256 codes: its column among the 59, and its column among the 10."""
    run_of, length_of = np.full(256, 58), np.full(256, 9)
    run_of[0], run_of[255] = 0, 1
    length_of[0], length_of[255] = 0, 8
    for length in range(1, 8):
        for start in range(8):
            code = sum(1 << ((start + step) % 8) for step in range(length))
            run_of[code] = 2 + (length - 1) * 8 + start
            length_of[code] = length
    return run_of, length_of


RUN_OF, LENGTH_OF = _tables()
