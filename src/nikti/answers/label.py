"""One class for each sample: words or whole numbers [n] as read, codes int64 [n] of the classes later."""

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

KIND = "classification"
COUNTED = "classes"
HELD = np.ndarray
SIMPLE = PROBABILITIES = EXACT = True
COMPARED, LOWEST = 0, 0.0
IN_SAMPLE = LIKE_TRAINING = False
#: What a probe is measured by.
PROBE_METRIC = "accuracy"

stored, kept_classes, finished = _usual.as_read, _usual.all_classes, _usual.one_by_one
codes = _usual.codes


def matches(targets: Any) -> bool:
    """An array [n] of anything but numbers with a decimal point."""
    return isinstance(targets, np.ndarray) and targets.ndim == 1 and targets.dtype.kind != "f"


def label_of(value: object) -> str:
    """An answer as a class name: "3" for 3.0; "" for none.

    >>> label_of(3.0), label_of(" বিড়াল "), label_of(None)
    ('3', 'বিড়াল', '')
    """
    if value is None or value != value:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def encoded(task: Task, data: Data, classes: Sequence[str]) -> Data:
    """Codes into `classes`; samples without an answer are dropped."""
    labels = np.array([label_of(value) for value in data.targets.tolist()], dtype=object)
    labelled = np.flatnonzero(labels != "")
    data, labels = data.subset(labelled), labels[labelled].tolist()
    known = _usual.known_as(data, labels, classes, _usual.ANSWERS)
    code = {label: classes.index(name) for label, name in known.items()}
    codes = np.array([code[label] for label in labels], dtype=np.int64)
    return replace(data, targets=codes, classes=tuple(classes))


def rows(model: Any, inputs: Inputs, classes: Sequence[str]) -> list[dict[str, Any]]:
    """{"prediction": the class, "probabilities": {class: p}}."""
    return [
        {
            "prediction": classes[int(np.argmax(chances))],
            "probabilities": dict(zip(classes, map(float, chances), strict=True)),
        }
        for chances in model.predict_proba(inputs)
    ]


def failed() -> dict[str, Any]:
    """What stands for the prediction of an input that could not be read: no class."""
    return {"prediction": None, "probabilities": {}}


def lines(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The class, and a probability for each."""
    return _usual.by_class(row, "probabilities", "probability")


def explained(model: Any, inputs: Inputs, code: int | None = None) -> list[list[int]]:
    """The code of the predicted class, or of the one asked for."""
    codes = model.predict_proba(inputs).argmax(axis=1) if code is None else np.full(len(inputs), code)
    return [[int(one)] for one in codes]


def stands(model: Any, inputs: Inputs, parts: Sequence[int], temperature: float = 1.0) -> np.ndarray:
    """The calibrated probability of the class."""
    return _usual.chances(calibrated(model.predict_proba(inputs), temperature), parts)


def calibrated(proba: np.ndarray, temperature: float) -> np.ndarray:
    """Probabilities [n, C] at another temperature: p^(1/T), rows adding up to 1.

    >>> calibrated(np.array([[0.8, 0.2]]), 2.0).round(3).tolist()
    [[0.667, 0.333]]
    """
    if temperature == 1.0:
        return proba
    powered = np.asarray(proba, float) ** (1 / temperature)
    return powered / powered.sum(axis=1, keepdims=True)


def temperature(proba: np.ndarray, truth: np.ndarray) -> float:
    """The temperature at which probabilities of samples that were not learned from are most likely
    (Guo et al. 2017, https://arxiv.org/abs/1706.04599, section 4.2), between 1/4 and 4."""
    proba = np.clip(np.asarray(proba, float), 1e-6, None)
    rows = np.arange(len(truth))
    tried = np.geomspace(0.25, 4.0, 65)
    loss = [-np.log(calibrated(proba, t)[rows, truth]).mean() for t in tried]
    return float(tried[int(np.argmin(loss))])


def in_words(part: int, classes: Sequence[str]) -> dict[str, Any]:
    """{"class": its name}."""
    return {"class": classes[int(part)]}


def truth(answer: int, classes: Sequence[str]) -> str:
    """The name of the class."""
    return classes[int(answer)]


def tested(truth: np.ndarray, predicted: np.ndarray, classes: Sequence[str]) -> dict[str, Any]:
    """{"counts": int [C, C] as lists: how often the row's class was taken for the column's}.

    >>> tested(np.array([0, 1, 1]), np.array([0, 0, 1]), ["a", "b"])
    {'counts': [[1, 0], [1, 1]]}
    """
    size = len(classes)
    flat = np.asarray(truth, np.int64) * size + np.asarray(predicted, np.int64)
    return {"counts": np.bincount(flat, minlength=size * size).reshape(size, size).tolist()}


def class_counts(facts: Mapping[str, Any]) -> dict[str, int]:
    """Samples of each class."""
    return dict(facts.get("counts") or {})


def averaged(result: Result) -> np.ndarray | None:
    """Probabilities float64 [m, C]; None from models without."""
    return None if result.proba is None else result.proba.astype(np.float64)


def judged(result: Result, targets: np.ndarray) -> list[tuple[int, float, float]]:
    """Predicted codes, with the largest probability as confidence."""
    sure = np.ones(len(result.rows)) if result.proba is None else result.proba.max(axis=1)
    return list(zip(result.predicted, result.losses.tolist(), sure.tolist(), strict=True))


def shown(data: Data, row: int, predicted: Mapping[str, int]) -> dict[str, Any]:
    """Names of classes."""
    every = {"truth": data.targets[row], **predicted}
    return {side: truth(answer, data.classes) for side, answer in every.items()}
