"""What a stored run must be before a verdict is made of it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from nikti.core import catalogue
from nikti.core.run import OUTCOMES, Result, Run
from nikti.core.schema import OTHER, misfit
from nikti.core.words import Words

DATA = {
    "name": str,
    "task": str,
    "modality": str,
    "kind": str,
    "n": int,
    "target?": str,
    "classes": [str],
    "counts?": dict,
    "notes": [{"level": str, "code": str, "text": str, "values": dict, "text_bn?": str}],
}
RESULT = {
    "outcome": str,
    "reason": str,
    "scores": dict,
    "seconds": dict,
    "predict_ms": dict,
    "timing": dict,
    "joules": (float, type(None)),
    "peak_mb": (float, type(None)),
    "bytes": (int, type(None)),
    "parameters": (int, type(None)),
    "params": dict,
    "training_curve": [dict],
    "notes": list,
}
#: Numbers of a result by name, {name: number}.
NUMBERS = ("scores", "seconds", "predict_ms")
RUN = {"settings": dict, "data": DATA, "machine": dict, "versions": dict, "seconds": float, "finished": bool}
MOST_FOLDS = 1000

IN_RESULT = Words(en="of the trial {trial} {reason}", bn="{trial} চেষ্টার {reason}")


def misfit_of(run: Run) -> Words | None:
    """The first fact of a run that cannot be, None where all can."""
    facts = {name: getattr(run, name) for name in RUN}
    if (reason := misfit(facts, RUN)) is not None:
        return reason
    for place, folder, name in (("task", "tasks", "task"), ("modality", "modalities", "modality")):
        if run.data[name] not in catalogue.names(folder):
            return _other(f"data.{place}", run.data[name], ", ".join(catalogue.names(folder)))
    n = len(run.folds) if run.folds.ndim == 1 else -1
    if n < 0 or run.folds.dtype.kind not in "iu":
        return _other("fold", f"{run.folds.dtype} {run.folds.shape}", "whole numbers in a row")
    if n and not -1 <= run.folds.min() <= run.folds.max() < MOST_FOLDS:
        return _other("fold", run.folds.max(), f"-1 .. {MOST_FOLDS - 1}")
    if any(part is not None and part.shape[:1] != (n,) for part in (run.targets, run.groups)):
        return _other("targets", "another number", n)
    classes = len(run.data["classes"])
    if run.targets is not None and classes and run.targets.size and not _of_classes(run.targets, classes):
        return _other("targets", "something else", f"0 .. {classes - 1}")
    for result in run.results:
        if (reason := _misfit(result, run, n)) is not None:
            return IN_RESULT.format(trial=result.trial.key, reason=reason)
    return None


def _of_classes(targets: np.ndarray, classes: int) -> bool:
    """Whether answers are numbers of so many classes, or say of each class whether it is there."""
    if targets.dtype.kind == "b":
        return targets.ndim == 2 and targets.shape[1] == classes
    return targets.dtype.kind in "iu" and 0 <= targets.min() <= targets.max() < classes


def _misfit(result: Result, run: Run, n: int) -> Words | None:
    facts = {name: getattr(result, name) for name in RESULT}
    trial = {name: getattr(result.trial, name) for name in ("contender", "fold", "size")}
    reason = misfit(trial, {"contender": str, "fold": int, "size": int}) or misfit(facts, RESULT)
    if reason is not None:
        return reason
    if result.outcome not in OUTCOMES:
        return _other("outcome", result.outcome, ", ".join(OUTCOMES))
    if not -1 <= result.trial.fold < MOST_FOLDS:
        return _other("fold", result.trial.fold, f"-1 .. {MOST_FOLDS - 1}")
    for name in NUMBERS:
        if not all(_number(value) for value in getattr(result, name).values()):
            return _other(name, "something else", "numbers")
    rows, losses = np.asarray(result.rows), np.asarray(result.losses)
    if rows.ndim != 1 or rows.dtype.kind not in "iu" or (len(rows) and not 0 <= rows.min() <= rows.max() < n):
        return _other("rows", "something else", f"0 .. {n - 1}")
    if losses.shape != rows.shape or losses.dtype.kind not in "fiub":
        return _other("losses", losses.shape, rows.shape)
    for name in ("predicted", "proba"):
        part = getattr(result, name)
        if part is not None and len(part) != len(rows):
            return _other(name, len(part), len(rows))
    return None


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and not math.isinf(value)


def _other(place: str, came: Any, must: Any) -> Words:
    return OTHER.format(place=place, came=str(came), must=str(must))
