"""Gradient boosting: many small trees, each correcting those before it (LightGBM)."""

from __future__ import annotations

from typing import Any

from nikti.classical.shape import Shape

TITLE = "gradient boosting of trees (LightGBM)"
KINDS = ("classification", "regression")
PRESETS = ("medium", "best")
VIEW = "trees"


def candidates(shape: Shape) -> tuple[dict[str, Any], ...]:
    """Settings worth comparing, the best default first."""
    return ({"rounds": 150, "rate": 0.1, "leaves": 31},)


def build(shape: Shape, *, seed: int, threads: int, rounds: int, rate: float, leaves: int) -> Any:
    """A pipeline over a table of features."""
    from lightgbm import LGBMClassifier, LGBMRegressor
    from sklearn.pipeline import make_pipeline

    from nikti.classical.scaling import Select

    kind = LGBMClassifier if shape.kind == "classification" else LGBMRegressor
    model = kind(n_estimators=rounds, learning_rate=rate, num_leaves=leaves, n_jobs=threads, random_state=seed,
                 verbose=-1, deterministic=True, force_row_wise=True)
    return make_pipeline(Select(shape.dense, 2000, shape.kind), model)


def accepts(shape: Shape) -> str | None:
    """Why these data are too much for it, or None."""
    return None


def cost(shape: Shape) -> float:
    """Core-seconds of one fit."""
    return 1.0
