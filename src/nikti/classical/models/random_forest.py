"""Random forest: many trees on resampled rows, each split looking at a few features; they vote."""

from __future__ import annotations

from typing import Any

from nikti.classical.methods import FOREST
from nikti.classical.shape import Shape
from nikti.core.words import Words

TITLE = Words(en="random forest", bn="র‍্যান্ডম ফরেস্ট")
ANSWERS = ("label", "value")
PRESETS = ("medium", "best")
METHOD = FOREST
REPRESENTS = False
VIEW = "trees"

TREES = 100
MOST_NGRAMS = 1000


def candidates(shape: Shape) -> tuple[dict[str, Any], ...]:
    """Settings worth comparing, the best default first. share: of the features seen by a split."""
    if shape.answer == "value":
        return ({"share": 0.33}, {"share": 1.0})
    width = shape.dense + min(shape.sparse, MOST_NGRAMS)
    root = round(min(1.0, 1 / max(1, width) ** 0.5), 4)
    # Among hundreds of columns more of them per split cost much and change little.
    return ({"share": root},) if width > 100 else ({"share": root}, {"share": min(1.0, 3 * root)})


def build(shape: Shape, *, seed: int, threads: int, share: float) -> Any:
    """A pipeline over a table of features."""
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
    from sklearn.pipeline import make_pipeline

    from nikti.classical.scaling import Select

    kind = RandomForestClassifier if shape.answer == "label" else RandomForestRegressor
    model = kind(TREES, max_features=share, min_samples_leaf=1, n_jobs=threads, random_state=seed)
    return make_pipeline(Select(shape.dense, MOST_NGRAMS, shape.answer), model)


def accepts(shape: Shape) -> Words | None:
    """Why these data are too much for it, or None."""
    return None


def cost(shape: Shape) -> float:
    """Core-seconds of one fit (measured)."""
    width = (shape.dense + min(shape.sparse, MOST_NGRAMS)) * candidates(shape)[0]["share"]
    each = 5e-9 if shape.sparse else 2.6e-8  # columns of zeros need no sorting
    many = min(
        shape.classes, shape.n / 20
    )  # trees peel off one class after the other, and every leaf counts all
    levels = shape.n.bit_length() + many / 2
    return 0.15 + TREES * (3e-5 * min(shape.classes, shape.n / 4) + each * shape.n * width * levels)
