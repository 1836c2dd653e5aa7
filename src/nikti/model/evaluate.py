"""How good a model is on labelled data, apart on those that it has not learned from."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from nikti.core.answers import Masks
from nikti.core.data import Data
from nikti.core.task import Task


def evaluate(model: Any, task: Task, data: Data, met: np.ndarray | None) -> dict[str, Any]:
    """{"n", "score" (the primary metric), "interval", "scores": {metric: value}, "met"}, and "unmet", the
    first four for the samples that are new to the model, where there are some of both.

    data: with the model's class codes; met: bool [n], see `nikti.storage.models.met`; None, said as such,
    where that cannot be told.
    """
    proba = model.predict_proba(data.inputs)
    predicted = model.predict(data.inputs) if proba is None else np.argmax(proba, axis=1)
    if isinstance(data.targets, Masks):
        data = replace(data, targets=[data.targets[row] for row in range(len(data))])
    scale = task.scale(data.targets)

    def measured(rows: np.ndarray) -> dict[str, Any]:
        from nikti.verdict.statistics import inflation_of, mean_interval

        truth, answers = _at(data.targets, rows), _at(predicted, rows)
        groups = None if data.groups is None else data.groups[rows]
        sure = None if proba is None else proba[rows]
        losses = task.losses(truth, answers, scale, sure)
        inflation = inflation_of(task.metrics[0].name)
        score, low, high = mean_interval(losses, None, groups, inflation=inflation)
        scores = task.score(truth, answers, sure, scale)
        return {"n": len(rows), "score": score, "interval": [low, high], "scores": scores}

    found = measured(np.arange(len(data))) | {"met": None if met is None else int(met.sum())}
    if met is not None and met.any() and not met.all():
        found["unmet"] = measured(np.flatnonzero(~met))
    return found


def _at(answers: Any, rows: np.ndarray) -> Any:
    """The answers at some positions, of an array or a list."""
    return [answers[row] for row in rows.tolist()] if isinstance(answers, list) else answers[rows]
