"""Logistic regression: one weight per feature and class, probabilities from their sum."""

from __future__ import annotations

from typing import Any

from nikti.classical.methods import LINEAR
from nikti.classical.shape import Shape
from nikti.core.words import Words

TITLE = Words(en="logistic regression", bn="লজিস্টিক রিগ্রেশন")
ANSWERS = ("label",)
PRESETS = ("fast", "medium", "best")
METHOD = LINEAR
REPRESENTS = True
VIEW = "linear"


def candidates(shape: Shape) -> tuple[dict[str, Any], ...]:
    """Settings worth comparing, the best default first. C is the inverse of the penalty."""
    if shape.sparse:
        return ({"C": 30.0}, {"C": 100.0}, {"C": 5.0})
    return ({"C": 0.1}, {"C": 1.0}, {"C": 0.01})


def build(shape: Shape, *, seed: int, threads: int, C: float) -> Any:
    """A pipeline over a table of features."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.pipeline import make_pipeline

    from nikti.classical.scaling import Scale, beside_ngrams

    if not shape.sparse:
        return make_pipeline(Scale(shape.dense), LogisticRegression(C=C, max_iter=200, random_state=seed))
    # One class against the rest, solved in the dual: many times faster than all classes at once. Five passes
    # are enough (questions of 77 kinds, n = 2,500: 0.865 right after 5, 0.864 after 50 at twice the price).
    model = LogisticRegression(C=C, solver="liblinear", dual=True, tol=0.1, max_iter=5, random_state=seed)
    if shape.classes > 2:
        model = OneVsRestClassifier(model)
    return make_pipeline(Scale(shape.dense, beside_ngrams(shape)), model)


def accepts(shape: Shape) -> Words | None:
    """Why these data are too much for it, or None."""
    return None


def cost(shape: Shape) -> float:
    """Core-seconds of one fit (measured)."""
    each = 2e-3 + 3.5e-8 * shape.n * shape.filled if shape.sparse else 2e-8 * shape.n * shape.filled
    return 0.02 + each * shape.vectors
