"""A fitted classical contender: raw samples -> features -> estimator -> answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from nikti.classical import persist
from nikti.classical.features_of import Features
from nikti.classical.fitted import Fitted
from nikti.classical.label_by_label import LabelByLabel
from nikti.core.contender import FitReport
from nikti.core.graph import Graph
from nikti.core.inputs import Inputs


@dataclass
class ClassicalModel:
    """contender: its name; shares: see `importance`."""

    contender: str
    features: Features
    fitted: Fitted | LabelByLabel
    shares: list[tuple[str, float]] | None
    report: FitReport = field(default_factory=FitReport)

    def predict(self, inputs: Inputs) -> np.ndarray:
        """Class codes int64 [n], values float64 [n], or sets of labels bool [n, C]."""
        return self.fitted.predict(self.features.of(inputs))

    def predict_proba(self, inputs: Inputs) -> np.ndarray | None:
        """Probabilities float64 [n, C]; None for regression."""
        return self.fitted.predict_proba(self.features.of(inputs)) if self.fitted.probabilities else None

    def importance(self) -> list[tuple[str, float]] | None:
        """(feature, share) in falling order; None for models without weights."""
        return self.shares

    def graph(self) -> Graph:
        """The way from a stored sample to an answer, as plain data; see `nikti.core.graph`."""
        from nikti.classical.graph import graph

        return graph(self)

    def explainer(self) -> Any:
        """How it explains itself, or None where its columns cannot be told apart."""
        from nikti.classical import columns
        from nikti.classical.explain import ClassicalExplainer

        return None if columns.method_of(self.fitted) is None else ClassicalExplainer(self)

    def path(self, inputs: Inputs) -> list[dict[str, Any]] | None:
        """The questions that a decision tree asked of one sample; None of other models."""
        from nikti.classical.decision_path import decision_path

        return decision_path(self, inputs)

    def save(self, folder: Path) -> None:
        """Write everything needed to predict again; see `persist`."""
        persist.save(self, folder)

    @classmethod
    def load(cls, folder: Path, options: dict[str, Any]) -> ClassicalModel:
        """What `save` wrote. Raises ModelError; see `persist.read`."""
        return cls(**persist.read(folder, options))
