"""A set of classes for each sample, bool [n, C]: none, one or several of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from nikti.answers import _usual
from nikti.core.data import Data
from nikti.core.inputs import Inputs
from nikti.core.task import Task

KIND = "tagging"
COUNTED = "classes"
HELD = np.ndarray
SIMPLE = PROBABILITIES = EXACT = IN_SAMPLE = LIKE_TRAINING = False
COMPARED, LOWEST = 0, 0.0

stored, kept_classes = _usual.as_read, _usual.all_classes
failed, finished = _usual.nothing, _usual.one_by_one
tested, class_counts, averaged = _usual.untested, _usual.no_counts, _usual.not_averaged
judged = _usual.as_measured


def matches(targets: Any) -> bool:
    """An array bool [n, C]."""
    return isinstance(targets, np.ndarray) and targets.ndim == 2 and targets.dtype == bool


def encoded(task: Task, data: Data, classes: Sequence[str]) -> Data:
    """The columns of these classes, in their order."""
    known = _usual.known_as(data, data.classes, classes, "tags")
    targets = np.zeros((len(data), len(classes)), bool)
    targets[:, [classes.index(known[name]) for name in data.classes]] = data.targets
    return replace(data, targets=targets, classes=tuple(classes))


def _named(tags: np.ndarray, classes: Sequence[str]) -> str:
    """ "far, high"; "none" where there is no tag."""
    return ", ".join(name for name, there in zip(classes, tags, strict=True) if there) or "none"


def rows(model: Any, inputs: Inputs, classes: Sequence[str]) -> list[dict[str, Any]]:
    """{"prediction": the tags in words, "tags": [name, ...]}."""
    return [
        {
            "prediction": _named(tags, classes),
            "tags": [name for name, there in zip(classes, tags.tolist(), strict=True) if there],
        }
        for tags in model.predict(inputs)
    ]


def lines(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The tags in words."""
    return [{"input": row["input"], "prediction": row["prediction"], **_usual.error(row)}]


def explained(model: Any, inputs: Inputs, code: int | None = None) -> list[list[int]]:
    """The code of each tag that is there, or of the one asked for."""
    return [[code] if code is not None else np.flatnonzero(tags).tolist() for tags in model.predict(inputs)]


def codes(parts: Sequence[int]) -> np.ndarray:
    """The parts are classes."""
    return np.array(parts, dtype=np.int64)


def stands(model: Any, inputs: Inputs, parts: Sequence[int], temperature: float = 1.0) -> np.ndarray:
    """1 where the tag is there."""
    return _usual.stood(lambda tags, part: float(tags[part]), model.predict(inputs), parts)


def in_words(part: int, classes: Sequence[str]) -> dict[str, Any]:
    """{"class": its name}."""
    return {"class": classes[int(part)]}


def truth(answer: np.ndarray, classes: Sequence[str]) -> str:
    """The tags in words."""
    return _named(answer, classes)


def shown(data: Data, row: int, predicted: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """The tags in words."""
    every = {"truth": data.targets[row], **predicted}
    return {side: _named(answer, data.classes) for side, answer in every.items()}
