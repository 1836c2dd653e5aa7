"""Splits into folds: one file per method, found by its name, which runs store. Pure
functions of a seed. `splits/<name>.py` has

    FOLDS                  how many it makes where the samples allow as many
    most(asked: Request) -> int
                           how many they allow; with fewer than two, "all samples of ..." TOO_FEW
    split(asked: Request) -> Split
    sizes(train_sizes, classes, most) -> [size, ...]
                           training sizes of the data curve, rising, at most so many; the last is the full one

No group (patient, recording, set of copies) ever straddles a split in which its samples mean the same, and
such a split keeps the shares of the classes as far as the groups allow. In time nothing is learned from what
comes after.
"""

from __future__ import annotations

from types import ModuleType

import numpy as np

from nikti.core import catalogue
from nikti.protocol.splits._split import Request, Split

__all__ = ["Request", "Split", "choose", "make_split", "of"]


def of(method: str) -> ModuleType:
    """The file of a way to split. Raises UnknownName."""
    return catalogue.load("protocol/splits", method)


def choose(asked: Request) -> str:
    """The way to split samples that are answered one by one: what they bring along decides."""
    if asked.times is not None:
        return "forward_blocks"
    return "grouped_k_fold" if asked.named else "pooled_k_fold"


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
    """The grid's folds over the positions `rows` of a data set of n samples, see `Request` and `choose`.

    grouped_by_user: whether the groups are the user's rather than found duplicates. With `times`, each fold
    trains on the past and tests on the period after it.
    """
    asked = Request(labels, rows, groups, times, folds, seed, grouped_by_user)
    return of(choose(asked)).split(asked)
