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
from nikti.answers.label import calibrated
from nikti.core.inputs import Inputs

Score = Callable[[Inputs, Sequence[Any]], np.ndarray]


def of(model: Any, answer: str, temperature: float = 1.0) -> Score:
    """The `Score` of a model for parts of its answers, see `explained` of that answer in `nikti.answers`.

    temperature: calibrates probabilities, see `temperature`.
    """
    if hasattr(model, "stands_by"):
        return lambda inputs, parts: np.asarray(model.stands_by(inputs, parts), float)
    stands = answers.of(answer).stands
    return lambda inputs, parts: stands(model, inputs, parts, temperature)


def temperature(proba: np.ndarray, codes: np.ndarray) -> float:
    """The temperature at which probabilities of samples that were not learned from are most likely
    (Guo et al. 2017, https://arxiv.org/abs/1706.04599, section 4.2), between 1/4 and 4."""
    proba = np.clip(np.asarray(proba, float), 1e-6, None)
    rows = np.arange(len(codes))
    tried = np.geomspace(0.25, 4.0, 65)
    loss = [-np.log(calibrated(proba, t)[rows, codes]).mean() for t in tried]
    return float(tried[int(np.argmin(loss))])
