"""Logistic regression: one weight per feature and class, probabilities from their sum."""

from __future__ import annotations

from typing import Any

from nikti.classical.shape import Shape

TITLE = "logistic regression"
KINDS = ("classification",)
PRESETS = ("fast", "medium", "best")
VIEW = "linear"


def candidates(shape: Shape) -> tuple[dict[str, Any], ...]:
    """Settings worth comparing, the best default first. C is the inverse of the penalty."""
    return ({"C": 0.1}, {"C": 1.0}, {"C": 0.01})


def build(shape: Shape, *, seed: int, threads: int, C: float) -> Any:
    """A pipeline over a table of features."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    from nikti.classical.scaling import Scale

    return make_pipeline(Scale(shape.dense), LogisticRegression(C=C, max_iter=200, random_state=seed))


def accepts(shape: Shape) -> str | None:
    """Why these data are too much for it, or None."""
    return None


def cost(shape: Shape) -> float:
    """Core-seconds of one fit."""
    return 1.0
