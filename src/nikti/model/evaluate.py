"""How good a model is on labelled data, apart on those that it has not learned from."""

from __future__ import annotations

from typing import Any

import numpy as np

from nikti.core.data import Data
from nikti.core.task import Measured, Task


def evaluate(model: Any, task: Task, data: Data, met: np.ndarray | None) -> dict[str, Any]:
    """{"n", "score" (the primary metric), "interval", "scores": {metric: value}, "met"}, and "unmet", the
    first four for the samples that are new to the model, where there are some of both and each has a
    prediction.

    data: with the model's class codes; met: bool [n], see `nikti.storage.models.seen_in_training`; None where
    that is not known, which the result then says.
    """
    scale = task.scale(data.targets)
    measured = task.measure(model, data, np.random.default_rng(0), scale)
    found = _scored(task, len(data), measured) | {"met": None if met is None else int(met.sum())}
    if met is not None and met.any() and not met.all() and measured.predicted is not None:
        new = np.flatnonzero(~met)
        proba = None if measured.proba is None else measured.proba[new]
        of_new = task.compare(data.subset(new), _at(measured.predicted, new), proba, scale)
        found["unmet"] = _scored(task, len(new), of_new)
    return found


def _scored(task: Task, n: int, measured: Measured) -> dict[str, Any]:
    from nikti.verdict.statistics import inflation_of, mean_interval

    inflation = inflation_of(task.metrics[0].name)
    score, low, high = mean_interval(measured.losses, None, measured.groups, inflation=inflation)
    return {"n": n, "score": score, "interval": [low, high], "scores": measured.scores}


def _at(predicted: Any, rows: np.ndarray) -> Any:
    """The answers at some positions, of an array or a list."""
    return [predicted[row] for row in rows.tolist()] if isinstance(predicted, list) else predicted[rows]
