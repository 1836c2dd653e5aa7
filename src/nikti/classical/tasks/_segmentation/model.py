"""A fitted segmenter with its files: `semantic_segmentation.json` (what it is), `look_<k>.skops` (its
estimators)."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from nikti.classical import facts
from nikti.classical.graph import RESIZED, library_of, pictures
from nikti.classical.persist import read_skops
from nikti.classical.tasks._model import TaskModel
from nikti.classical.tasks._segmentation.filters import ALL, BANKS
from nikti.classical.tasks._segmentation.pixel_classifier import PixelClassifier
from nikti.core.contender import FitReport
from nikti.core.decoding import AllClasses, Argmax, ToPictures
from nikti.core.graph import Estimator, Graph, Missing, python_only
from nikti.core.inputs import Inputs
from nikti.core.steps import Measure, Value
from nikti.core.words import Words
from nikti.modalities.image import formed, picture_sizes

#: Raised when a folder written by this version could not be read by an older one.
FORMAT = 1

_WHAT = Words(en="segmenter", bn="ছবি-ভাগ করা মডেল")
FACTS = "semantic_segmentation.json"


@dataclass
class SegmentationModel(TaskModel):
    """contender: its name; form: {"size", "channels"} that pictures are brought to."""

    contender: str
    classifier: PixelClassifier
    form: dict[str, Any]
    report: FitReport = field(default_factory=FitReport)

    def predict(self, inputs: Inputs) -> np.ndarray | list[np.ndarray]:
        """Class codes uint8 [n, H, W], or a list of [H, W] where pictures differ in size.

        Probabilities are enlarged, not codes, so that borders are smooth.
        """
        pictures, sizes = formed(inputs, self.form), picture_sizes(inputs)
        masks = [self._one(pictures[row], *map(int, sizes[row])) for row in range(len(pictures))]
        return np.stack(masks) if len(np.unique(sizes, axis=0)) == 1 else masks

    def _one(self, picture: np.ndarray, height: int, width: int) -> np.ndarray:
        features = (
            BANKS[self.classifier.bank].features(picture).astype(np.float16)
        )  # as they were learned from
        proba = self.classifier.proba(features.astype(np.float32))
        if proba.shape[:2] != (height, width):
            planes = [
                cv2.resize(np.ascontiguousarray(proba[:, :, code]), (width, height))
                for code in range(proba.shape[2])
            ]
            proba = np.stack(planes, axis=-1)
        return self.classifier.codes(proba)

    def graph(self) -> Graph:
        """The way from a picture to a mask, as plain data; see `nikti.core.graph`."""
        classifier, place = self.classifier, "classical/tasks/_segmentation/filters"
        columns = tuple(BANKS[classifier.bank].names(self.form["channels"]))
        raw, steps = pictures(
            self.form, (Measure(RESIZED, "of each pixel", place, columns, {"bank": classifier.bank}),)
        )
        if not classifier.estimators:
            raw, steps = pictures(self.form, ())
        estimator, foreign = self._estimator(len(columns))
        size, present = classifier.classes, tuple(int(code) for code in classifier.present)
        decoding = (ToPictures("probabilities"), AllClasses(present, size), Argmax(-1))
        return Graph(raw, steps, estimator, decoding, (*python_only(steps), *foreign))

    def _estimator(self, width: int) -> tuple[Estimator, tuple[Missing, ...]]:
        """(what answers for one pixel, what of it is code)."""
        read = (Value("of each pixel", "float32", (None, None, None, width)),)
        if not self.classifier.estimators:
            return Estimator("constant", np.ones((*(self.form["size"],) * 2, 1)), "", ()), ()
        if len(self.classifier.estimators) > 1:
            why = "it reads what the first made of the surroundings: nikti/classical/tasks/_segmentation"
            return Estimator("python", self.classifier, "proba", read), (Missing("second stage", why),)
        model = self.classifier.estimators[0]
        return Estimator(library_of(model), model, "predict_proba", read), ()

    def importance(self) -> list[tuple[str, float]] | None:
        """(feature of a pixel, share) in falling order; None for the floor."""
        return self.classifier.shares

    def save(self, folder: Path) -> None:
        """Write everything needed to predict again into a folder, which is made."""
        from nikti.classical import skops_io

        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        for number, estimator in enumerate(self.classifier.estimators):
            skops_io.dump(estimator, folder / f"look_{number}.skops")
        stored = {
            "form": self.form,
            "classes": self.classifier.classes,
            "present": [int(code) for code in self.classifier.present],
            "looks": len(self.classifier.estimators),
            "filters": self.classifier.bank,
            "importance": self.classifier.shares,
        }
        facts.write(folder, FACTS, FORMAT, self.contender, self.report, **stored)


def load(folder: Path) -> SegmentationModel:
    """Read a model back. Raises ModelError if it is damaged, of another format, or holds anything that is
    not on the list of trusted types (`classical/persist.py`)."""
    folder = Path(folder)
    stored = facts.read(folder, FACTS, FORMAT, _WHAT)
    with facts.reading(folder, _WHAT):
        estimators = [read_skops(folder / f"look_{number}.skops") for number in range(stored["looks"])]
        present = np.array(stored["present"], dtype=np.int64)
        bank = stored.get("filters", ALL)  # models of old knew no other
        classifier = PixelClassifier(stored["classes"], present, estimators, bank, facts.shares_of(stored))
        return SegmentationModel(stored["contender"], classifier, stored["form"], facts.report_of(stored))
