"""Linear regression with a penalty on large weights (ridge)."""

from __future__ import annotations

from typing import Any

from nikti.classical.methods import LINEAR
from nikti.classical.shape import Shape
from nikti.core.words import Words

TITLE = Words(en="linear regression (ridge)", bn="রৈখিক রিগ্রেশন (রিজ)")
ANSWERS = ("value",)
PRESETS = ("fast", "medium", "best")
METHOD = LINEAR
REPRESENTS = True
VIEW = "linear"


def candidates(shape: Shape) -> tuple[dict[str, Any], ...]:
    """Settings worth comparing, the best default first. alpha: the penalty."""
    return ({"alpha": 1.0}, {"alpha": 30.0}, {"alpha": 0.01})


def build(shape: Shape, *, seed: int, threads: int, alpha: float) -> Any:
    """A pipeline over a table of features."""
    from sklearn.linear_model import Ridge
    from sklearn.pipeline import make_pipeline

    from nikti.classical.scaling import Scale

    return make_pipeline(Scale(shape.dense), Ridge(alpha=alpha, random_state=seed))


def accepts(shape: Shape) -> Words | None:
    """Why these data are too much for it, or None."""
    return None


def cost(shape: Shape) -> float:
    """Core-seconds of one fit (measured)."""
    return 0.01 + 1e-8 * shape.n * shape.filled * min(shape.filled, 100)
