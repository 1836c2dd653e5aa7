"""What one more cell of the grid is worth to the verdict. Pure functions.

A cell is worth the gain that it can be expected to bring to whoever chooses afterwards: the knowledge
gradient (Frazier, Powell & Dayanik 2008, SIAM J. Control Optim. 47, section 3). Scores are shares of 1.
"""

from __future__ import annotations

import math

#: Standard deviation of what a contender that was not tried yet scores beside the best of its side
#: (contenders of one side on the sets of benchmarks/RESULTS.md: 0.02 to 0.06).
SPREAD = 0.03

#: What the strength of a verdict is worth: with fewer than five folds it is never called strong.
STRENGTH = 0.002

#: What a place in the table is worth: cells that can change nothing come last.
TABLE = 1e-5


def gradient(behind: float, sd: float) -> float:
    """Expected gain of learning the score of a rival that is expected `behind` the best, with a standard
    deviation of `sd`: sd f(-behind / sd), f(z) = phi(z) + z Phi(z).

    >>> round(gradient(0.0, 0.03), 4), round(gradient(0.1, 0.03), 6)
    (0.012, 3e-06)
    """
    if not sd > 0:
        return max(0.0, -behind)
    z = -abs(behind) / sd
    density = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    return sd * (density + z * 0.5 * math.erfc(-z / math.sqrt(2)))


def of_rival(behind: float, error: float, missing: int) -> float:
    """One of the `missing` folds without which a rival cannot stand for its side; it is `behind` in inner
    validation, and that difference has a standard error."""
    return TABLE + gradient(max(0.0, behind), error) / max(1, missing)


def of_fold(gap: float, error: float, folds: int) -> float:
    """A further fold of both champions, who are `gap` apart with a standard error of `error` in a single
    fold, after `folds` of them."""
    now, then = error / math.sqrt(max(1, folds)), error / math.sqrt(folds + 1)
    return STRENGTH + gradient(gap, math.sqrt(now * now - then * then))
