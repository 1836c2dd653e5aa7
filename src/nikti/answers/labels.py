"""A set of labels for each sample, bool [n, C]: none, one or several of the classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from nikti.answers import _usual
from nikti.core.data import Data
from nikti.core.inputs import Inputs
from nikti.core.run import Result
from nikti.core.task import Task

KIND = "multilabel"
COUNTED = "classes"
HELD = np.ndarray
PROBABILITIES = True
SIMPLE = EXACT = IN_SAMPLE = LIKE_TRAINING = False
COMPARED, LOWEST = 0, 0.0

#: A label is there from this probability on.
THRESHOLD = 0.5
#: What stands between the labels of a set where it is one text.
BETWEEN = "; "
#: Labels of a sample that are explained at most.
MOST_PARTS = 3
#: Probabilities are kept this far from 0 and 1 where their odds are asked for.
LEAST = 1e-6

stored, kept_classes, finished = _usual.as_read, _usual.all_classes, _usual.one_by_one
codes = _usual.codes
class_counts, averaged = _usual.no_counts, _usual.not_averaged


def matches(targets: Any) -> bool:
    """An array bool [n, C]."""
    return isinstance(targets, np.ndarray) and targets.ndim == 2 and targets.dtype == bool


def decided(proba: np.ndarray) -> np.ndarray:
    """The labels that are as probable as not, bool [n, C]."""
    return np.asarray(proba) >= THRESHOLD


def encoded(task: Task, data: Data, classes: Sequence[str]) -> Data:
    """The columns of these classes, in their order; classes that no sample has may be left out."""
    used = [name for name, there in zip(data.classes, data.targets.any(axis=0), strict=True) if there]
    known = _usual.known_as(data, used, classes, _usual.LABELS)
    targets = np.zeros((len(data), len(classes)), bool)
    for column, name in enumerate(data.classes):
        if name in known:
            targets[:, classes.index(known[name])] |= data.targets[:, column]
    return replace(data, targets=targets, classes=tuple(classes))


def named(labels: np.ndarray, classes: Sequence[str]) -> str:
    """The set in words.

    >>> named(np.array([True, False, True]), ["far", "high", "old"]), named(np.zeros(3, bool), "abc")
    ('far; old', '')
    """
    return BETWEEN.join(name for name, there in zip(classes, labels, strict=True) if there)


def rows(model: Any, inputs: Inputs, classes: Sequence[str]) -> list[dict[str, Any]]:
    """{"prediction": the set in words, "labels": [name, ...], "probabilities": {label: p}}; each label has a
    probability of its own, they do not add up to 1."""
    proba = model.predict_proba(inputs)
    return [
        {
            "prediction": named(labels, classes),
            "labels": [name for name, there in zip(classes, labels, strict=True) if there],
            "probabilities": dict(zip(classes, map(float, chances), strict=True)),
        }
        for labels, chances in zip(decided(proba), proba, strict=True)
    ]


def failed() -> dict[str, Any]:
    """No set."""
    return {"prediction": None, "labels": [], "probabilities": {}}


def lines(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The set in words, and a probability for each label."""
    return _usual.by_class(row, "probabilities", "probability")


def explained(model: Any, inputs: Inputs, code: int | None = None) -> list[list[int]]:
    """The codes of the labels that are there, surest first, at most a few; where there is none, the likeliest
    one. Or the code that is asked for."""
    if code is not None:
        return [[code] for _ in range(len(inputs))]
    proba = np.asarray(model.predict_proba(inputs))
    found = []
    for chances, count in zip(proba, decided(proba).sum(axis=1).tolist(), strict=True):
        order = np.argsort(-chances, kind="stable")
        found.append(order[: min(MOST_PARTS, max(1, count))].tolist())
    return found


def stands(model: Any, inputs: Inputs, parts: Sequence[int], temperature: float = 1.0) -> np.ndarray:
    """The calibrated probability of the label."""
    return _usual.chances(calibrated(model.predict_proba(inputs), temperature), parts)


def calibrated(proba: np.ndarray, temperature: float) -> np.ndarray:
    """Probabilities [n, C] at another temperature: the log-odds of each label divided by it.

    >>> calibrated(np.array([[0.8, 0.5]]), 2.0).round(3).tolist()
    [[0.667, 0.5]]
    """
    if temperature == 1.0:
        return proba
    sure = np.clip(np.asarray(proba, float), LEAST, 1 - LEAST)
    return 1 / (1 + (1 / sure - 1) ** (1 / temperature))


def temperature(proba: np.ndarray, truth: np.ndarray) -> float:
    """The temperature at which the true labels bool [n, C] of samples that were not learned from are
    likeliest, between 1/4 and 4; see `nikti.answers.label.temperature`."""
    proba = np.clip(np.asarray(proba, float), LEAST, 1 - LEAST)
    tried = np.geomspace(0.25, 4.0, 65)
    loss = [
        -np.log(np.where(truth, found, 1 - found)).mean() for found in (calibrated(proba, t) for t in tried)
    ]
    return float(tried[int(np.argmin(loss))])


def in_words(part: int, classes: Sequence[str]) -> dict[str, Any]:
    """{"class": its name}."""
    return {"class": classes[int(part)]}


def truth(answer: np.ndarray, classes: Sequence[str]) -> str:
    """The set in words."""
    return named(answer, classes)


def tested(truth: np.ndarray, predicted: np.ndarray, classes: Sequence[str]) -> dict[str, Any]:
    """{"labels": [[right, wrongly said, missed], ...]}, counts for each label.

    >>> tested(np.array([[1, 0], [1, 1]], bool), np.array([[1, 1], [0, 1]], bool), ["a", "b"])
    {'labels': [[1, 0, 1], [1, 1, 0]]}
    """
    both = (truth & predicted).sum(axis=0)
    said, missed = predicted.sum(axis=0) - both, truth.sum(axis=0) - both
    return {"labels": np.column_stack([both, said, missed]).tolist()}


def judged(result: Result, targets: np.ndarray) -> list[tuple[np.ndarray, float, float]]:
    """The sets, with the share of the labels in them or in the true ones that are not in both (Jaccard
    distance): the losses of a ranking say nothing of one sample."""
    true = targets[result.rows]
    every = (true | result.predicted).sum(axis=1)
    loss = (true ^ result.predicted).sum(axis=1) / np.maximum(every, 1)
    return [(answer, float(one), 1.0) for answer, one in zip(result.predicted, loss, strict=True)]


def shown(data: Data, row: int, predicted: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """Sets in words."""
    every = {"truth": data.targets[row], **predicted}
    return {side: named(answer, data.classes) for side, answer in every.items()}
