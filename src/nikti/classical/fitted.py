"""A fitted estimator completed: it also answers for classes without training samples, for a single class,
and with probabilities where the estimator gives decisions only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from nikti import answers
from nikti.classical import calibration


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

    @property
    def parts(self) -> tuple[Fitted, ...]:
        """The estimators that it is made of: this one."""
        return (self,)

    def temperature_on(self, table: Any, targets: np.ndarray) -> float:
        """The temperature of its decisions by validation rows whose class the fit has met; 1 without any."""
        decisions = self.decisions(table)
        if decisions is None:
            return 1.0
        met = np.isin(targets, self.present)
        return calibration.temperature(decisions[met], np.searchsorted(self.present, targets[met]))

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
