"""k nearest neighbours: the answer of the training samples that look most alike."""

from __future__ import annotations

from typing import Any

from nikti.classical.methods import NEIGHBOURS
from nikti.classical.shape import Shape
from nikti.core.words import Words

TITLE = Words(en="k nearest neighbours", bn="কাছের k প্রতিবেশী")
ANSWERS = ("label", "value")
PRESETS = ("fast", "medium", "best")
METHOD = NEIGHBOURS
REPRESENTS = False
VIEW = "linear"

COMPONENTS = 100


def candidates(shape: Shape) -> tuple[dict[str, Any], ...]:
    """Settings worth comparing, the best default first."""
    return ({"k": 5}, {"k": 1}, {"k": 15})


def build(shape: Shape, *, seed: int, threads: int, k: int) -> Any:
    """A pipeline over a table of features."""
    from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
    from sklearn.pipeline import make_pipeline

    from nikti.classical.scaling import Scale, reducer

    kind = KNeighborsClassifier if shape.answer == "label" else KNeighborsRegressor
    model = kind(min(k, shape.n), weights="distance", algorithm="brute", n_jobs=1)
    if shape.sparse:  # n-grams are of length 1: this is the cosine
        return make_pipeline(Scale(shape.dense, 0.1, keep_flags=True), model)
    return make_pipeline(Scale(shape.dense, keep_flags=True), reducer(shape, COMPONENTS, seed), model)


def accepts(shape: Shape) -> Words | None:
    """Why these data are too much for it, or None."""
    return None


def cost(shape: Shape) -> float:
    """Core-seconds of one fit (measured)."""
    # A quarter as many rows again are compared with all of these to score them.
    return 0.02 + 1e-7 * shape.n * shape.filled + (5e-9 if shape.sparse else 2e-9) * shape.n**2
