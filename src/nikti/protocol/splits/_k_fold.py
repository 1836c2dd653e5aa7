"""K folds over samples whose order means nothing; what both ways of dealing them share."""

from __future__ import annotations

import numpy as np

from nikti.core.words import Words
from nikti.protocol.sizes import grid_sizes
from nikti.protocol.splits._deal import assign_folds, nested_order
from nikti.protocol.splits._split import Request, Split

FOLDS = 5

TOO_FEW = Words(en="belong to one group", bn="এক গ্রুপের")


def most(asked: Request) -> int:
    """Folds of at least one group each."""
    return asked.independent


def split(asked: Request, method: str) -> Split:
    """Every sample is tested once, by models of the other folds; smaller training sizes keep the classes in
    proportion."""
    n, rows = len(asked.labels), asked.rows
    rng = np.random.default_rng([asked.seed, 1])
    labels = asked.labels[rows]
    if labels.ndim == 1:
        labels = np.unique(labels, return_inverse=True)[1]
    within = assign_folds(labels, asked.group_of_rows, asked.folds, rng)
    fold = np.full(n, -1, dtype=np.int64)
    fold[rows] = within
    order = {}
    for k in range(asked.folds):
        train = np.flatnonzero(within != k)
        mixed = nested_order(labels[train], np.random.default_rng([asked.seed, 2, k]))
        order[k] = rows[train[mixed]]
    return Split(fold, order, asked.groups, method)


def sizes(train_sizes: list[int], classes: int, most: int) -> list[int]:
    """Halves of the mean training part."""
    return grid_sizes(int(np.mean(train_sizes)), classes, most)
