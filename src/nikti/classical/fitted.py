"""A fitted estimator completed: it also answers for classes without training samples, for a single class,
and with probabilities where the estimator gives decisions only."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from nikti import answers
from nikti.classical import calibration
from nikti.classical.shape import Shape
from nikti.core import catalogue


@dataclass
class Fitted:
    """answer: "label" or "value"; classes: how many the task has; present: the codes
    that occurred in training, in the order of the estimator's columns; temperature: for decisions
    (see `calibrate`); estimator: None where only one class occurred. Values are learned as
    (value - centre) / spread, so that penalties mean the same in any unit."""

    answer: str
    classes: int
    present: np.ndarray
    estimator: Any
    temperature: float = 1.0
    centre: float = 0.0
    spread: float = 1.0

    @property
    def probabilities(self) -> bool:
        """Whether its answers come with probabilities."""
        return answers.of(self.answer).PROBABILITIES

    def decisions(self, table: Any) -> np.ndarray | None:
        """Distances from the borders float64 [n, present]; None from estimators with probabilities, and of
        values."""
        if not self.probabilities or self.estimator is None or hasattr(self.estimator, "predict_proba"):
            return None
        return calibration.wide(self.estimator.decision_function(table))

    def predict(self, table: Any) -> np.ndarray:
        """Class codes int64 [n], or values float64 [n]."""
        proba = self.predict_proba(table)
        if proba is not None:
            return np.argmax(proba, axis=1)
        found = np.asarray(self.estimator.predict(table), dtype=np.float64).ravel()
        return found * self.spread + self.centre

    def predict_proba(self, table: Any) -> np.ndarray | None:
        """float64 [n, classes], rows sum to 1, 0 for classes that never occurred; None for regression."""
        if not self.probabilities:
            return None
        proba = np.zeros((table.shape[0], self.classes))
        if self.estimator is None:
            proba[:, self.present] = 1.0
            return proba
        found = self.decisions(table)
        if found is None:
            found = np.asarray(self.estimator.predict_proba(table), dtype=np.float64)
            proba[:, self.present] = found / found.sum(axis=1, keepdims=True)  # some answer in float32
        else:
            proba[:, self.present] = calibration.probabilities(found, self.temperature)
        return proba


def learn(
    file: ModuleType,
    shape: Shape,
    table: Any,
    targets: np.ndarray,
    params: dict[str, Any],
    seed: int,
    threads: int,
) -> Fitted:
    """Fit the model of a file on a table of features. `shape.classes` are the task's, met or not."""
    how = catalogue.load("classical/answers", shape.answer)
    present, learned, centre, spread = how.learnable(targets)
    fitted = Fitted(shape.answer, shape.classes, present, None, 1.0, centre, spread)
    if fitted.probabilities and len(present) == 1:
        return fitted
    estimator = file.build(shape, seed=seed, threads=threads, **params)
    with warnings.catch_warnings():
        # Iteration limits are part of a recipe's cost; the inner score says whether it went well.
        warnings.simplefilter("ignore")
        estimator.fit(table, learned)
    _straighten(estimator)
    fitted.estimator = estimator
    return fitted


def _straighten(estimator: Any) -> None:
    """Lay arrays out in memory as they will be after saving and loading: matrix products of another
    layout round differently, and a model must answer the same before and after."""
    for step in [step for _, step in getattr(estimator, "steps", [])]:
        for name, value in vars(step).items() if hasattr(step, "__dict__") else ():
            if isinstance(value, np.ndarray) and value.ndim > 1 and not value.flags.c_contiguous:
                setattr(step, name, np.ascontiguousarray(value))
