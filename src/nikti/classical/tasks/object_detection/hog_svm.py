"""Sliding windows: edge directions and colour of cells, linear SVM with mined hard examples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nikti.classical.methods import SLIDING_WINDOWS
from nikti.classical.tasks._detection import first, svm
from nikti.classical.tasks._detection.channels import count
from nikti.classical.tasks._detection.find import find_all
from nikti.classical.tasks._detection.pyramid import ROOM
from nikti.classical.tasks._detection.samples import Samples
from nikti.core.answers import Boxes
from nikti.core.contender import PRESETS
from nikti.core.data import Data
from nikti.core.task import Task
from nikti.core.words import Words

#: Templates of a class, on the whole (see `templates_of`).
_SHAPES = 1.3
#: What mining and many boxes cost beyond the formula below: whole trials on blood cells took so much longer.
_BEYOND = 2.0
#: Cells of a window, with its margin: 9 x 9 and some for odd shapes.
WINDOW_CELLS = 90


def _threads(threads: int) -> Any:
    """OpenCV's threads are not the ones that threadpoolctl limits; LinearSVC has one."""
    import cv2
    from threadpoolctl import threadpool_limits

    cv2.setNumThreads(threads)
    return threadpool_limits(threads)


@dataclass(frozen=True)
class HogSvm:
    """HOG and colour in sliding windows, a linear SVM for each shape of each class, hard examples mined."""

    title: Words = Words(
        en="sliding windows: edge directions and colour of cells, linear SVM with mined hard examples",
        bn="সরে চলা জানালা: ঘরে ঘরে কিনারার দিক ও রং, কঠিন উদাহরণ খুঁজে শেখা রৈখিক SVM",
    )
    presets: tuple[str, ...] = PRESETS
    method: Words = SLIDING_WINDOWS
    candidates: tuple[dict[str, Any], ...] = ({"penalty": 0.01}, {"penalty": 0.001})
    represents: bool = True
    judged: int = 60

    def accepts(self, task: Task, data: Data) -> Words | None:
        """Any boxes will do."""
        return None

    def prepare(self, data: Data) -> Samples:
        """Pyramids, made as they are asked for."""
        return Samples.of(data)

    def learn(self, samples: Samples, seed: int, threads: int, **setting: Any) -> Any:
        """One fit."""
        with _threads(threads):
            return first.learn(samples.pyramids, samples.truth, penalty=setting["penalty"], seed=seed)

    def answer(self, fitted: Any, samples: Samples) -> Boxes:
        """Boxes found in prepared pictures."""
        return find_all(fitted, samples.pyramids)

    def seconds(self, data: Data, size: int) -> float:
        """Measured: blood cells (3 classes, 292 pictures of 256 px) 36 to 44 s; 80 of 160 px 8 s; 80 scenes
        of 96 px 3.3 s."""
        area = (data.inputs[0].shape[0] / 256) ** 2
        templates = _SHAPES * max(1, len(data.classes))
        return _BEYOND * (templates * (0.15 + 0.027 * area * min(size, 300)) + 0.02 * area * size)

    def answer_seconds(self, data: Data) -> float:
        """Measured on the same (0.12 s), and on scenes of 96 px (0.047 s), which are enlarged."""
        return 0.035 + (data.inputs[0].shape[0] / 256) ** 2 * (0.04 + 0.015 * max(1, len(data.classes)))

    def megabytes(self, data: Data, size: int) -> float:
        """Cells that are kept, and the windows of one template in float32 and, for liblinear, float64."""
        side, _, colours = data.inputs[0].shape
        cells = min(ROOM / 2**20, 2.4 * (side / 256) ** 2 * size)
        most = svm.PER_PICTURE * (2 * 2 + svm.ROUNDS) * min(size, svm.MINED_PICTURES)
        windows = (svm.MOST_POSITIVES + most) * WINDOW_CELLS * count(colours) * (4 + 8 + 8) / 2**20
        return 100 + cells + windows


RECIPE = HogSvm()
