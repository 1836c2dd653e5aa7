"""A single decision tree: questions a person can follow."""

from __future__ import annotations

from typing import Any

from nikti.classical.methods import TREE
from nikti.classical.shape import Shape
from nikti.core.words import Words

TITLE = Words(en="decision tree", bn="সিদ্ধান্ত-গাছ")
ANSWERS = ("label", "value")
PRESETS = ("fast", "medium", "best")
METHOD = TREE
REPRESENTS = False
VIEW = "trees"

#: N-grams that tell the answers apart best; trees are given no more.
MOST_NGRAMS = 1000


def candidates(shape: Shape) -> tuple[dict[str, Any], ...]:
    """Settings worth comparing, the best default first."""
    return ({"leaf": 5}, {"leaf": 1}, {"leaf": 20})


def build(shape: Shape, *, seed: int, threads: int, leaf: int) -> Any:
    """A pipeline over a table of features."""
    from sklearn.pipeline import make_pipeline
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    from nikti.classical.scaling import Select

    kind = DecisionTreeClassifier if shape.answer == "label" else DecisionTreeRegressor
    leaf = max(1, min(leaf, shape.n // 20))
    return make_pipeline(
        Select(shape.dense, MOST_NGRAMS, shape.answer), kind(min_samples_leaf=leaf, random_state=seed)
    )


def accepts(shape: Shape) -> Words | None:
    """Why these data are too much for it, or None."""
    return None


def cost(shape: Shape) -> float:
    """Core-seconds of one fit (measured)."""
    width = shape.dense + min(shape.sparse, MOST_NGRAMS)
    # One class after the other leaves a tree that is as deep as there are classes.
    levels = shape.n.bit_length() + min(shape.classes, shape.n / 20) / 2
    return 0.01 + (1e-8 if shape.sparse else 5e-8) * shape.n * width * levels
