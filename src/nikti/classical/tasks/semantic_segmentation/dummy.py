"""The most frequent class everywhere, as the floor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from nikti.classical.tasks._segmentation.filters import FEW
from nikti.classical.tasks._segmentation.pixel_classifier import PixelClassifier
from nikti.classical.tasks._segmentation.samples import Samples
from nikti.classical.tasks.semantic_segmentation._pixels import JUDGED, _area
from nikti.core.answers import IGNORE
from nikti.core.contender import FLOOR, PRESETS
from nikti.core.data import Data
from nikti.core.task import Task
from nikti.core.words import Words


@dataclass(frozen=True)
class Dummy:
    """The most frequent class everywhere."""

    title: Words = Words(
        en="the most frequent class everywhere, as the floor",
        bn="সবখানে সবচেয়ে বেশি দেখা শ্রেণি, তুলনার নিচের সীমা হিসেবে",
    )
    presets: tuple[str, ...] = PRESETS
    method: Words = FLOOR
    candidates: tuple[dict[str, Any], ...] = ({},)
    represents: bool = False
    judged: int = JUDGED

    def accepts(self, task: Task, data: Data) -> str | None:
        """None: it takes any masks."""
        return None

    def prepare(self, data: Data) -> Samples:
        """The masks alone: features are not needed."""
        return Samples.of(data, FEW)

    def learn(self, samples: Samples, seed: int, threads: int) -> PixelClassifier:
        """Count the classes of the masks."""
        counts = np.zeros(IGNORE + 1, np.int64)
        for row in range(len(samples)):
            counts += np.bincount(samples.mask(row).ravel(), minlength=IGNORE + 1)
        return PixelClassifier(samples.classes, np.array([int(np.argmax(counts[:IGNORE]))]), [], samples.bank)

    def answer(self, fitted: PixelClassifier, samples: Samples) -> np.ndarray:
        """uint8 [n, S, S]."""
        size = samples.form["size"]
        return np.full((len(samples), size, size), fitted.present[0], dtype=np.uint8)

    def seconds(self, data: Data, size: int) -> float:
        """Counting pixels."""
        return 0.01 + 1e-3 * size * _area(data)

    def answer_seconds(self, data: Data) -> float:
        """0: pictures are not read."""
        return 1e-3

    def megabytes(self, data: Data, size: int) -> float:
        """The masks of the pictures that settings are judged by."""
        return 50 + 2 * JUDGED * data.inputs[0].shape[0] ** 2 / 2**20


RECIPE = Dummy()
