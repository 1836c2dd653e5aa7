"""The score of a model's support for a given answer, one number for every kind of answer.

A `Score` takes inputs and a part of an answer for each of them and gives float64 [n]. Everything in this
package that perturbs samples asks nothing else of a model, so any model with such a number can be explained.
What the number is belongs to the kind of answer (`stands` in `nikti.answers`). A model may bring it itself: a
method `stands_by(inputs, parts) -> float [n]`, for instance the probability of one answering phrase, or of
one word of a translation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nikti import answers
from nikti.core.inputs import Inputs

Score = Callable[[Inputs, Sequence[Any]], np.ndarray]


def of(model: Any, answer: str, temperature: float = 1.0) -> Score:
    """The `Score` of a model for parts of its answers, see `explained` of that answer in `nikti.answers`.

    temperature: calibrates probabilities, see `temperature` of that answer.
    """
    if hasattr(model, "stands_by"):
        return lambda inputs, parts: np.asarray(model.stands_by(inputs, parts), float)
    stands = answers.of(answer).stands
    return lambda inputs, parts: stands(model, inputs, parts, temperature)
