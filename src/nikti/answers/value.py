"""One number for each sample, float64 [n]."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nikti.answers import _usual
from nikti.core.data import Data
from nikti.core.inputs import Inputs
from nikti.core.run import Result

KIND = "regression"
COUNTED = "classes"
HELD = np.ndarray
SIMPLE = True
PROBABILITIES = EXACT = IN_SAMPLE = LIKE_TRAINING = False
#: R2 is the score: worse than always saying the mean is below 0, without end.
COMPARED, LOWEST = 0, -math.inf
PROBE_METRIC = "r2"

#: Points drawn of predicted against true values; more only make the page heavy.
MOST_POINTS = 600

stored, encoded, kept_classes = _usual.as_read, _usual.prepared, _usual.no_classes
failed, finished = _usual.nothing, _usual.one_by_one
codes, class_counts, judged = _usual.not_classes, _usual.no_counts, _usual.as_measured
lines = _usual.one_line


def matches(targets: Any) -> bool:
    """An array [n] of numbers with a decimal point."""
    return isinstance(targets, np.ndarray) and targets.ndim == 1 and targets.dtype.kind == "f"


def rows(model: Any, inputs: Inputs, classes: Sequence[str]) -> list[dict[str, Any]]:
    """{"prediction": the value}."""
    return [{"prediction": float(value)} for value in model.predict(inputs)]


def explained(model: Any, inputs: Inputs, code: int | None = None) -> list[list[float]]:
    """The predicted value."""
    return [[float(value)] for value in model.predict(inputs)]


def stands(model: Any, inputs: Inputs, parts: Sequence[float], temperature: float = 1.0) -> np.ndarray:
    """float64 [n]: the predicted values."""
    return np.asarray(model.predict(inputs), float)


def in_words(part: float, classes: Sequence[str]) -> dict[str, Any]:
    """{"value"}."""
    return {"value": float(part)}


def truth(answer: float, classes: Sequence[str]) -> float:
    """The value, rounded."""
    return round(float(answer), 4)


def tested(truth: np.ndarray, predicted: np.ndarray, classes: Sequence[str]) -> dict[str, Any]:
    """{"points": [[true, predicted], ...]}, evenly picked where there are many."""
    step = max(1, math.ceil(len(truth) / MOST_POINTS))
    return {"points": np.column_stack([truth, predicted])[::step].round(6).tolist()}


def averaged(result: Result) -> np.ndarray | None:
    """The values, float64 [m]."""
    return None if result.predicted is None else result.predicted.astype(np.float64)


def shown(data: Data, row: int, predicted: Mapping[str, float]) -> dict[str, Any]:
    """Rounded values."""
    every = {"truth": data.targets[row], **predicted}
    return {side: truth(answer, data.classes) for side, answer in every.items()}
