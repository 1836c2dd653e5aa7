"""Predicting a number: what all regression tasks share."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from nikti import modalities
from nikti.core.answers import is_plain
from nikti.core.data import Data
from nikti.core.errors import DataError
from nikti.core.task import Metric, Task
from nikti.core.words import Words
from nikti.tasks._fit import misfit
from nikti.tasks._unlabelled import without_label

PLACES = Words(
    en="{task} needs one number a sample; these answers are places in the {sample}",
    bn="{task}-এর জন্য প্রতি নমুনায় একটি সংখ্যা লাগে; এই উত্তরগুলো নমুনার ভেতরের জায়গা",
)
NO_NUMBERS = Words(
    en="{task} needs numbers; {column!r} holds {value!r}",
    bn="{task}-এর জন্য সংখ্যা লাগে; {column}-এ আছে {value}",
)

_FOR_CLASSES = Words(
    en="{reason}. For classes type --task {family}_classification.",
    bn="{reason}। শ্রেণি চাইলে লিখুন --task {family}_classification",
)
_FEW = Words(
    en="{name} has {count} rows with an answer; at least two are needed.",
    bn="{name}-এ উত্তরসহ সারি আছে {count}টি; অন্তত দুটি লাগে।",
)
_ONE_VALUE = Words(
    en="the answer {target!r} is {value} in all {count} rows: there is nothing to predict. Name "
    "another column with --target.",
    bn="{count}টি সারির সবগুলোতে উত্তর {target} একই, {value}: অনুমান করার কিছু নেই। --target দিয়ে অন্য কলামের নাম দিন।",
)


@dataclass(frozen=True)
class Regression(Task):
    """A task whose answers are numbers; the protocol is `nikti.core.task.Task`."""

    name: str
    modality: str
    family: str
    answer: str = "value"
    image_cap: dict[str, int] = field(default_factory=dict)
    metrics: tuple[Metric, ...] = (
        Metric(
            "r2",
            shown=Words(en="R² {value}", bn="R² {value}"),
            title=Words(
                en="R² (1 is perfect, 0 is as good as the mean)", bn="R² (১ মানে নিখুঁত, ০ মানে শুধু গড় বলার সমান)"
            ),
        ),
        Metric("rmse", higher=False, percent=False),
        Metric("mae", higher=False, percent=False),
    )

    def accepts(self, data: Data) -> Words | None:
        """None, or why the data are not for this task."""
        if reason := misfit(self.name, self.modality, data):
            return reason
        if not is_plain(data.targets):
            return PLACES.format(task=self.name, sample=modalities.of(self.modality).SAMPLE)
        _, odd = _numbers(data.targets)
        if odd is not None:
            return NO_NUMBERS.format(task=self.name, column=data.target_name, value=odd)
        return None

    def prepare(self, data: Data) -> Data:
        """Answers as float64; rows without a finite one are dropped.

        Raises DataError when the answers are words, are all the same, or fewer than two.
        """
        if reason := self.accepts(data):
            raise DataError(_FOR_CLASSES.format(reason=reason, family=self.family))
        values, _ = _numbers(data.targets)
        there = np.isfinite(values)
        if not there.all():
            lost = int((~there).sum())
            data = data.noted(without_label(lost, len(data), modalities.of(self.modality).SAMPLE))
        data = replace(data.subset(np.flatnonzero(there)), targets=values[there], classes=())
        if len(data) < 2:
            raise DataError(_FEW.format(name=data.name, count=len(data)))
        if np.ptp(data.targets) == 0:
            raise DataError(
                _ONE_VALUE.format(target=data.target_name, value=f"{data.targets[0]:g}", count=len(data))
            )
        return data

    def strata(self, targets: np.ndarray) -> np.ndarray:
        """Up to ten bins of equal count."""
        ranks = np.argsort(np.argsort(targets, kind="stable"), kind="stable")
        return ranks * min(10, max(1, len(targets) // 10)) // len(targets)

    def facts(self, data: Data) -> dict[str, Any]:
        """The least and the largest answer."""
        return {"range": [float(np.min(data.targets)), float(np.max(data.targets))]}

    def scale(self, targets: np.ndarray) -> float:
        """The (population) variance of all targets."""
        return float(np.var(np.asarray(targets, dtype=np.float64)))

    def losses(
        self, truth: np.ndarray, predicted: np.ndarray, scale: float, proba: None = None
    ) -> np.ndarray:
        """float64 [n]: squared errors over `scale`, so that 1 - mean is R2 against that variance."""
        error = np.asarray(truth, dtype=np.float64) - np.asarray(predicted, dtype=np.float64)
        return error**2 / scale

    def score(
        self,
        truth: np.ndarray,
        predicted: np.ndarray,
        proba: np.ndarray | None = None,
        scale: float | None = None,
    ) -> dict[str, float]:
        """R2, root mean squared error and mean absolute error (both in the target's unit)."""
        losses = self.losses(truth, predicted, self.scale(truth) if scale is None else scale)
        error = np.abs(np.asarray(truth, dtype=np.float64) - predicted)
        return {
            "r2": float(1.0 - losses.mean()),
            "rmse": float(np.sqrt((error**2).mean())),
            "mae": float(error.mean()),
        }


def _numbers(targets: np.ndarray) -> tuple[np.ndarray, str | None]:
    """(float64 [n] with NaN where there is no answer, the first answer that is no number or None)."""
    if targets.dtype.kind in "fiu":
        return targets.astype(np.float64), None
    values = np.full(len(targets), np.nan)
    for i, answer in enumerate(targets.tolist()):
        if answer is None or not str(answer).strip():
            continue
        try:
            values[i] = float(answer)
        except ValueError:
            return values, str(answer)
    return values, None
