"""What the models of tasks share whose answers are neither classes nor numbers."""

from __future__ import annotations

from typing import Any

from nikti.core.graph import Estimator, Graph, Missing
from nikti.core.inputs import Inputs
from nikti.core.steps import Value


class TaskModel:
    """A model whose answer has no class probabilities, and which is explained by occlusion only."""

    def predict_proba(self, inputs: Inputs) -> None:
        """None: such an answer has no probability of each class."""
        return None

    def explainer(self) -> None:
        """None: such a model is explained by occlusion only."""
        return None


def of_code(raw: tuple[Value, ...], model: Any, why: str) -> Graph:
    """The graph of a model whose answers only its own Python code can give, from raw samples on."""
    return Graph(raw, (), Estimator("python", model, "", raw), (), (Missing("estimator", why),))
