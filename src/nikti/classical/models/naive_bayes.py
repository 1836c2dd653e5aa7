"""Naive Bayes: every feature votes on its own; Gaussian for numbers, multinomial for n-grams."""

from __future__ import annotations

from typing import Any

from nikti.classical.methods import BAYES
from nikti.classical.shape import Shape
from nikti.core.words import Words

TITLE = Words(en="naive Bayes", bn="নাইভ বেইজ")
ANSWERS = ("label",)
PRESETS = ("fast", "medium", "best")
METHOD = BAYES
REPRESENTS = False
VIEW = "linear"

#: N-grams that stand beside the plain columns of a table.
BESIDE_COLUMNS = 500


def candidates(shape: Shape) -> tuple[dict[str, Any], ...]:
    """Settings worth comparing, the best default first. smoothing: of variances, or counts added to
    each n-gram."""
    if _counts(shape):
        return ({"smoothing": 0.05}, {"smoothing": 0.01}, {"smoothing": 0.3})
    return ({"smoothing": 0.1}, {"smoothing": 1e-3})


def build(shape: Shape, *, seed: int, threads: int, smoothing: float) -> Any:
    """A pipeline over a table of features."""
    from sklearn.naive_bayes import GaussianNB, MultinomialNB
    from sklearn.pipeline import make_pipeline

    from nikti.classical.scaling import NgramsOnly, Scale, Select

    if _counts(shape):
        return make_pipeline(NgramsOnly(shape.dense), MultinomialNB(alpha=smoothing))
    width = shape.dense + min(shape.sparse, BESIDE_COLUMNS)
    return make_pipeline(
        Select(shape.dense, BESIDE_COLUMNS, shape.answer), Scale(width), GaussianNB(var_smoothing=smoothing)
    )


def _counts(shape: Shape) -> bool:
    """Texts are all n-grams; in a table the plain columns have the say."""
    return shape.sparse > 0 and shape.modality == "text"


def accepts(shape: Shape) -> Words | None:
    """Why these data are too much for it, or None."""
    return None


def cost(shape: Shape) -> float:
    """Core-seconds of one fit (measured)."""
    return 0.02 + 1e-8 * shape.n * shape.filled * (1 if shape.sparse else 1 + shape.classes / 10)
