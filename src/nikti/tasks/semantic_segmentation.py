"""Which class does each pixel belong to?"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from nikti.answers import mask
from nikti.core.answers import IGNORE, Masks
from nikti.core.data import Answers, Data
from nikti.core.errors import DataError
from nikti.core.task import Measured, Metric, Task
from nikti.core.uneven import rarest_of
from nikti.core.words import Words
from nikti.tasks import _regions
from nikti.tasks._fit import misfit
from nikti.tasks._unlabelled import without_label

TITLE = Words(en="a class for every pixel", bn="প্রতিটি পিক্সেলের শ্রেণি চেনা")


OTHER_ANSWERS = Words(
    en="{task} needs a class for each pixel; the answers are of another kind",
    bn="{task}-এর জন্য প্রতি পিক্সেলের একটি শ্রেণি লাগে; এই উত্তরগুলো অন্য ধরনের",
)

_ODD_CODE = Words(
    en="a mask of {name} has the code {code}, but there are {count} classes (codes 0 to {last}; "
    "{ignored} where nothing is said).",
    bn="{name}-এর একটি মাস্কে কোড {code} আছে, অথচ শ্রেণি {count}টি (কোড ০ থেকে {last}; যেখানে কিছু বলা "
    "নেই সেখানে {ignored})।",
)
_FEW = Words(
    en="{name} has {count} labelled pictures; at least two are needed.",
    bn="{name}-এ মাস্কসহ ছবি আছে {count}টি; অন্তত দুটি লাগে।",
)
_ONE_CLASS = Words(
    en="all pixels of the {count} masks of {name} are of one class: there is nothing to tell apart.",
    bn="{name}-এর {count}টি মাস্কের সব পিক্সেল এক শ্রেণির: আলাদা করার কিছু নেই।",
)


@dataclass(frozen=True)
class SemanticSegmentation(Task):
    """The task whose answers are masks; the protocol is `nikti.core.task.Task`. Masks come as `Masks`, as a
    list of uint8 [H, W] or as one array [n, H, W]."""

    name: str = "semantic_segmentation"
    modality: str = "image"
    family: str = "semantic_segmentation"
    answer: str = "mask"
    metrics: tuple[Metric, ...] = (
        Metric(
            "mean_iou",
            shown=Words(en="mean IoU {value}", bn="গড় IoU {value}"),
            title=Words(en="Mean overlap with the truth (IoU)", bn="আসলের সঙ্গে গড় মিল (IoU)"),
        ),
        Metric("dice"),
        Metric("dice_foreground"),
        Metric("boundary_f"),
        Metric("overall_iou"),
        Metric("pixel_accuracy"),
    )
    image_cap: dict[str, int] = field(default_factory=lambda: {"fast": 128, "medium": 256, "best": 512})

    def accepts(self, data: Data) -> Words | None:
        """None, or why the data are not for this task."""
        if reason := misfit(self.name, self.modality, data):
            return reason
        if not mask.matches(data.targets):
            return OTHER_ANSWERS.format(task=self.name)
        return None

    def prepare(self, data: Data) -> Data:
        """Pictures without a pixel of a class are dropped, with a note.

        Raises DataError when the data do not fit, for fewer than two pictures, fewer than two classes and
        for codes that are no class.
        """
        if reason := self.accepts(data):
            raise DataError(reason.sentence())
        pixels = _pixels(data.targets)
        if pixels[:, len(data.classes) : IGNORE].any():
            odd = len(data.classes) + int(pixels[:, len(data.classes) : IGNORE].any(axis=0).argmax())
            raise DataError(
                _ODD_CODE.format(
                    name=data.name,
                    code=str(odd),
                    count=len(data.classes),
                    last=str(len(data.classes) - 1),
                    ignored=str(IGNORE),
                )
            )
        there = pixels[:, :IGNORE].any(axis=1)
        if not there.all():
            lost = int((~there).sum())
            data = data.noted(without_label(lost, len(data), "image"))
            data = data.subset(np.flatnonzero(there))
        if len(data) < 2:
            raise DataError(_FEW.format(name=data.name, count=len(data)))
        if pixels[:, :IGNORE].any(axis=0).sum() < 2:
            raise DataError(_ONE_CLASS.format(count=len(data), name=data.name))
        return data

    def strata(self, targets: Masks | np.ndarray) -> np.ndarray:
        """int64 [n]: the rarest class that a picture has."""
        return rarest_of(_pixels(targets)[:, :IGNORE] > 0)

    def facts(self, data: Data) -> dict:
        """shares: of the labelled pixels, by class; ignored: the share of all pixels that nothing is said
        of."""
        pixels = _pixels(data.targets).sum(axis=0)
        shares = pixels[: len(data.classes)] / pixels[:IGNORE].sum()
        return {
            "shares": dict(zip(data.classes, shares.tolist(), strict=True)),
            "ignored": float(pixels[IGNORE] / pixels.sum()),
        }

    def compare(self, test: Data, predicted: Answers, proba: Any, scale: float) -> Measured:
        """As of every task; masks that are made when asked for are made once."""
        masks = [test.targets[row] for row in range(len(test))]
        return super().compare(replace(test, targets=masks), predicted, proba, scale)

    def losses(
        self,
        truth: Answers,
        predicted: Answers,
        scale: float = 1.0,
        proba: None = None,
    ) -> np.ndarray:
        """float64 [n]: 1 - the picture's mean IoU over the classes in its truth or prediction; 0 for a
        picture of which nothing is said."""
        return 1.0 - _of_pictures(_regions.iou(_counts(truth, predicted)))

    def score(
        self,
        truth: Answers,
        predicted: Answers,
        proba: None = None,
        scale: float = 1.0,
    ) -> dict[str, float]:
        """Means over pictures of IoU, Dice and boundary F over the classes in truth or prediction; the Dice
        of what is not class 0 (the background, where there is one); IoU and accuracy of all pixels together.
        What no picture allows is left out."""
        counts = _counts(truth, predicted)
        whole, classes = counts.sum(axis=0), counts.shape[-1]
        bounds = [
            _regions.mean_there(_regions.boundary_f(truth[i], predicted[i], classes))
            for i in range(len(truth))
        ]
        scores = {
            "mean_iou": _of_pictures(_regions.iou(counts)).mean(),
            "dice": _of_pictures(_regions.dice(counts)).mean(),
            "dice_foreground": _regions.mean_there(_regions.mean_there(_regions.dice(counts)[:, 1:])),
            "boundary_f": _regions.mean_there(np.array(bounds)),
            "overall_iou": _regions.mean_there(_regions.iou(whole)),
            "pixel_accuracy": _regions.accuracy(whole),
        }
        return {name: float(value) for name, value in scores.items() if np.isfinite(value)}


def _pixels(targets: Answers) -> np.ndarray:
    """int64 [n, 256]: pixels of each code in each mask."""
    return np.array([np.bincount(targets[i].ravel(), minlength=IGNORE + 1) for i in range(len(targets))])


def _counts(truth: Answers, predicted: Answers) -> np.ndarray:
    """Confusions int64 [n, C, C] of as many classes as occur."""
    pairs = [(np.asarray(truth[i]), np.asarray(predicted[i])) for i in range(len(truth))]
    most = max(int(mask[mask != IGNORE].max(initial=0)) for pair in pairs for mask in pair)
    return np.array([_regions.confusion(*pair, most + 1) for pair in pairs])


def _of_pictures(values: np.ndarray) -> np.ndarray:
    """Means over classes [n] from [n, C]; 1 for a picture in which nothing can be wrong."""
    return np.nan_to_num(_regions.mean_there(values), nan=1.0)


TASK = SemanticSegmentation()
