"""What is asked, and what counts as right. A task imports no learner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from nikti.core.data import Data
from nikti.core.words import Words


@dataclass(frozen=True)
class Metric:
    """A measure of quality.

    higher: whether more is better. percent: whether it is a share of 1 that people read in percent
    (a gap of 0.01 is then "1 point").
    shown: a value with what it measures, "{value} correct"; title: for an axis; phrase: for a sentence that
    says why it is the primary metric, where it was chosen for the data. Of primary metrics alone.
    """

    name: str
    higher: bool = True
    percent: bool = True
    shown: Words | None = None
    title: Words | None = None
    phrase: Words | None = None


def kept_classes(kind: str, classes: tuple[str, ...] | list[str]) -> tuple[str, ...]:
    """The names that a model answers with, and takes with it wherever it goes. One that compares pictures
    answers with embeddings: the names of the people it learned from stay behind.

    >>> kept_classes("classification", ["cat", "dog"]), kept_classes("verification", ["Ada", "Bo"])
    (('cat', 'dog'), ())
    """
    return () if kind == "verification" else tuple(classes)


def for_data(task: Task, data: Data) -> Task:
    """The task as it is measured on these data, whose answers are encoded: where classes are very uneven
    accuracy is not its primary metric. Decided by the data alone, so that every trial of a run follows it."""
    if task.kind != "classification":
        return task
    return task.suited(np.bincount(data.targets, minlength=len(data.classes)).tolist())


class Task(Protocol):
    """The verbs a task file's `TASK` answers.

    kind is "classification", "regression", "detection" (boxes), "segmentation" (masks), "verification"
    (embeddings: which samples belong together), "translation" (a text for a text) or "answering" (a part of
    a passage that answers a question): what a learner needs to know about the answer.
    Tasks of one family share their networks and classical models (both tabular tasks: "tabular").
    The first metric is the primary one, and is a mean over samples of 1 - loss; `for_data` says which it is
    on given data. image_cap: the largest side in pixels at which pictures are stored, by preset; {} where
    samples are no pictures.
    """

    name: str
    modality: str
    kind: str
    family: str
    metrics: tuple[Metric, ...]
    image_cap: dict[str, int]

    def accepts(self, data: Data) -> str | None:
        """None if the data as read can be this task, else the reason why not."""

    def prepare(self, data: Data) -> Data:
        """Encode the answers and drop rows without one, with notes; raises DataError."""

    def strata(self, targets: Any) -> np.ndarray:
        """What splits keep in proportion, codes int64 [n]."""

    def facts(self, data: Data) -> dict[str, Any]:
        """What people want to know of prepared answers: {"counts": {class: number}}, {"shares": {class: share
        of the pixels}} or {"range": [least, most]}, with more where it fits; JSON-able."""

    def score(
        self, truth: np.ndarray, predicted: np.ndarray, proba: np.ndarray | None, scale: float
    ) -> dict[str, float]:
        """Every metric. predicted: class codes or values [n]; proba [n, C] or None; scale: see
        `losses`."""

    def losses(
        self, truth: np.ndarray, predicted: np.ndarray, scale: float, proba: np.ndarray | None = None
    ) -> np.ndarray:
        """Per-sample losses [n] whose mean is 1 - primary metric. scale: the variance of the
        targets for regression, else 1 (`Task.scale(targets)`); proba: as for `score`. Where the metric is no
        mean over samples (mAP), jackknife pseudo-values stand for the samples (Miller 1974, Biometrika 61):
        they have its mean and, to first order, its variance."""

    def scale(self, targets: np.ndarray) -> float:
        """What `losses` are divided by, computed once on all targets so that folds share it."""
