"""Two learners' answers as one: a weighted average of values, or of probabilities that were calibrated
before.

An overconfident side would dominate an average, so each side's probabilities get
a temperature first, softmax(log p / T), with the T that makes the true classes likeliest (Guo et al., ICML
2017, section 4.2). It changes no side's answers. The average of what comes out is the linear opinion pool
(Genest & Zidek 1986, Statistical Science 1, section 2); benchmarks/TOGETHER.md has what other pools reach.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax

#: Probabilities below this count as this much: a forest's 0 of 100 trees is no proof.
LEAST = 1e-6

#: Temperatures are looked for between these.
COLDEST, HOTTEST = 0.05, 20.0


@dataclass(frozen=True)
class Pool:
    """How two answers become one. weight: of the deep side, 0 to 1, the classical side having the rest;
    temperatures: of the classical and the deep side's probabilities; values have none."""

    weight: float
    temperatures: tuple[float, float] = (1.0, 1.0)


def average(classical: np.ndarray, deep: np.ndarray, pool: Pool) -> np.ndarray:
    """Probabilities [n, C], rows adding up to 1, or values [n].

    >>> average(np.array([[0.9, 0.1]]), np.array([[0.3, 0.7]]), Pool(0.5)).round(3).tolist()
    [[0.6, 0.4]]
    """
    if classical.ndim == 2:
        classical, deep = map(_calibrated, (classical, deep), pool.temperatures)
    return (1 - pool.weight) * classical + pool.weight * deep


def best_pool(classical: np.ndarray, deep: np.ndarray, truth: np.ndarray) -> Pool:
    """The temperatures, and then the weight, with the least log loss of class codes `truth` [n]; of values
    the weight with the least squared error. Where both sides say the same, each has half of the weight."""
    if classical.ndim == 1:
        apart = classical - deep
        if not apart.any():
            return Pool(0.5)
        return Pool(float(np.clip(apart @ (classical - truth) / (apart @ apart), 0.0, 1.0)))
    temperatures = (_temperature(classical, truth), _temperature(deep, truth))
    rows = np.arange(len(truth))
    sure = [_calibrated(p, t)[rows, truth] for p, t in zip((classical, deep), temperatures, strict=True)]
    if np.array_equal(*sure):
        return Pool(0.5, temperatures)
    weight = _least(lambda w: -np.log((1 - w) * sure[0] + w * sure[1]).mean(), 0.0, 1.0)
    return Pool(weight, temperatures)


def _logs(proba: np.ndarray) -> np.ndarray:
    return np.log(np.clip(proba, LEAST, 1.0))


def _calibrated(proba: np.ndarray, temperature: float) -> np.ndarray:
    return softmax(_logs(proba) / temperature, axis=1)


def _temperature(proba: np.ndarray, truth: np.ndarray) -> float:
    logs, rows = _logs(proba), np.arange(len(truth))

    def loss(log_t: float) -> float:
        return -float(log_softmax(logs / math.exp(log_t), axis=1)[rows, truth].mean())

    return math.exp(_least(loss, math.log(COLDEST), math.log(HOTTEST)))


def _least(loss: Callable[[float], float], low: float, high: float) -> float:
    """Where a loss with one valley is least; an end of the range where it is no worse there."""
    found = float(minimize_scalar(loss, bounds=(low, high), method="bounded").x)
    return min((low, high, found), key=loss)
