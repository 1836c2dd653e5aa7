"""What a contender could still reach with all training rows, from how it does with few. Pure functions.

After learning-curve cross-validation (Mohr & van Rijn 2023, https://arxiv.org/abs/2111.13914): an error
curve is convex in the training size n, so the slope of its last segment bounds what more data can bring.
Two things are done otherwise, because the rungs lie far below the full size. All rungs are scored on the
same rows, so that the noise of a slope is that of paired differences. And a curve that has begun to
flatten against log n, as every power law a + b n^-c does from its start, is continued along log n, which
bounds it far more tightly.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

#: Standard errors granted to a contender's continuation (95%, one-sided), and those beyond which more
#: data are taken to have made it worse.
GRANTED = 1.645

#: A curve counts as flattening unless its last segment is steeper than the one before by more than this
#: many standard errors.
BEND = 1.0

#: Fewer rows than this cannot stop anybody.
FEWEST_ROWS = 50

#: (training size, float64 [m] losses on the same m rows at every rung)
Rung = tuple[int, np.ndarray]


@dataclass(frozen=True)
class Leader:
    """Who must be reached: mean score at the full size and its standard error."""

    name: str
    score: float
    error: float


def hopeless(rungs: Sequence[Rung], full: int, leader: Leader) -> float | None:
    """The best score at `full` that the contender could still reach, where that is below the leader's;
    None where it may reach it, or where its curve says nothing.

    rungs: at least one, sizes rising. Scores are 1 - mean loss. The standard error of the leader's score
    counts together with that of the continuation. A curve that got worse with more data is no ordinary
    curve and stops nobody.
    """
    if len(rungs) < 2 or len(rungs[-1][1]) < FEWEST_ROWS:
        return None
    (before, earlier), (size, last) = rungs[-2:]
    if not all(np.isfinite(losses).all() for _, losses in rungs):
        return None
    if any(_exceeds(b - a, GRANTED) for (_, a), (_, b) in zip(rungs, rungs[1:], strict=False)):
        return None
    if _flattens(rungs):
        steps = math.log(full / size) / math.log(size / before)
    else:
        steps = (full - size) / (size - before)
    best = max(_upper(last + k * (last - earlier), leader.error) for k in (0.0, steps))
    return best if best < leader.score else None


def promising(rungs: Sequence[Rung], full: int, leader: Leader) -> bool:
    """Whether the contender reaches the leader if every doubling of the data goes on bringing what the
    last segment brought: then more rungs would only cost."""
    if len(rungs) < 2:
        return False
    (before, earlier), (size, last) = rungs[-2:]
    steps = math.log(full / size) / math.log(size / before)
    gain = max(0.0, float(np.mean(earlier - last)))
    return 1.0 - float(np.mean(last)) + steps * gain >= leader.score


def _flattens(rungs: Sequence[Rung]) -> bool:
    """Whether three rungs show a curve that is convex in log n; sizes double from rung to rung."""
    if len(rungs) < 3:
        return False
    (_, first), (_, second), (_, third) = rungs[-3:]
    return not _exceeds((second - third) - (first - second), BEND)


def _exceeds(values: np.ndarray, errors: float) -> bool:
    """Whether the mean is above zero by more than so many standard errors."""
    return float(np.mean(values)) > errors * _error(values)


def _upper(losses: np.ndarray, more: float) -> float:
    return 1.0 - float(np.mean(losses)) + GRANTED * math.hypot(_error(losses), more)


def _error(values: np.ndarray) -> float:
    return float(np.std(values) / math.sqrt(len(values)))
