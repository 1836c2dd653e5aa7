"""A picture as a grid of cells, each described by edge directions and colour.

Edges: histograms of oriented gradients with the four normalisations of Felzenszwalb et al. (PAMI 2010,
section 6.2) averaged; colour and strength of edges: means over the cell, the aggregate channel features
of P. Dollar, R. Appel, S. Belongie, P. Perona, Fast feature pyramids for object detection, PAMI 2014.
"""

from __future__ import annotations

import cv2
import numpy as np

#: Pixels along a side of a cell.
CELL = 4
DIRECTIONS = 9
#: L2-Hys clipping, Dalal and Triggs 2005, section 6.4.
CLIP = 0.2
#: Gradient (full contrast per pixel) below which the surroundings of a cell count as flat.
FLAT = 0.01

#: CIE LUV as OpenCV gives it: about 0..100 and -100..100.
_LUV = np.array([100.0, 100.0, 100.0], dtype=np.float32)


def count(colours: int) -> int:
    """Channels of a picture with so many colours (1 or 3)."""
    return DIRECTIONS + 1 + colours


def names(colours: int) -> list[str]:
    """Names of the channels, in their order."""
    turns = [f"edges of {round(180 * k / DIRECTIONS)} degrees" for k in range(DIRECTIONS)]
    paint = ["brightness"] if colours == 1 else ["lightness (L)", "green to red (u)", "blue to yellow (v)"]
    return [*turns, "strength of edges", *paint]


def channels(picture: np.ndarray) -> np.ndarray:
    """uint8 [H, W, C] -> float32 [H // 4, W // 4, 9 + 1 + C]; what does not fill a cell is left out."""
    rows, columns = picture.shape[0] // CELL, picture.shape[1] // CELL
    values = picture[: rows * CELL, : columns * CELL].astype(np.float32) / 255
    right, down = _strongest(values)
    strength, turn = cv2.cartToPolar(right, down)
    turn *= DIRECTIONS / np.pi  # 0..18: two turns of 9 directions
    edges = np.empty((rows, columns, DIRECTIONS), np.float32)
    for direction in range(DIRECTIONS):
        apart = np.abs(turn - direction)
        for far in (DIRECTIONS, 2 * DIRECTIONS):
            np.minimum(apart, np.abs(turn - direction - far), out=apart)
        edges[:, :, direction] = _pool(np.maximum(1 - apart, 0) * strength)
    energy = _pool(strength)[:, :, None]
    return np.concatenate(
        [_normalised(edges), energy, _pool(_colours(values)).reshape(rows, columns, -1)], axis=2
    )


def _pool(plane: np.ndarray) -> np.ndarray:
    """Means over cells."""
    return cv2.resize(plane, (plane.shape[1] // CELL, plane.shape[0] // CELL), interpolation=cv2.INTER_AREA)


def _colours(values: np.ndarray) -> np.ndarray:
    return values if values.shape[2] == 1 else cv2.cvtColor(values, cv2.COLOR_RGB2LUV) / _LUV


def _strongest(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Gradients [H, W], to the right and downwards, of the colour in which each pixel's is longest."""
    right = cv2.Sobel(values, -1, 1, 0, ksize=1, scale=0.5, borderType=cv2.BORDER_REPLICATE)
    down = cv2.Sobel(values, -1, 0, 1, ksize=1, scale=0.5, borderType=cv2.BORDER_REPLICATE)
    if right.ndim == 2:
        return right, down
    longest = np.argmax(right * right + down * down, axis=2)[:, :, None]
    right, down = (np.take_along_axis(part, longest, axis=2)[:, :, 0] for part in (right, down))
    return right, down


def _normalised(edges: np.ndarray) -> np.ndarray:
    """Cells [h, w, 9] divided by the norms of the four 2 x 2 blocks they are in, clipped, averaged."""
    energy = np.pad((edges**2).sum(axis=2), 1, mode="edge")
    blocks = energy[:-1, :-1] + energy[1:, :-1] + energy[:-1, 1:] + energy[1:, 1:]
    norms = 1 / np.sqrt(blocks + FLAT**2)
    around = (norms[:-1, :-1], norms[:-1, 1:], norms[1:, :-1], norms[1:, 1:])
    return sum(np.minimum(edges * norm[:, :, None], CLIP) for norm in around) / (4 * CLIP)
