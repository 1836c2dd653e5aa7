"""Gradient boosting: many small trees, each correcting those before it (LightGBM)."""

from __future__ import annotations

from typing import Any

from nikti.classical.methods import BOOSTED_TREES
from nikti.classical.shape import Shape
from nikti.core.words import Words

TITLE = Words(en="gradient boosting of trees (LightGBM)", bn="ধাপে ধাপে শুধরানো গাছের দল (LightGBM)")
ANSWERS = ("label", "value")
PRESETS = ("medium", "best")
METHOD = BOOSTED_TREES
REPRESENTS = True
VIEW = "linear"

MOST_NGRAMS = 1000
#: A tree sees about this many columns: with hundreds of like ones the rest cost time and add nothing.
COLUMNS_PER_TREE = 50


def candidates(shape: Shape) -> tuple[dict[str, Any], ...]:
    """Settings worth comparing, the best default first. rate: of learning; leaves: of each tree."""
    leaves = 7 if shape.n < 2000 else 15
    if shape.vectors > 3:  # a tree per class and round
        rounds = 100 if shape.classes <= 20 else 40
        return (
            {"rounds": rounds, "rate": 0.1, "leaves": leaves},
            {"rounds": rounds, "rate": 0.2, "leaves": 7},
        )
    return (
        {"rounds": 200, "rate": 0.1, "leaves": leaves},
        {"rounds": 400, "rate": 0.05, "leaves": 4 * leaves},
        {"rounds": 100, "rate": 0.05, "leaves": leaves},
    )


def build(shape: Shape, *, seed: int, threads: int, rounds: int, rate: float, leaves: int) -> Any:
    """A pipeline over a table of features."""
    from lightgbm import LGBMClassifier, LGBMRegressor
    from sklearn.pipeline import make_pipeline

    from nikti.classical.scaling import Select

    width = shape.dense + min(shape.sparse, MOST_NGRAMS)
    kind = LGBMClassifier if shape.answer == "label" else LGBMRegressor
    model = kind(
        n_estimators=rounds,
        learning_rate=rate,
        num_leaves=leaves,
        colsample_bytree=min(0.7, max(0.05, COLUMNS_PER_TREE / max(1, width))),
        max_bin=255 if width <= COLUMNS_PER_TREE * 3 else 63,
        min_child_samples=max(1, min(20, shape.n // 20)),
        subsample=0.8,
        subsample_freq=1,
        reg_lambda=1.0,
        n_jobs=threads,
        random_state=seed,
        deterministic=True,
        force_col_wise=True,
        verbose=-1,
    )
    return make_pipeline(Select(shape.dense, MOST_NGRAMS, shape.answer), model)


def accepts(shape: Shape) -> Words | None:
    """Why these data are too much for it, or None."""
    return None


def cost(shape: Shape) -> float:
    """Core-seconds of one fit (measured)."""
    first = candidates(shape)[0]
    trees = first["rounds"] * shape.vectors
    width = min(shape.dense + min(shape.sparse, MOST_NGRAMS), 2 * COLUMNS_PER_TREE)
    each = 2.2e-9 if shape.sparse else 1.2e-9
    return 0.05 + trees * (1e-4 + each * shape.n * width + 1.6e-6 * width * first["leaves"] / 15)
