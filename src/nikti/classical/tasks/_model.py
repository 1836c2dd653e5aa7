"""What the models of tasks share whose answers are neither classes nor numbers."""

from __future__ import annotations

from typing import Any

from nikti.core.graph import Estimator, Graph, Missing
from nikti.core.inputs import Inputs
from nikti.core.steps import Value


class TaskModel:
    """Answers a sample as a whole, and is explained from outside."""

    def predict_proba(self, inputs: Inputs) -> None:
        """None: such an answer has no probability of each class."""
        return None

    def explainer(self) -> None:
        """None: what it used shows when parts of the sample are taken away."""
        return None


def of_code(raw: tuple[Value, ...], model: Any, why: str) -> Graph:
    """The graph of a model whose answers only its own Python code can give, from raw samples on."""
    return Graph(raw, (), Estimator("python", model, "", raw), (), (Missing("estimator", why),))
