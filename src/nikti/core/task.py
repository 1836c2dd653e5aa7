"""What is asked, and what counts as right. A task imports no learner."""

from __future__ import annotations

import abc
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nikti.core.data import Answers, Data
from nikti.core.words import Words

if TYPE_CHECKING:
    from nikti.core.contender import Model


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


@dataclass(frozen=True)
class Measured:
    """How good a model is on test samples.

    scores     {metric: value}, every one that the samples allow
    losses     float64 [u], whose mean is 1 - primary metric
    units      int64 [u]: the position among the test samples that each loss is of; of a block of samples the
               first one
    groups     int64 [u]: losses with one code are not independent; or None
    predicted  the answers to the test samples, where each has one; proba: float [n, C] or None
    """

    scores: dict[str, float]
    losses: np.ndarray
    units: np.ndarray
    groups: np.ndarray | None = None
    predicted: Answers = None
    proba: np.ndarray | None = None


class Task(abc.ABC):
    """The verbs of a task file's `TASK`.

    modality, answer: names of files in `nikti/modalities` and `nikti/answers`: what a sample is, and what an
    answer. Tasks of one family share their networks and classical models (both tabular tasks: "tabular").
    The first metric is the primary one, and is a mean over samples of 1 - loss; `for_data` says which it is
    on given data. image_cap: the largest side in pixels at which pictures are stored, by preset; {} where
    samples are no pictures.
    """

    name: str
    modality: str
    answer: str
    family: str
    metrics: tuple[Metric, ...]
    image_cap: dict[str, int]
    #: The file of `protocol/splits` by which its samples are split, where it is not for the data to decide:
    #: forecasts ("rolling_origins"), what is measured without a right answer each ("replicates").
    split: str | None = None

    @abc.abstractmethod
    def accepts(self, data: Data) -> Words | None:
        """None if the data as read can be this task, else the reason why not, without a full stop."""

    @abc.abstractmethod
    def prepare(self, data: Data) -> Data:
        """Encode the answers and drop rows without one, with notes; raises DataError."""

    def for_data(self, data: Data) -> Task:
        """The task as it is measured on these data, whose answers are encoded: where classes are very uneven
        accuracy is not its primary metric. Decided by the data alone, so that every trial of a run follows
        it."""
        return self

    @abc.abstractmethod
    def strata(self, targets: Any) -> np.ndarray:
        """What splits keep in proportion, codes int64 [n]."""

    def horizon(self, data: Data) -> float:
        """How long after a sample's time its answer ends, in units of `data.times`: 0 but for forecasts."""
        return 0.0

    @abc.abstractmethod
    def facts(self, data: Data) -> dict[str, Any]:
        """What people want to know of prepared answers: {"counts": {class: number}}, {"shares": {class: share
        of the pixels}} or {"range": [least, most]}, with more where it fits; JSON-able."""

    def measure(
        self, model: Model, test: Data, rng: np.random.Generator, scale: float | None = None
    ) -> Measured:
        """How good the model is on test samples: it predicts them, and its answers are compared with the
        true ones. Tasks without a right answer for each sample bring their own way; `rng` is for those that
        draw. scale: see `losses`; None: that of the test samples.
        """
        proba = model.predict_proba(test.inputs)
        predicted = model.predict(test.inputs) if proba is None else np.argmax(proba, axis=1)
        return self.compare(test, predicted, proba, self.scale(test.targets) if scale is None else scale)

    def compare(self, test: Data, predicted: Answers, proba: Any, scale: float) -> Measured:
        """How good such predictions are; see `measure`."""
        return Measured(
            scores=self.score(test.targets, predicted, proba, scale),
            losses=self.losses(test.targets, predicted, scale, proba),
            units=np.arange(len(test)),
            groups=test.groups,
            predicted=predicted,
            proba=proba,
        )

    def score(self, truth: Answers, predicted: Answers, proba: Any, scale: float) -> dict[str, float]:
        """Every metric. predicted: class codes or values [n]; proba [n, C] or None; scale: see
        `losses`."""
        raise TypeError(f"{self.name} has no right answer for each sample; it is scored by its `measure`")

    def losses(self, truth: Answers, predicted: Answers, scale: float, proba: Any = None) -> np.ndarray:
        """Per-sample losses [n] whose mean is 1 - primary metric. scale: the variance of the
        targets for regression, else 1 (`Task.scale(targets)`); proba: as for `score`. Where the metric is no
        mean over samples (mAP), jackknife pseudo-values stand for the samples (Miller 1974, Biometrika 61):
        they have its mean and, to first order, its variance."""
        raise TypeError(f"{self.name} has no right answer for each sample; it is scored by its `measure`")

    def scale(self, targets: np.ndarray) -> float:
        """What `losses` are divided by, computed once on all targets so that folds share it. 1: losses are
        shares."""
        return 1.0
