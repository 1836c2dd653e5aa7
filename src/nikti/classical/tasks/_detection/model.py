"""A fitted detector with its files: `object_detection.json` (what it is) and `detector.npz` (its numbers)."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from nikti.classical import facts
from nikti.classical.tasks._detection.find import find_all
from nikti.classical.tasks._detection.first import Windows
from nikti.classical.tasks._detection.places import Places
from nikti.classical.tasks._detection.pyramid import Pyramids
from nikti.classical.tasks._detection.svm import Scorer
from nikti.classical.tasks._detection.templates import Template
from nikti.classical.tasks._model import TaskModel, of_code
from nikti.core.answers import Boxes
from nikti.core.contender import FitReport
from nikti.core.graph import Graph
from nikti.core.inputs import Inputs
from nikti.core.steps import SAMPLE, Value
from nikti.core.words import Words
from nikti.modalities.image import formed, picture_sizes

#: Raised when a folder written by this version could not be read by an older one.
FORMAT = 1

_WHAT = Words(en="detector", bn="বস্তু-খোঁজা মডেল")
FACTS, _NUMBERS = "object_detection.json", "detector.npz"


@dataclass
class DetectionModel(TaskModel):
    """contender: its name; form: {"size", "channels"} that pictures are brought to."""

    contender: str
    detector: Windows | Places
    form: dict[str, Any]
    report: FitReport = field(default_factory=FitReport)

    def predict(self, inputs: Inputs) -> Boxes:
        """Boxes with 6 columns, in pixels of the pictures given, best first."""
        pictures = formed(inputs, self.form)
        # Each picture is looked at once, so its cells need not be kept.
        return find_all(self.detector, Pyramids(list(pictures), room=0)).scaled(picture_sizes(inputs))

    def graph(self) -> Graph:
        """Its windows are Python code; see `nikti.core.graph`."""
        raw = (Value(SAMPLE, "uint8", (None, None, None, None)),)
        why = "windows are slid over the picture by Python code: nikti/classical/tasks/_detection"
        return of_code(raw, self.detector, why)

    def importance(self) -> list[tuple[str, float]] | None:
        """(channel of the cells, share) in falling order; None for the floor."""
        return self.detector.importance()

    def save(self, folder: Path) -> None:
        """Write everything needed to predict again into a folder, which is made."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        stored: dict[str, Any] = {"form": self.form}
        if isinstance(self.detector, Places):
            arrays: dict[str, Any] = {"places": self.detector.boxes}
        else:
            arrays = {"platt": self.detector.platt}
            stored["templates"] = []
            for number, scorer in enumerate(self.detector.scorers):
                t = scorer.template
                stored["templates"].append([t.label, t.rows, t.columns, list(t.levels), scorer.bias])
                for what in ("weights", "moves", "leaning"):
                    arrays[f"{what}_{number}"] = getattr(scorer, what)
        np.savez(folder / _NUMBERS, **arrays)
        facts.write(folder, FACTS, FORMAT, self.contender, self.report, **stored)


def load(folder: Path) -> DetectionModel:
    """Read a model back. Raises ModelError if it is damaged or of another format."""
    folder = Path(folder)
    stored = facts.read(folder, FACTS, FORMAT, _WHAT)
    with facts.reading(folder, _WHAT):
        with np.load(folder / _NUMBERS, allow_pickle=False) as arrays:
            if "templates" not in stored:
                detector: Windows | Places = Places(arrays["places"])
            else:
                detector = Windows(
                    [
                        Scorer(
                            Template(label, rows, columns, tuple(levels)),
                            arrays[f"weights_{number}"],
                            bias,
                            arrays[f"moves_{number}"],
                            arrays[f"leaning_{number}"],
                        )
                        for number, (label, rows, columns, levels, bias) in enumerate(stored["templates"])
                    ],
                    arrays["platt"],
                )
        return DetectionModel(stored["contender"], detector, stored["form"], facts.report_of(stored))
