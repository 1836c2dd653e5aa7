"""What the models of tasks share whose answers are neither classes nor numbers."""

from __future__ import annotations

from nikti.core.inputs import Inputs


class TaskModel:
    """Answers a sample as a whole, and is explained from outside."""

    def predict_proba(self, inputs: Inputs) -> None:
        """None: such an answer has no probability of each class."""
        return None

    def explainer(self) -> None:
        """None: what it used shows when parts of the sample are taken away."""
        return None
