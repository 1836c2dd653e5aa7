"""The class whose mean of the training samples is nearest."""

from __future__ import annotations

from typing import Any

from nikti.classical.shape import Shape
from nikti.core.words import Words

TITLE = Words(en="nearest mean", bn="নিকটতম গড়")
ANSWERS = ("label",)
PRESETS = ("fast", "medium", "best")
METHOD = Words(en="prototypes", bn="প্রোটোটাইপ")
REPRESENTS = False
VIEW = "linear"
NO_MEAN = Words(en="n-grams have no mean worth the name", bn="এন-গ্রামের গড় বলে তেমন কিছু হয় না")


def candidates(shape: Shape) -> tuple[dict[str, Any], ...]:
    """Settings worth comparing, the best default first. shrink: towards the mean of all classes."""
    return ({"shrink": None}, {"shrink": 0.5})


def build(shape: Shape, *, seed: int, threads: int, shrink: float | None) -> Any:
    """A pipeline over a table of features."""
    from sklearn.neighbors import NearestCentroid
    from sklearn.pipeline import make_pipeline

    from nikti.classical.scaling import Scale

    return make_pipeline(Scale(shape.dense), NearestCentroid(shrink_threshold=shrink))


def accepts(shape: Shape) -> Words | None:
    """Why these data are too much for it, or None."""
    return NO_MEAN if shape.sparse else None


def cost(shape: Shape) -> float:
    """Core-seconds of one fit."""
    return 0.02 + 1e-8 * shape.n * shape.filled
