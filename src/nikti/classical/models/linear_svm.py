"""Linear support vector machine: the widest margin between classes, a weight per feature.

It knows distances from the border and no probabilities; these come from the distances by a
temperature that is fitted on inner validation rows (see `calibrate`).
"""

from __future__ import annotations

from typing import Any

from nikti.classical.methods import LINEAR
from nikti.classical.shape import Shape
from nikti.core.words import Words

TITLE = Words(en="linear support vector machine", bn="রৈখিক সাপোর্ট ভেক্টর মেশিন")
ANSWERS = ("label",)
PRESETS = ("fast", "medium", "best")
METHOD = LINEAR
REPRESENTS = True
VIEW = "linear"


def candidates(shape: Shape) -> tuple[dict[str, Any], ...]:
    """Settings worth comparing, the best default first. C is the inverse of the penalty."""
    if shape.sparse:
        return ({"C": 0.5}, {"C": 0.1}, {"C": 2.0})
    return ({"C": 0.003}, {"C": 0.03}, {"C": 0.0003})


def build(shape: Shape, *, seed: int, threads: int, C: float) -> Any:
    """A pipeline over a table of features."""
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    from nikti.classical.scaling import Scale, beside_ngrams

    weight = beside_ngrams(shape)
    # A loose tolerance costs no accuracy and saves most of the time; of many classes some never reach it.
    tolerance, rounds = (0.3, 20) if shape.sparse else (0.1, 100)
    model = LinearSVC(C=C, dual=True, tol=tolerance, max_iter=rounds, random_state=seed)
    return make_pipeline(Scale(shape.dense, weight), model)


def accepts(shape: Shape) -> Words | None:
    """Why these data are too much for it, or None."""
    return None


def cost(shape: Shape) -> float:
    """Core-seconds of one fit (measured)."""
    return 0.02 + (2.2e-8 if shape.sparse else 4e-8) * shape.n * shape.filled * shape.vectors
