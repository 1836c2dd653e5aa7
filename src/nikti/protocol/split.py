"""Who is tested when: folds, nested training subsets and inner splits. Pure functions of a seed.

No group (patient, recording, set of copies) ever straddles a split, and every split keeps the shares
of the classes as far as the groups allow.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nikti.core.contender import INNER_FOLDS, INNER_FOLDS_BELOW

#: Forward blocks per test period: the blocks are the independent units of a time-ordered verdict.
BLOCKS_PER_PERIOD = 4


@dataclass(frozen=True)
class Split:
    """Folds over the samples of the grid.

    fold    int64 [n]: the fold that tests the sample, -1 if none does
    order   {fold: int64 [m]}: the fold's training rows; every prefix is a nested training subset
    groups  int64 [n] or None: units of the verdict
    method  "pooled_k_fold", "grouped_k_fold" or "forward_blocks"
    """

    fold: np.ndarray
    order: dict[int, np.ndarray]
    groups: np.ndarray | None
    method: str

    @property
    def folds(self) -> int:
        """Number of folds."""
        return len(self.order)

    def test_rows(self, fold: int) -> np.ndarray:
        """Positions tested in a fold, rising."""
        return np.flatnonzero(self.fold == fold)

    def train_rows(self, fold: int, size: int, full: int) -> np.ndarray:
        """The first `size` training rows of a fold; all of them at the full size."""
        return self.order[fold] if size >= full else self.order[fold][:size]


def assign_folds(
    labels: np.ndarray, groups: np.ndarray | None, folds: int, rng: np.random.Generator
) -> np.ndarray:
    """A fold for each sample, int64 [n]: whole groups, classes in proportion.

    labels: int64 [n] strata; groups: int64 [n] or None. Groups of several samples are dealt out
    first, largest first, each to the fold that is then least out of proportion; single samples fill
    what is missing, class by class.
    """
    n = len(labels)
    classes = int(labels.max()) + 1
    target = np.bincount(labels, minlength=classes) / folds
    filled = np.zeros((folds, classes))
    fold = np.full(n, -1, dtype=np.int64)
    units = np.arange(n) if groups is None else np.unique(groups, return_inverse=True)[1]
    size = np.bincount(units)
    for unit, members in _large_units(units, size, rng):
        counts = np.bincount(labels[members], minlength=classes)
        # The squared distance from proportion, weighted so that rare classes count as much.
        after = ((filled + counts - target) ** 2 - (filled - target) ** 2) / np.maximum(target, 1)
        best = int(np.lexsort((filled.sum(axis=1), after.sum(axis=1).round(9)))[0])
        filled[best] += counts
        fold[members] = best
        del unit
    single = np.flatnonzero(size[units] == 1)
    for label in range(classes):
        members = rng.permutation(single[labels[single] == label])
        fold[members] = _fill(filled, label, len(members), rng)
        np.add.at(filled[:, label], fold[members], 1)
    return fold


def _large_units(units: np.ndarray, size: np.ndarray, rng: np.random.Generator):
    """(unit, its rows) for units of two samples or more, largest first, ties in random order."""
    large = np.flatnonzero(size > 1)
    large = large[np.lexsort((rng.random(len(large)), -size[large]))]
    order = np.argsort(units, kind="stable")
    starts = np.searchsorted(units[order], np.arange(len(size) + 1))
    for unit in large:
        yield unit, order[starts[unit] : starts[unit + 1]]


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
    """A random order in which every prefix has the classes in proportion, int64 [n].

    The j-th of a class's m samples in random order gets the key (j + u) / m, u uniform in [0, 1);
    sorting by key spreads each class evenly over the order.
    """
    shuffled = rng.permutation(len(labels))
    key = np.empty(len(labels))
    for label in np.unique(labels):
        members = shuffled[labels[shuffled] == label]
        key[members] = (np.arange(len(members)) + rng.random()) / len(members)
    return np.argsort(key, kind="stable")


def make_split(
    labels: np.ndarray,
    *,
    rows: np.ndarray,
    groups: np.ndarray | None,
    grouped_by_user: bool,
    times: np.ndarray | None,
    folds: int,
    seed: int,
) -> Split:
    """The grid's folds over the positions `rows` of a data set of n samples.

    labels: int64 [n], what is kept in proportion (see `Task.strata`); groups, times: [n]; rows: int64,
    the samples that take part (the user's own test split does not). grouped_by_user: whether the groups
    are the user's rather than found duplicates. With `times`, each fold trains on the past and tests on
    the period after it.
    """
    n = len(labels)
    if times is not None:
        return _forward(times, rows, n, folds)
    rng = np.random.default_rng([seed, 1])
    labels = np.unique(labels[rows], return_inverse=True)[1]
    own = None if groups is None else groups[rows]
    within = assign_folds(labels, own, folds, rng)
    fold = np.full(n, -1, dtype=np.int64)
    fold[rows] = within
    order = {}
    for k in range(folds):
        train = np.flatnonzero(within != k)
        order[k] = rows[train[nested_order(labels[train], np.random.default_rng([seed, 2, k]))]]
    method = "grouped_k_fold" if grouped_by_user else "pooled_k_fold"
    return Split(fold, order, groups, method)


def _forward(times: np.ndarray, rows: np.ndarray, n: int, folds: int) -> Split:
    """Folds in time: the first period only trains; each later one is tested by its past. Samples of
    one moment stay together. The units are blocks, BLOCKS_PER_PERIOD to a period."""
    moments = np.unique(times[rows])
    block_of_moment = np.arange(len(moments)) * (folds + 1) * BLOCKS_PER_PERIOD // len(moments)
    block = block_of_moment[np.searchsorted(moments, times[rows])]
    period = block // BLOCKS_PER_PERIOD
    fold = np.full(n, -1, dtype=np.int64)
    fold[rows] = period - 1
    blocks = np.full(n, -1, dtype=np.int64)
    blocks[rows] = block
    in_time = rows[np.argsort(times[rows], kind="stable")]
    period_in_time = np.sort(period)
    order = {k: in_time[period_in_time <= k] for k in range(folds)}
    return Split(fold, order, blocks, "forward_blocks")


def inner_splits(
    labels: np.ndarray,
    *,
    groups: np.ndarray | None,
    times: np.ndarray | None,
    seed: int,
    folds: int = INNER_FOLDS,
) -> list[tuple[np.ndarray, np.ndarray]]:
    """(rows to fit on, rows to validate on) inside a trial's training rows, as positions in them.

    labels: int64 [n], what is kept in proportion; groups, times: [n] or None.
    `folds` of them below INNER_FOLDS_BELOW samples, else (and for folds = 1) one hold-out of a fifth; the
    latest fifth where the data are ordered in time.
    """
    n = len(labels)
    if times is not None:
        order = np.argsort(times, kind="stable")
        cut = max(1, n - max(1, n // 5))
        return [(np.sort(order[:cut]), np.sort(order[cut:]))]
    few = folds > 1 and n < INNER_FOLDS_BELOW
    folds = min(folds if few else 5, n)
    labels = np.unique(labels, return_inverse=True)[1]
    fold = assign_folds(labels, groups, folds, np.random.default_rng([seed, 3]))
    used = [k for k in np.unique(fold) if np.any(fold != k)]
    if not used:  # one single group: validate on what there is rather than not at all
        return [(np.arange(n), np.arange(n))]
    return [(np.flatnonzero(fold != k), np.flatnonzero(fold == k)) for k in (used if few else used[:1])]


def grid_sizes(full: int, classes: int, most: int, *, smallest: int = 16) -> list[int]:
    """Training sizes, rising by a factor of 2 up to `full`; at most `most`, none below `smallest` or
    two samples a class.

    >>> grid_sizes(1437, 10, 5)
    [89, 179, 359, 718, 1437]
    """
    floor = max(smallest, 2 * classes)
    sizes = [full]
    while len(sizes) < most and sizes[-1] // 2 >= floor:
        sizes.append(sizes[-1] // 2)
    return sizes[::-1]
