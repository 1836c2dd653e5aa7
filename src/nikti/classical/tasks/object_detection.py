"""Finding things without a network: windows slid over the picture, and the floor."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nikti.classical.tasks._contender import TaskContender
from nikti.classical.tasks._detection import first, model, places
from nikti.classical.tasks._detection.known import Known, find_all
from nikti.core.answers import Boxes
from nikti.core.contender import PRESETS
from nikti.core.data import Data
from nikti.core.errors import UnknownName
from nikti.core.task import Task

#: Templates of a class, on the whole (see `templates_of`).
_SHAPES = 1.3


@dataclass(frozen=True)
class HogSvm:
    """HOG and colour in sliding windows, a linear SVM for each shape of each class, hard examples mined."""

    title: str = "sliding windows: edge directions and colour of cells, linear SVM with mined hard examples"
    presets: tuple[str, ...] = PRESETS
    candidates: tuple[dict[str, Any], ...] = ({"penalty": 0.01}, {"penalty": 0.001})

    def accepts(self, task: Task, data: Data) -> str | None:
        """Any boxes will do."""
        return None

    def know(self, data: Data) -> Known:
        """Pyramids, made as they are asked for."""
        return Known.of(data)

    def learn(self, known: Known, seed: int, threads: int, *, penalty: float) -> first.Windows:
        """One fit."""
        with _threads(threads):
            return first.learn(known.pyramids, known.truth, penalty=penalty, seed=seed)

    def answer(self, fitted: Any, known: Known) -> Boxes:
        """What is found in known pictures."""
        return find_all(fitted, known.pyramids)

    def seconds(self, data: Data, size: int) -> float:
        """Measured on blood cells (3 classes, 292 pictures of 256 px: 38 to 44 s)."""
        area = (data.inputs[0].shape[0] / 256) ** 2
        templates = _SHAPES * max(1, len(data.classes))
        return templates * (1.5 + 0.022 * area * min(size, 300)) + 0.02 * area * size

    def answer_seconds(self, data: Data) -> float:
        """Measured on the same (0.12 s)."""
        return (data.inputs[0].shape[0] / 256) ** 2 * (0.06 + 0.02 * max(1, len(data.classes)))


@dataclass(frozen=True)
class Dummy(HogSvm):
    """The most frequent places of boxes."""

    title: str = "boxes at the most frequent places, as the floor"
    candidates: tuple[dict[str, Any], ...] = ({},)

    def learn(self, known: Known, seed: int, threads: int) -> places.Places:
        """One fit."""
        return places.learn(known.targets.flat, len(known), known.pyramids.side, seed)

    def seconds(self, data: Data, size: int) -> float:
        """Comparing at most 2,000 boxes of each class."""
        return 0.02 + 0.3 * max(1, len(data.classes)) * min(1.0, size / 500)

    def answer_seconds(self, data: Data) -> float:
        """It looks at nothing."""
        return 1e-5


RECIPES = {"dummy": Dummy(), "hog_svm": HogSvm()}


def _threads(threads: int) -> Any:
    """OpenCV's threads are not the ones that threadpoolctl limits; LinearSVC has one."""
    import cv2
    from threadpoolctl import threadpool_limits

    cv2.setNumThreads(threads)
    return threadpool_limits(threads)


def names() -> list[str]:
    """The contenders of this task."""
    return sorted(RECIPES)


def contender(name: str, options: dict[str, Any]) -> TaskContender:
    """The contender of that name. Raises UnknownName with the nearest known one."""
    if name not in RECIPES:
        raise UnknownName("classical contender for object_detection", name, names())
    return TaskContender(name, RECIPES[name])


def load_model(folder: Path, options: dict[str, Any]) -> model.DetectionModel:
    """Read what `DetectionModel.save` wrote. Raises ModelError."""
    return model.load(folder)
