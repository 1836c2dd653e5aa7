"""Where in a picture are which things?"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from nikti.core.answers import CLASS, Boxes
from nikti.core.data import Data, Note
from nikti.core.errors import DataError
from nikti.core.task import Metric, Task
from nikti.core.uneven import rarest_of
from nikti.core.words import Words
from nikti.tasks import _boxes
from nikti.tasks._fit import misfit

TITLE = Words(en="finding things in pictures", bn="ছবিতে জিনিস খুঁজে বের করা")
NO_AREA = Words(
    en="{count} of {of} boxes lie outside of their picture or have no area; they were dropped.",
    bn="{count}টি বাক্স ছবির বাইরে পড়ে বা তার কোনো ক্ষেত্রফল নেই, তাই বাদ গেছে।",
)


OTHER_ANSWERS = Words(
    en="{task} needs boxes around things; the answers are of another kind",
    bn="{task}-এর জন্য জিনিসগুলোর চারপাশে ঘর (box) লাগে; এই উত্তরগুলো অন্য ধরনের",
)

_FEW = Words(
    en="{name} has {count} pictures; at least two are needed.",
    bn="{name}-এ ছবি আছে {count}টি; অন্তত দুটি লাগে।",
)
_NO_BOX = Words(
    en="none of the {count} pictures of {name} has a box: nothing can be found.",
    bn="{name}-এর {count}টি ছবির একটিতেও ঘর (box) নেই: খুঁজে বের করার কিছু নেই।",
)


@dataclass(frozen=True)
class ObjectDetection(Task):
    """The task whose answers are boxes; the protocol is `nikti.core.task.Task`."""

    name: str = "object_detection"
    modality: str = "image"
    family: str = "object_detection"
    answer: str = "boxes"
    metrics: tuple[Metric, ...] = (
        Metric(
            "map",
            shown=Words(en="mAP@[.5:.95] {value}", bn="mAP@[.৫:.৯৫] {value}"),
            title=Words(en="mAP@[.5:.95]", bn="mAP@[.৫:.৯৫]"),
        ),
        Metric("map_50"),
        Metric("map_75"),
        Metric("map_small"),
        Metric("map_medium"),
        Metric("map_large"),
    )
    image_cap: dict[str, int] = field(default_factory=lambda: {"fast": 160, "medium": 192, "best": 320})

    def accepts(self, data: Data) -> Words | None:
        """None, or why the data are not for this task."""
        if reason := misfit(self.name, self.modality, data):
            return reason
        if not isinstance(data.targets, Boxes):
            return OTHER_ANSWERS.format(task=self.name)
        return None

    def prepare(self, data: Data) -> Data:
        """Boxes cut to their pictures; those without an area are dropped, with a note. Pictures without a
        box stay: nothing is to be found there.

        Raises DataError when the data do not fit, for fewer than two pictures and when there is no box.
        """
        if reason := self.accepts(data):
            raise DataError(reason.sentence())
        if len(data) < 2:
            raise DataError(_FEW.format(name=data.name, count=len(data)))
        boxes, lost = _cut(data.targets)
        if lost:
            of = len(data.targets.flat)
            data = data.noted(Note.of("warning", "dropped_boxes", NO_AREA, {"count": lost}, of=of))
        if not len(boxes.flat):
            raise DataError(_NO_BOX.format(count=len(data), name=data.name))
        return replace(data, targets=boxes)

    def strata(self, targets: Boxes) -> np.ndarray:
        """int64 [n]: the rarest class that a picture has, one code more for pictures without a box."""
        classes = int(targets.flat[:, CLASS].max(initial=-1)) + 1
        there = np.zeros((len(targets), classes), bool)
        there[targets.pictures(), targets.flat[:, CLASS].astype(np.int64)] = True
        return rarest_of(there)

    def facts(self, data: Data) -> dict:
        """counts: boxes of each class; empty: pictures without a box."""
        counts = np.bincount(data.targets.flat[:, CLASS].astype(np.int64), minlength=len(data.classes))
        return {
            "counts": dict(zip(data.classes, counts.tolist(), strict=True)),
            "empty": int((data.targets.counts() == 0).sum()),
        }

    def losses(self, truth: Boxes, predicted: Boxes, scale: float = 1.0, proba: None = None) -> np.ndarray:
        """float64 [n]: 1 minus what each picture adds to the mean average precision (the jackknife's
        pseudo-values, `_boxes.pseudo_values`); their mean is 1 - mAP, single ones may leave 0..1."""
        return 1.0 - _boxes.pseudo_values(truth, predicted.scaled(truth.sizes))

    def score(
        self, truth: Boxes, predicted: Boxes, proba: None = None, scale: float = 1.0
    ) -> dict[str, float]:
        """mAP at overlaps .5 to .95, at .5 and .75, and for boxes of COCO's sizes where there are such."""
        predicted = predicted.scaled(truth.sizes)
        each = _boxes.average_precisions(_boxes.match(truth, predicted))
        scores = {"map": 0.0, "map_50": 0.0, "map_75": 0.0}
        if each.size:
            scores = {"map": each.mean(), "map_50": each[:, 0].mean(), "map_75": each[:, 5].mean()}
        for size, area in _boxes.AREAS.items():
            each = _boxes.average_precisions(_boxes.match(truth, predicted, area))
            if each.size:
                scores[f"map_{size}"] = each.mean()
        return {name: float(value) for name, value in scores.items()}


def _cut(boxes: Boxes) -> tuple[Boxes, int]:
    """(boxes cut to their pictures, those that are nothing then)."""
    flat, pictures = boxes.flat.copy(), boxes.pictures()
    edge = boxes.sizes[pictures][:, [1, 0]]
    flat[:, 0:2], flat[:, 2:4] = np.clip(flat[:, 0:2], 0, edge), np.clip(flat[:, 2:4], 0, edge)
    good = (flat[:, 2:4] > flat[:, 0:2]).all(axis=1)  # false for nan too
    counts = np.bincount(pictures[good], minlength=len(boxes))
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return Boxes(flat[good], offsets, boxes.sizes), int((~good).sum())


TASK = ObjectDetection()
