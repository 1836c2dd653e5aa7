"""A point for each sample, float32 [n, d]: two samples belong together where their distance is below 1. The
truth is who or what is shown, int64 [n] like classes; the names stay with the data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from nikti.answers import _usual, label
from nikti.core.errors import DataError
from nikti.core.inputs import Inputs
from nikti.core.pairs import nearest
from nikti.core.run import Result
from nikti.core.words import Words

KIND = "verification"
COUNTED = "classes"
HELD = np.ndarray
SIMPLE = PROBABILITIES = IN_SAMPLE = LIKE_TRAINING = False
EXACT = True
#: The nearest of so many pictures is the other one that an answer is about.
COMPARED, LOWEST = 40, 0.0

stored, encoded, kept_classes = _usual.as_read, _usual.prepared, _usual.no_classes
failed, codes, tested = _usual.nothing, _usual.not_classes, _usual.untested
class_counts, averaged = _usual.no_counts, _usual.not_averaged
truth, shown = label.truth, label.shown
lines = _usual.one_line

_FEW = Words(
    en="pictures are compared with each other: give at least two that can be read.",
    bn="ছবি একে অন্যের সঙ্গে মেলানো হয়: পড়া যায় এমন অন্তত দুটি ছবি দিন।",
)


def matches(targets: Any) -> bool:
    """False: such targets are classes too, so this kind of answer is only used where the task is
    requested by name."""
    return False


def rows(model: Any, inputs: Inputs, classes: Sequence[str]) -> list[dict[str, Any]]:
    """{"prediction": None, "embedding": float32 [d]}, for `finished`."""
    return [{"prediction": None, "embedding": point} for point in model.predict(inputs)]


def finished(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Instead of its embedding each sample's most similar other one: {"input", "prediction": whether both
    belong together, "nearest": its name, "distance"}. Raises DataError for fewer than two."""
    embedded = [row for row in rows if "embedding" in row]
    if len(embedded) < 2:
        raise DataError(_FEW)
    place, distance = nearest(np.stack([row["embedding"] for row in embedded]))
    found = {
        id(row): {
            "input": row["input"],
            "prediction": bool(apart < 1),
            "nearest": embedded[other]["input"],
            "distance": float(apart),
        }
        for row, other, apart in zip(embedded, place, distance, strict=True)
    }
    return [found.get(id(row), row) for row in rows]


def explained(model: Any, inputs: Inputs, code: int | None = None) -> list[list[np.ndarray]]:
    """The embedding of the nearest other sample; [] where there is no other."""
    points = model.predict(inputs)
    if len(points) < 2:
        return [[] for _ in range(len(inputs))]
    return [[points[other]] for other in nearest(points)[0]]


def stands(model: Any, inputs: Inputs, parts: Sequence[np.ndarray], temperature: float = 1.0) -> np.ndarray:
    """float64 [n]: minus the distance of each embedding to the one that is explained."""
    return _usual.stood(_nearness, model.predict(inputs), parts)


def _nearness(point: np.ndarray, other: np.ndarray) -> float:
    return -float(np.linalg.norm(point - other))


def in_words(part: np.ndarray, classes: Sequence[str]) -> dict[str, Any]:
    """{}: an embedding cannot be put in words."""
    return {}


def judged(result: Result, targets: np.ndarray) -> list[tuple[int, float, float]]:
    """(class of the nearest other picture of the same test fold, whether it is wrong, minus its distance)
    of each."""
    if len(result.predicted) < 2:
        return []
    mine = targets[result.rows]
    place, distance = nearest(result.predicted)
    wrong = (mine[place] != mine).astype(float)
    return list(zip(mine[place], wrong.tolist(), (-distance).tolist(), strict=True))
