"""Pictures at many sizes, as cells: made when asked for, kept while there is room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np

from nikti.classical.tasks._detection.channels import CELL, channels, count

#: Sizes per doubling: neighbours differ by 26%, so a window is at most 12% too large or too small.
STEPS = 3
#: Cells added around a picture, its border repeated, so that a window may stick out.
PAD = 4
#: Enlarging shows nothing new, but gives small things more cells; beyond this it only costs.
LARGEST = 3.0
#: Bytes of cells kept; what finds no room is computed again.
ROOM = 1 << 30


def scale_of(level: int) -> float:
    """The factor by which a picture's sides are multiplied at a level; level 0 is as it is.

    >>> [round(scale_of(level), 2) for level in (-3, 0, 3)]
    [2.0, 1.0, 0.5]
    """
    return 2.0 ** (-level / STEPS)


class Pyramids:
    """The pyramids of some pictures, uint8 [S, S, C] each, of one shape."""

    def __init__(self, pictures: Sequence[np.ndarray], room: int = ROOM):
        self.pictures, self.rows = pictures, np.arange(len(pictures))
        self._kept: dict[Any, Any] = {}
        self._room = [room]

    def take(self, rows: np.ndarray) -> Pyramids:
        """Some of the pictures; what is kept is shared."""
        some = Pyramids(self.pictures, 0)
        some.rows, some._kept, some._room = self.rows[rows], self._kept, self._room
        return some

    @property
    def side(self) -> int:
        """Pixels along a side of the pictures."""
        return self.pictures[0].shape[0]

    @property
    def depth(self) -> int:
        """Channels of a cell."""
        return count(self.pictures[0].shape[2])

    def __len__(self) -> int:
        return len(self.rows)

    def level(self, picture: int, level: int) -> np.ndarray:
        """float32 [h, w, K]: the cells of a picture at a level, PAD more on each side."""
        row = int(self.rows[picture])
        half = self._kept.get((row, level))
        if half is None:
            half = self._make(self.pictures[row], level).astype(np.float16)
            if self._room[0] >= half.nbytes:
                self._room[0] -= half.nbytes
                self._kept[row, level] = half
        return half.astype(np.float32)  # the same numbers whether kept or not

    @staticmethod
    def _make(picture: np.ndarray, level: int) -> np.ndarray:
        height, width = (cells_of(side, level) * CELL for side in picture.shape[:2])
        shrinks = height < picture.shape[0]
        method = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
        sized = cv2.resize(picture, (width, height), interpolation=method)
        edge = PAD * CELL
        framed = cv2.copyMakeBorder(sized, edge, edge, edge, edge, cv2.BORDER_REPLICATE)
        return channels(framed.reshape(height + 2 * edge, width + 2 * edge, -1))


def cells_of(side: int, level: int) -> int:
    """Cells along a side of so many pixels at a level, without PAD."""
    return max(1, round(side * scale_of(level) / CELL))
