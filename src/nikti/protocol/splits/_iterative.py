"""Folds of samples that have several labels each: iterative stratification.

K. Sechidis, G. Tsoumakas, I. Vlahavas, On the stratification of multi-label data, ECML PKDD 2011, algorithm
1: the label that the fewest samples left have is dealt out first, each of its samples to the fold that wants
that label most, then that wants samples most. What rare labels need is so met while there is a choice.
"""

from __future__ import annotations

import numpy as np

from nikti.protocol.splits._units import large_units


def assign_sets(there: np.ndarray, units: np.ndarray, folds: int, rng: np.random.Generator) -> np.ndarray:
    """A fold for each sample, int64 [n]: whole groups, every label in proportion.

    there: bool [n, C]; units: int64 [n] 0, 1, 2 ..., the group of each sample. Groups of several samples are
    dealt out first, largest first, each to the fold that is then least out of proportion.
    """
    n = len(there)
    # The last column stands for all samples, so that folds are of one size too.
    counted = np.column_stack([there, np.ones(n, bool)]).astype(np.float64)
    wanted = np.tile(counted.sum(axis=0) / folds, (folds, 1))  # [folds, C + 1]
    scale = np.maximum(wanted[0], 1)
    fold = np.full(n, -1, dtype=np.int64)
    size = np.bincount(units, minlength=1)
    for members in large_units(units, size, rng):
        counts = counted[members].sum(axis=0)
        after = ((wanted - counts) ** 2 - wanted**2) / scale  # how much further from what is wanted
        best = int(np.lexsort((-wanted[:, -1], after.sum(axis=1).round(9)))[0])
        wanted[best] -= counts
        fold[members] = best
    _deal_singles(there, fold, wanted, rng)
    return fold


def _deal_singles(there: np.ndarray, fold: np.ndarray, wanted: np.ndarray, rng: np.random.Generator) -> None:
    """Write a fold for each sample that has none; `wanted` [folds, C + 1] is used up."""
    free = fold < 0
    left = there[free].sum(axis=0)
    chance = rng.random(len(wanted))
    while left.any():
        label = int(np.argmin(np.where(left > 0, left, len(there) + 1)))
        for row in rng.permutation(np.flatnonzero(free & there[:, label])).tolist():
            best = int(np.lexsort((chance, -wanted[:, -1], -wanted[:, label]))[0])
            fold[row], free[row] = best, False
            wanted[best, :-1] -= there[row]
            wanted[best, -1] -= 1
            left -= there[row]
    for row in rng.permutation(np.flatnonzero(free)).tolist():  # samples without a label
        best = int(np.lexsort((chance, -wanted[:, -1]))[0])
        fold[row] = best
        wanted[best, -1] -= 1
