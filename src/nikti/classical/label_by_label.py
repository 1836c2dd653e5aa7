"""Sets of labels: a fit of its own for each label, whether a sample has it ("binary relevance", one against
the rest). Any model that tells two classes apart can so tell sets.

G. Tsoumakas, I. Katakis, Multi-label classification: an overview, International Journal of Data Warehousing
and Mining 3, 2007, problem transformation PT4.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from nikti.answers.labels import decided
from nikti.classical import calibration
from nikti.classical.fitted import Fitted


@dataclass
class LabelByLabel:
    """The verbs of `nikti.classical.fitted.Fitted`, of sets. parts: a fit for each label, whose class 1 says
    that a sample has it."""

    parts: tuple[Fitted, ...]

    answer = "labels"
    probabilities = True
    centre, spread = 0.0, 1.0

    @property
    def classes(self) -> int:
        """How many labels there are."""
        return len(self.parts)

    @property
    def temperature(self) -> float:
        """Of the decisions of all parts."""
        return self.parts[0].temperature

    @temperature.setter
    def temperature(self, value: float) -> None:
        for part in self.parts:
            part.temperature = value

    @property
    def estimator(self) -> list[Any]:
        """That of each part."""
        return [part.estimator for part in self.parts]

    @property
    def present(self) -> list[np.ndarray]:
        """That of each part."""
        return [part.present for part in self.parts]

    def temperature_on(self, table: Any, targets: np.ndarray) -> float:
        """One temperature for the decisions of all parts; 1 where they have probabilities of their own.
        targets: bool [n, C]."""
        each = [part.decisions(table) for part in self.parts]
        found = {column: one for column, one in enumerate(each) if one is not None}
        if not found:
            return 1.0
        true = targets[:, list(found)].T.ravel().astype(np.int64)
        return calibration.temperature(np.concatenate(list(found.values())), true)

    def predict(self, table: Any) -> np.ndarray:
        """The sets, bool [n, C]."""
        return decided(self.predict_proba(table))

    def predict_proba(self, table: Any) -> np.ndarray:
        """float64 [n, C], of each label by itself."""
        found = [part.predict_proba(table) for part in self.parts]
        return np.column_stack([proba[:, 1] for proba in found if proba is not None])
