"""Extremely randomised trees: like a forest, with splits at random places; faster, smoother."""

from __future__ import annotations

from typing import Any

from nikti.classical.methods import FOREST
from nikti.classical.shape import Shape
from nikti.core.words import Words

TITLE = Words(en="extremely randomised trees", bn="খুব এলোমেলো গাছের দল")
ANSWERS = ("label", "value")
PRESETS = ("best",)
METHOD = FOREST
REPRESENTS = False
VIEW = "trees"

TREES = 150
MOST_NGRAMS = 1000


def candidates(shape: Shape) -> tuple[dict[str, Any], ...]:
    """Settings worth comparing, the best default first. share: of the features seen by a split."""
    width = shape.dense + min(shape.sparse, MOST_NGRAMS)
    if width <= 50:
        return ({"share": 0.5}, {"share": 1.0})
    root = round(1 / width**0.5, 4)
    return ({"share": root}, {"share": 3 * root})


def build(shape: Shape, *, seed: int, threads: int, share: float) -> Any:
    """A pipeline over a table of features."""
    from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor
    from sklearn.pipeline import make_pipeline

    from nikti.classical.scaling import Select

    kind = ExtraTreesClassifier if shape.answer == "label" else ExtraTreesRegressor
    model = kind(TREES, max_features=share, n_jobs=threads, random_state=seed)
    return make_pipeline(Select(shape.dense, MOST_NGRAMS, shape.answer), model)


def accepts(shape: Shape) -> Words | None:
    """Why these data are too much for it, or None."""
    return None


def cost(shape: Shape) -> float:
    """Core-seconds of one fit (measured)."""
    width = (shape.dense + min(shape.sparse, MOST_NGRAMS)) * candidates(shape)[0]["share"]
    return 0.2 + 1.4e-8 * TREES * shape.n * width * shape.n.bit_length()
