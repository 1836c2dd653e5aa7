"""Groups of samples that are dealt out whole."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np


def large_units(units: np.ndarray, size: np.ndarray, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """The rows of each unit of two samples or more, largest first, ties in random order."""
    large = np.flatnonzero(size > 1)
    large = large[np.lexsort((rng.random(len(large)), -size[large]))]
    order = np.argsort(units, kind="stable")
    starts = np.searchsorted(units[order], np.arange(len(size) + 1))
    for unit in large:
        yield order[starts[unit] : starts[unit + 1]]


def leave_none_empty(fold: np.ndarray, units: np.ndarray, folds: int) -> None:
    """Give each fold without a sample, in place, the smallest unit of the fold that has most samples and more
    than one unit: proportion alone may leave a fold empty where units are few and unequal."""
    for empty in np.flatnonzero(np.bincount(fold, minlength=folds) == 0):
        several = [k for k in range(folds) if len(np.unique(units[fold == k])) > 1]
        if not several:
            return
        rows = np.flatnonzero(fold == max(several, key=lambda k: np.count_nonzero(fold == k)))
        names, sizes = np.unique(units[rows], return_counts=True)
        fold[rows[units[rows] == names[sizes.argmin()]]] = empty
