"""Splits into folds: one file per method, found by its name, which runs store. Pure
functions of a seed. `splits/<name>.py` has

    split(asked: Request) -> Split
    sizes(train_sizes, classes, most) -> [size, ...]
                           training sizes of the data curve, rising, at most so many; the last is the full one

No group (patient, recording, set of copies) ever straddles a split, and every split keeps the shares
of the classes as far as the groups allow.
"""

from __future__ import annotations

from types import ModuleType

import numpy as np

from nikti.core import catalogue
from nikti.protocol.splits._split import Request, Split

__all__ = ["Split", "make_split", "of"]


def of(method: str) -> ModuleType:
    """The file of a way to split. Raises UnknownName."""
    return catalogue.load("protocol/splits", method)


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
    """The grid's folds over the positions `rows` of a data set of n samples, see `Request`.

    grouped_by_user: whether the groups are the user's rather than found duplicates. With `times`, each fold
    trains on the past and tests on the period after it.
    """
    method = "grouped_k_fold" if grouped_by_user else "pooled_k_fold"
    if times is not None:
        method = "forward_blocks"
    return of(method).split(Request(labels, rows, groups, times, folds, seed))
