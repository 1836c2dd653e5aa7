"""Which of some tags does a point in the plane have?"""

from __future__ import annotations

from typing import Any

import numpy as np

from nikti.core.data import Data
from nikti.core.errors import DataError
from nikti.core.task import Metric, Task
from nikti.core.words import Words

TITLE = Words(en="tags of points", bn="বিন্দুর ট্যাগ")


class PointTags(Task):
    """A set of tags for each point; the loss of one is the share of tags that are wrong (Hamming loss)."""

    name = "point_tags"
    modality = "point"
    answer = "tags"
    family = "point_tags"
    metrics = (
        Metric(
            "tags_right",
            shown=Words(en="{value} of the tags right", bn="{value} ট্যাগ ঠিক"),
            title=Words(en="Tags that are right", bn="ঠিক ট্যাগ"),
        ),
        Metric("all_right"),
    )
    image_cap: dict[str, int] = {}

    def accepts(self, data: Data) -> Words | None:
        """None, or why the data are not for this task."""
        if data.modality != self.modality:
            return f"{self.name} needs points; these are {data.modality} data"
        if data.targets is None or np.ndim(data.targets) != 2:
            return f"{self.name} needs a set of tags for each point"
        return None

    def prepare(self, data: Data) -> Data:
        """As read: tags are codes already. Raises DataError where there is nothing to tell apart."""
        if reason := self.accepts(data):
            raise DataError(f"{reason}.")
        if len(data) < 2 or (data.targets == data.targets[0]).all():
            raise DataError(f"all points of {data.name} have the same tags: there is nothing to predict.")
        return data

    def strata(self, targets: np.ndarray) -> np.ndarray:
        """Equal sets are one stratum."""
        return np.unique(targets, axis=0, return_inverse=True)[1].ravel().astype(np.int64)

    def facts(self, data: Data) -> dict[str, Any]:
        """How many points have each tag."""
        return {"counts": dict(zip(data.classes, data.targets.sum(axis=0).tolist(), strict=True))}

    def losses(
        self, truth: np.ndarray, predicted: np.ndarray, scale: float, proba: None = None
    ) -> np.ndarray:
        """The share of tags that are wrong, float64 [n]."""
        return (np.asarray(truth) != np.asarray(predicted)).mean(axis=1)

    def score(
        self, truth: np.ndarray, predicted: np.ndarray, proba: None = None, scale: float = 1.0
    ) -> dict[str, float]:
        """The share of tags that are right, and of points whose tags are all right."""
        right = np.asarray(truth) == np.asarray(predicted)
        return {"tags_right": float(right.mean()), "all_right": float(right.all(axis=1).mean())}


TASK = PointTags()
