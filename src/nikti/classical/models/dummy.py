"""The floor: always the most frequent class, or the mean. A model that is no better has learned nothing."""

from __future__ import annotations

from typing import Any

from nikti.classical.shape import Shape
from nikti.core.contender import FLOOR
from nikti.core.words import Words

TITLE = Words(en="the most frequent answer, as the floor", bn="সবচেয়ে বেশি দেখা উত্তর, তুলনার নিচের সীমা হিসেবে")
ANSWERS = ("label", "value")
PRESETS = ("fast", "medium", "best")
METHOD = FLOOR
REPRESENTS = False
VIEW = "linear"


def features(seed: int) -> dict[str, Any]:
    """No features."""
    return {}


def candidates(shape: Shape) -> tuple[dict[str, Any], ...]:
    """One empty setting."""
    return ({},)


def build(shape: Shape, *, seed: int, threads: int) -> Any:
    """Class shares of the training rows, or their mean."""
    from sklearn.dummy import DummyClassifier, DummyRegressor

    return DummyClassifier(strategy="prior") if shape.answer == "label" else DummyRegressor()


def accepts(shape: Shape) -> Words | None:
    """None: it takes any data."""
    return None


def cost(shape: Shape) -> float:
    """Core-seconds of one fit."""
    return 0.002 + 1e-7 * shape.n
