"""Dealing samples out: whole groups to folds, and orders in which every beginning is in proportion."""

from __future__ import annotations

import numpy as np

from nikti.core.uneven import rarest_of
from nikti.protocol.splits._iterative import assign_sets
from nikti.protocol.splits._units import large_units, leave_none_empty


def assign_folds(
    labels: np.ndarray, groups: np.ndarray | None, folds: int, rng: np.random.Generator
) -> np.ndarray:
    """A fold for each sample, int64 [n]: whole groups, classes in proportion.

    labels: int64 [n] strata, or bool [n, C] where a sample is of several (see `_iterative`); groups:
    int64 [n] or None. Groups of several samples are dealt out first, largest first, each to the fold that is
    then least out of proportion; single samples fill what is missing, class by class. No fold stays empty
    while another has several groups.
    """
    units = np.arange(len(labels)) if groups is None else np.unique(groups, return_inverse=True)[1]
    fold = (assign_sets if labels.ndim == 2 else _assign_classes)(labels, units, folds, rng)
    leave_none_empty(fold, units, folds)
    return fold


def _assign_classes(
    labels: np.ndarray, units: np.ndarray, folds: int, rng: np.random.Generator
) -> np.ndarray:
    """A fold for each sample of one stratum; units: int64 [n] 0, 1, 2 ..."""
    n = len(labels)
    classes = int(labels.max()) + 1
    target = np.bincount(labels, minlength=classes) / folds
    filled = np.zeros((folds, classes))
    fold = np.full(n, -1, dtype=np.int64)
    size = np.bincount(units)
    for members in large_units(units, size, rng):
        counts = np.bincount(labels[members], minlength=classes)
        # The squared distance from proportion, weighted so that rare classes count as much.
        after = ((filled + counts - target) ** 2 - (filled - target) ** 2) / np.maximum(target, 1)
        best = int(np.lexsort((filled.sum(axis=1), after.sum(axis=1).round(9)))[0])
        filled[best] += counts
        fold[members] = best
    single = np.flatnonzero(size[units] == 1)
    for label in range(classes):
        members = rng.permutation(single[labels[single] == label])
        fold[members] = _fill(filled, label, len(members), rng)
        np.add.at(filled[:, label], fold[members], 1)
    return fold


def _fill(filled: np.ndarray, label: int, count: int, rng: np.random.Generator) -> np.ndarray:
    """Folds for `count` single samples of a class, emptiest first; folds that are equally full are
    ordered by their total, then at random."""
    have, total = filled[:, label].copy(), filled.sum(axis=1)
    chance = rng.random(len(have))
    chosen = np.empty(count, dtype=np.int64)
    for i in range(count):
        best = int(np.lexsort((chance, total, have))[0])
        chosen[i] = best
        have[best] += 1
        total[best] += 1
    return chosen


def nested_order(labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A random order in which every prefix has the classes in proportion, int64 [n]; where a sample is of
    several, bool [n, C], the rarest of each.

    The j-th of a class's m samples in random order gets the key (j + u) / m, u uniform in [0, 1);
    sorting by key spreads each class evenly over the order.
    """
    labels = rarest_of(labels) if labels.ndim == 2 else labels
    shuffled = rng.permutation(len(labels))
    key = np.empty(len(labels))
    for label in np.unique(labels):
        members = shuffled[labels[shuffled] == label]
        key[members] = (np.arange(len(members)) + rng.random()) / len(members)
    return np.argsort(key, kind="stable")
