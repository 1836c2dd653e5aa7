"""Pictures with their pixels' features and true masks, as segmenters learn from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nikti.classical.tasks._segmentation.filters import BANKS
from nikti.classical.tasks._segmentation.model import SegmentationModel
from nikti.core import images
from nikti.core.contender import FitReport
from nikti.core.data import Data
from nikti.modalities import image

#: Bytes of features kept; what finds no room is computed again.
ROOM = 1 << 30


class Filtered:
    """The features of pictures, made when asked for and kept while there is room. bank: of `BANKS`."""

    def __init__(self, pictures: Sequence[np.ndarray], bank: str, room: int = ROOM):
        self.pictures, self.bank, self._room = pictures, bank, room
        self._kept: dict[int, np.ndarray] = {}

    def of(self, row: int) -> np.ndarray:
        """float32 [S, S, d]."""
        half = self._kept.get(row)
        if half is None:
            half = BANKS[self.bank].features(self.pictures[row]).astype(np.float16)
            if self._room >= half.nbytes:
                self._room -= half.nbytes
                self._kept[row] = half
        return half.astype(np.float32)  # the same numbers whether kept or not


@dataclass
class Samples:
    """masks: sequence of uint8 [H, W]; rows: those meant; form: see `nikti.modalities`."""

    filtered: Filtered
    masks: Any
    rows: np.ndarray
    classes: int
    form: dict[str, Any]

    @classmethod
    def of(cls, data: Data, bank: str) -> Samples:
        """Brings pictures to the working size; their features are those of a bank of filters."""
        form = image.form(data.inputs)
        pictures = image.formed(data.inputs, form)
        return cls(
            Filtered(list(pictures), bank), data.targets, np.arange(len(data)), len(data.classes), form
        )

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, rows: np.ndarray) -> Samples:
        """The given pictures."""
        return Samples(self.filtered, self.masks, self.rows[rows], self.classes, self.form)

    @property
    def bank(self) -> str:
        """The bank of filters that its features are of."""
        return self.filtered.bank

    @property
    def targets(self) -> np.ndarray:
        """uint8 [n, S, S]."""
        return np.stack([self.mask(position) for position in range(len(self))])

    def mask(self, position: int) -> np.ndarray:
        """uint8 [S, S]: the true codes of a picture."""
        mask, size = np.asarray(self.masks[int(self.rows[position])]), self.form["size"]
        return mask if mask.shape == (size, size) else images.resize_mask(mask, (size, size))

    def features(self, position: int) -> np.ndarray:
        """float32 [S, S, d]."""
        return self.filtered.of(int(self.rows[position]))

    def model(self, name: str, fitted: Any, report: FitReport) -> SegmentationModel:
        """The finished model."""
        return SegmentationModel(name, fitted, self.form, report)
