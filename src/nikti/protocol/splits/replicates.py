"""Everybody learns from all the training data again and again, each time with another seed: for what is not
scored answer by answer (generated samples, games), where the luck of a training is most of the luck."""

from __future__ import annotations

import numpy as np

from nikti.core.words import Words
from nikti.protocol.splits import _k_fold
from nikti.protocol.splits._deal import assign_folds, nested_order
from nikti.protocol.splits._split import Request, Split

#: Each replicate is one unit of the verdict, which needs ten of them (`nikti.verdict.statistics`).
FOLDS = 10

#: One sample in so many is never learned from: models are measured by these.
ONE_IN = 5

TOO_FEW = Words(
    en="are too few to set one in five apart for each of two replicates, or belong to one group",
    bn="এত কম যে দুটি অংশের প্রতিটি থেকে পাঁচ ভাগের এক ভাগ আলাদা রাখা যায় না, অথবা সব এক গ্রুপের",
)

sizes = _k_fold.sizes


def most(asked: Request) -> int:
    """Replicates of which each has samples of its own to be measured by."""
    share = asked.independent // ONE_IN
    groups = asked.group_of_rows
    if groups is None or share == 0:
        return share
    # Where groups are large, a fifth of the samples is less than a fifth of the groups.
    _, apart, _ = _set_apart(asked)
    return min(share, len(np.unique(groups[apart])))


def _set_apart(asked: Request) -> tuple[np.ndarray, np.ndarray, np.random.Generator]:
    """(labels of the samples that take part, which of them are only measured by, what deals further)."""
    rng = np.random.default_rng([asked.seed, 1])
    labels = np.unique(asked.labels[asked.rows], return_inverse=True)[1]
    return labels, assign_folds(labels, asked.group_of_rows, ONE_IN, rng) == 0, rng


def split(asked: Request) -> Split:
    """A fifth of the samples is set apart, whole groups and classes in proportion, and dealt out to the
    replicates, so that both sides meet the same ones and nobody's luck counts twice. Every replicate learns
    from all the others: at the full size they differ by their seed alone, which is that of the fold
    (`nikti.jobs.trial`), at smaller ones by their samples too.

    The units are the replicates: what one training got out of its luck is one observation. Among training
    samples groups stay what they were.
    """
    n, rows = len(asked.labels), asked.rows
    groups = asked.group_of_rows
    labels, apart, rng = _set_apart(asked)
    dealt = assign_folds(labels[apart], None if groups is None else groups[apart], asked.folds, rng)
    fold = np.full(n, -1, dtype=np.int64)
    fold[rows[apart]] = dealt
    units = np.arange(n) if asked.groups is None else asked.groups.astype(np.int64)
    units[rows[apart]] = units.max() + 1 + dealt
    train = np.flatnonzero(~apart)
    order = {}
    for k in range(asked.folds):
        mixed = nested_order(labels[train], np.random.default_rng([asked.seed, 2, k]))
        order[k] = rows[train[mixed]]
    return Split(fold, order, units, "replicates")
