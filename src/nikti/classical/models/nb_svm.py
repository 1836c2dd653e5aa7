"""Linear support vector machine on n-grams that naive Bayes has weighed first (Wang & Manning 2012,
https://aclanthology.org/P12-2018): each counts by how much more often one class holds it than the others.
"""

from __future__ import annotations

from typing import Any

from nikti.classical.methods import LINEAR
from nikti.classical.shape import Shape
from nikti.core.words import Words

TITLE = Words(
    en="support vector machine on n-grams weighed by naive Bayes",
    bn="নাইভ বেইজ দিয়ে ওজন করা এন-গ্রামের উপর সাপোর্ট ভেক্টর মেশিন (NB-SVM)",
)
ANSWERS = ("label",)
MODALITIES = ("text",)
PRESETS = ("medium", "best")
METHOD = LINEAR
REPRESENTS = False
VIEW = "linear"


def candidates(shape: Shape) -> tuple[dict[str, Any], ...]:
    """Settings worth comparing, the best default first. C is the inverse of the penalty."""
    return ({"C": 0.5}, {"C": 0.1}, {"C": 2.0})


NO_NGRAM = Words(en="no n-gram was found in these texts", bn="এই লেখাগুলোতে কোনো এন-গ্রাম পাওয়া যায়নি")


def build(shape: Shape, *, seed: int, threads: int, C: float) -> Any:
    """A pipeline over a table of features; columns that are no n-grams stay as they are."""
    from sklearn.pipeline import make_pipeline

    from nikti.classical.bayes_ratio import WeighedSVM
    from nikti.classical.scaling import Scale, beside_ngrams

    model = WeighedSVM(dense=shape.dense, C=C, seed=seed)
    return make_pipeline(Scale(shape.dense, beside_ngrams(shape)), model)


def accepts(shape: Shape) -> Words | None:
    """Why these data are too much for it, or None."""
    return None if shape.sparse else NO_NGRAM


def cost(shape: Shape) -> float:
    """Core-seconds of one fit (measured)."""
    return 0.02 + shape.vectors * (2e-3 + 3.5e-8 * shape.n * shape.filled)
