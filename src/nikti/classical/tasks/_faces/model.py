"""A fitted verifier with its files: `face_verification.json` (what it is), `verifier.npz` (its numbers)."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from nikti.classical import facts
from nikti.classical.graph import RESIZED, pictures
from nikti.classical.tasks._faces.projections import Projection
from nikti.classical.tasks._faces.views import VIEWS
from nikti.classical.tasks._model import TaskModel
from nikti.core.contender import FitReport
from nikti.core.decoding import Divide
from nikti.core.graph import Estimator, Graph, Linear, python_only
from nikti.core.inputs import Inputs, Stack
from nikti.core.steps import Measure, Standardise, Value
from nikti.core.words import Words
from nikti.modalities import image

#: Raised when a folder written by this version could not be read by an older one.
FORMAT = 1

_WHAT = Words(en="verifier", bn="মুখ-যাচাই মডেল")
FACTS, _NUMBERS = "face_verification.json", "verifier.npz"

_BLOCK = 512  # pictures measured at a time


@dataclass
class VerificationModel(TaskModel):
    """contender: its name; form: {"size", "channels"} that pictures are brought to; view: see `views`;
    threshold: the distance below which two pictures are of one person."""

    contender: str
    form: dict[str, Any]
    view: str
    projection: Projection
    threshold: float
    report: FitReport = field(default_factory=FitReport)

    def predict(self, inputs: Inputs) -> np.ndarray:
        """Embeddings float32 [n, d]; two pictures are of one person where their distance is below 1."""
        return self.projection(measured(inputs, self.form, self.view)) / np.float32(self.threshold)

    def graph(self) -> Graph:
        """The way from a picture to an embedding, as plain data; see `nikti.core.graph`."""
        centre, matrix = self.projection.centre, self.projection.matrix
        width, place = len(centre), "classical/tasks/_faces/views"
        raw, steps = pictures(
            self.form,
            (
                Measure(RESIZED, "view", place, (), {"view": self.view}),
                Standardise("view", "centred", centre, np.ones(width)),
            ),
        )
        linear = Linear(matrix, np.zeros(matrix.shape[1]), self.projection.unit)
        estimator = Estimator("linear", linear, "", (Value("centred", "float32", (None, width)),))
        return Graph(raw, steps, estimator, (Divide(self.threshold),), python_only(steps))

    def importance(self) -> None:
        """None: its measures have no names that tell people anything."""
        return None

    def save(self, folder: Path) -> None:
        """Write everything needed to predict again into a folder, which is made."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        stored = {
            "form": self.form,
            "view": self.view,
            "unit": self.projection.unit,
            "threshold": self.threshold,
        }
        np.savez(folder / _NUMBERS, centre=self.projection.centre, matrix=self.projection.matrix)
        facts.write(folder, FACTS, FORMAT, self.contender, self.report, **stored)


def measured(inputs: Inputs, form: dict[str, Any], view: str) -> np.ndarray:
    """A view of raw pictures, float32 [n, D]."""
    blocks = []
    for start in range(0, len(inputs), _BLOCK):
        some = image.formed(inputs.take(np.arange(start, min(start + _BLOCK, len(inputs)))), form)
        assert isinstance(some, Stack)
        blocks.append(VIEWS[view](some.array()))
    return np.concatenate(blocks)


def load(folder: Path) -> VerificationModel:
    """Read a model back. Raises ModelError if it is damaged or of another format."""
    folder = Path(folder)
    stored = facts.read(folder, FACTS, FORMAT, _WHAT)
    with facts.reading(folder, _WHAT):
        with np.load(folder / _NUMBERS, allow_pickle=False) as numbers:
            projection = Projection(numbers["centre"], numbers["matrix"], stored["unit"])
        known = stored["contender"], stored["form"], stored["view"]
        return VerificationModel(*known, projection, float(stored["threshold"]), facts.report_of(stored))
