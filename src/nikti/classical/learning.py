"""One fit: an estimator on a table of features, and what makes its answers complete."""

from __future__ import annotations

import warnings
from types import ModuleType
from typing import Any

import numpy as np

from nikti.classical.fitted import Fitted
from nikti.classical.shape import Shape
from nikti.core import catalogue


def learn(
    file: ModuleType,
    shape: Shape,
    table: Any,
    targets: np.ndarray,
    params: dict[str, Any],
    seed: int,
    threads: int,
) -> Fitted:
    """Fit the model of a file on a table of features. `shape.classes` are the task's, met or not."""
    how = catalogue.load("classical/answers", shape.answer)
    present, learned, centre, spread = how.learnable(targets)
    fitted = Fitted(shape.answer, shape.classes, present, None, 1.0, centre, spread)
    if fitted.probabilities and len(present) == 1:
        return fitted
    estimator = file.build(shape, seed=seed, threads=threads, **params)
    with warnings.catch_warnings():
        # Iteration limits are part of a recipe's cost; the inner score says whether it went well.
        warnings.simplefilter("ignore")
        estimator.fit(table, learned)
    _straighten(estimator)
    fitted.estimator = estimator
    return fitted


def _straighten(estimator: Any) -> None:
    """Lay arrays out in memory as they will be after saving and loading: matrix products of another
    layout round differently, and a model must answer the same before and after."""
    for step in [step for _, step in getattr(estimator, "steps", [])]:
        for name, value in vars(step).items() if hasattr(step, "__dict__") else ():
            if isinstance(value, np.ndarray) and value.ndim > 1 and not value.flags.c_contiguous:
                setattr(step, name, np.ascontiguousarray(value))
