"""Boxes at the most frequent places, as the floor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nikti.classical.tasks._detection import places
from nikti.classical.tasks._detection.samples import Samples
from nikti.classical.tasks.object_detection.hog_svm import HogSvm
from nikti.core.contender import FLOOR
from nikti.core.data import Data
from nikti.core.words import Words


@dataclass(frozen=True)
class Dummy(HogSvm):
    """The most frequent places of boxes."""

    title: Words = Words(
        en="boxes at the most frequent places, as the floor",
        bn="সবচেয়ে বেশি দেখা জায়গায় ঘর, তুলনার নিচের সীমা হিসেবে",
    )
    method: Words = FLOOR
    candidates: tuple[dict[str, Any], ...] = ({},)
    represents: bool = False

    def learn(self, samples: Samples, seed: int, threads: int, **setting: Any) -> Any:
        """One fit."""
        return places.learn(samples.targets.flat, len(samples), samples.pyramids.side, seed)

    def seconds(self, data: Data, size: int) -> float:
        """Comparing at most 2,000 boxes of each class."""
        return 0.02 + 0.3 * max(1, len(data.classes)) * min(1.0, size / 500)

    def answer_seconds(self, data: Data) -> float:
        """0: pictures are not read."""
        return 1e-5

    def megabytes(self, data: Data, size: int) -> float:
        """The overlaps of at most 2,000 boxes of a class with each other, and what they are made from."""
        return 50 + 8 * 6 * places.COMPARED**2 / 2**20


RECIPE = Dummy()
