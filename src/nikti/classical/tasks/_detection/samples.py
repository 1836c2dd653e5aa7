"""Pictures with their pyramids and true boxes, as detectors learn from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from nikti.classical.tasks._detection.model import DetectionModel
from nikti.classical.tasks._detection.pyramid import Pyramids
from nikti.core.answers import CLASS, Boxes
from nikti.core.contender import FitReport
from nikti.core.data import Data
from nikti.modalities import image


@dataclass
class Samples:
    """targets: in pixels of the pyramids' square pictures; form: see `nikti.modalities`."""

    pyramids: Pyramids
    targets: Boxes
    form: dict[str, Any]
    classes: tuple[str, ...]

    @classmethod
    def of(cls, data: Data) -> Samples:
        """Brings pictures and boxes to the working size."""
        form = image.form(data.inputs)
        pictures = image.formed(data.inputs, form)
        square = np.full((len(data), 2), form["size"])
        return cls(Pyramids(list(pictures)), data.targets.scaled(square), form, data.classes)

    def __len__(self) -> int:
        return len(self.pyramids)

    @property
    def truth(self) -> list[np.ndarray]:
        """Boxes float32 [k, 5] of each picture."""
        return [self.targets[row] for row in range(len(self))]

    def take(self, rows: np.ndarray) -> Samples:
        """The given pictures."""
        return Samples(self.pyramids.take(rows), self.targets[rows], self.form, self.classes)

    def model(self, name: str, fitted: Any, report: FitReport) -> DetectionModel:
        """The finished model."""
        labels_present = set(self.targets.flat[:, CLASS].astype(int)) - fitted.labels
        for label in sorted(labels_present):
            report.notes.append(
                f"{self.classes[label]} is never found: no window fits its boxes, or there is nothing else."
            )
        return DetectionModel(name, fitted, self.form, report)
