"""Was a training cut off while it was still getting better? From validation scores by epoch; pure functions.

While it rises, the score of a network is near to straight against the logarithm of the epoch, so a straight
line through the later epochs says what a doubling of the epochs brings, and its error how surely. One curve
is noisy, and a run has one per fold: the median over the folds is taken.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

#: The line goes through the epochs from this share of the last one on, and through so many at least.
LATER, FEWEST = 0.5, 4

#: Validation scores of neighbouring epochs are of the same rows and err together; beside that, each errs by
#: about this share of the standard error of one score.
OWN_NOISE = 0.6

#: Doublings over which the line is believed: so far it was tried, see benchmarks/verdict/starved.py. A curve
#: that has seen less than a quarter of its epochs is often still in the slow part before its rise.
FARTHEST = 2.0

#: Standard errors above zero from which a gain counts as more than noise (84%, one-sided), and those granted
#: to a gain before it is called none (95%).
RISING, GRANTED = 1.0, 1.645


@dataclass(frozen=True)
class Gain:
    """What doubling the epochs would bring, in score, and its standard error. learned: how far the last
    score is above the first, in standard errors of one score."""

    value: float
    error: float
    learned: float = math.inf

    @property
    def rising(self) -> bool:
        """Whether it is more than noise."""
        return self.value > RISING * self.error

    @property
    def unlearned(self) -> bool:
        """Whether the last score is above the first by no more than noise."""
        return self.learned < GRANTED

    def most(self, doublings: float) -> float:
        """What so many doublings could bring at best, if the curve goes on as steeply. Unbounded over more
        than FARTHEST, and where nothing was learned yet: such a curve is as flat before its rise as after."""
        if self.unlearned or doublings > FARTHEST:
            return math.inf
        return doublings * max(0.0, self.value + GRANTED * self.error)


def gain(scores: Sequence[float], error: float) -> Gain | None:
    """From the validation scores of epochs 1, 2, ... and the standard error of one score; None where there
    are too few epochs or unknown errors.

    >>> rising = gain([0.50, 0.60, 0.66, 0.70, 0.73, 0.76, 0.78, 0.80], 0.01)
    >>> round(rising.value, 2), rising.rising
    (0.1, True)
    """
    known = np.asarray(scores, dtype=np.float64)
    first = min(math.ceil(LATER * len(known)), len(known) - FEWEST + 1)
    if first < 1 or not 0 < error < math.inf or not np.isfinite(known).all():
        return None
    x = np.log2(np.arange(first, len(known) + 1))
    y, spread = known[first - 1 :], float(np.sum((x - x.mean()) ** 2))
    slope = float(np.sum((x - x.mean()) * (y - y.mean())) / spread)
    return Gain(slope, OWN_NOISE * error / math.sqrt(spread), float(known[-1] - known[0]) / error)


def median(gains: Sequence[Gain]) -> Gain | None:
    """The gain of several folds: the medians of values and errors; the error of a median of K is that of one
    times 1.25 / sqrt(K), and never less than half of it, as folds share most of their training rows."""
    if not gains:
        return None
    error = float(np.median([one.error for one in gains]))
    shrunk = error * max(0.5, min(1.0, 1.25 / math.sqrt(len(gains))))
    value, learned = (
        float(np.median([getattr(one, name) for one in gains])) for name in ("value", "learned")
    )
    return Gain(value, shrunk, learned)
