"""A fitted model as plain data: how a stored sample becomes numbers (`nikti.core.steps`), what computes on
these, and how its answer is read (`nikti.core.decoding`). Whoever takes a model elsewhere (export, serve)
goes by it and asks the model for no more.

The estimator reads its `inputs` by name. What cannot be said in plain data is in `missing`, with the reason:
a graph without any can be computed by whoever knows the steps.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from nikti.core.steps import Measure, Terms, Value


@dataclass(frozen=True, eq=False)
class Estimator:
    """library: "scikit-learn", "lightgbm", "torch", "linear" (a `Linear`), "constant" (an array that is the
    answer for every sample) or "python" (an object of nikti's or the user's own, see `missing`); model: the
    fitted object; call: its method; inputs: what that takes, in this order."""

    library: str
    model: Any = field(repr=False)
    call: str
    inputs: tuple[Value, ...]


@dataclass(frozen=True, eq=False)
class Linear:
    """float [n, d] -> x @ weights + shift, float [n, k]; `unit`: then of length 1."""

    weights: np.ndarray = field(repr=False)
    shift: np.ndarray = field(repr=False)
    unit: bool = False


@dataclass(frozen=True)
class Missing:
    """A part that plain data cannot express, and why."""

    part: str
    reason: str


@dataclass(frozen=True, eq=False)
class Graph:
    """inputs: what a stored sample is; the others as above."""

    inputs: tuple[Value, ...]
    steps: tuple[Any, ...]
    estimator: Estimator
    decoding: tuple[Any, ...] = ()
    missing: tuple[Missing, ...] = ()


def python_only(steps: tuple[Any, ...]) -> tuple[Missing, ...]:
    """The steps that only Python code can do, each with the reason."""
    return tuple(Missing(_part(step), _why(step)) for step in steps if isinstance(step, Measure | Terms))


def _part(step: Measure | Terms) -> str:
    return step.feature if isinstance(step, Measure) else "n-grams"


def _why(step: Measure | Terms) -> str:
    if isinstance(step, Terms):
        return "which n-grams a text holds is found by Python code: nikti/deep/encoders/_ngrams.py"
    if "path" in step.parameters:
        return f"Python functions of your own: {step.parameters['path']}"
    return f"Python code: nikti/{step.feature}.py"
