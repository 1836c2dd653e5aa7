"""What is asked, and what counts as right. A task imports no learner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from nikti.core.data import Data


@dataclass(frozen=True)
class Metric:
    """A measure of quality.

    higher: whether more is better. percent: whether it is a share of 1 that people read in percent
    (a gap of 0.01 is then "1 point").
    """

    name: str
    higher: bool = True
    percent: bool = True


class Task(Protocol):
    """The verbs a task file's `TASK` answers.

    kind is "classification" or "regression": what a learner needs to know about the answer.
    Tasks of one family share their networks and classical models (both tabular tasks: "tabular").
    The first metric is the primary one, and is a mean over samples of 1 - loss.
    """

    name: str
    modality: str
    unit: str
    kind: str
    family: str
    metrics: tuple[Metric, ...]

    def accepts(self, data: Data) -> str | None:
        """None if the data as read can be this task, else the reason why not."""

    def prepare(self, data: Data) -> Data:
        """Encode the answers and drop rows without one, with notes; raises DataError."""

    def score(
        self, truth: np.ndarray, predicted: np.ndarray, proba: np.ndarray | None, scale: float
    ) -> dict[str, float]:
        """Every metric. predicted: class codes or values [n]; proba [n, C] or None; scale: see
        `losses`."""

    def losses(self, truth: np.ndarray, predicted: np.ndarray, scale: float) -> np.ndarray:
        """Per-sample losses [n] whose mean is 1 - primary metric. scale: the variance of the
        targets for regression, 1 for classification (`Task.scale(targets)`)."""

    def scale(self, targets: np.ndarray) -> float:
        """What `losses` are divided by, computed once on all targets so that folds share it."""
