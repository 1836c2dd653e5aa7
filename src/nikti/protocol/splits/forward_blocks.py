"""Folds in time: models learn from the past and are tested on the period that follows."""

from __future__ import annotations

import numpy as np

from nikti.protocol.sizes import grid_sizes
from nikti.protocol.splits._split import Request, Split

#: Blocks per test period: the blocks are the independent units of a time-ordered verdict.
BLOCKS_PER_PERIOD = 4


def split(asked: Request) -> Split:
    """The first period only trains; each later one is tested by its past. Samples of one moment stay
    together. The units are blocks, BLOCKS_PER_PERIOD to a period. A smaller training size is the most recent
    part of the past: what somebody has who began to collect later."""
    n, rows, times = len(asked.labels), asked.rows, asked.times
    if times is None:
        raise ValueError("samples are split in time only where it is known when each was taken")
    moments = np.unique(times[rows])
    block_of_moment = np.arange(len(moments)) * (asked.folds + 1) * BLOCKS_PER_PERIOD // len(moments)
    block = block_of_moment[np.searchsorted(moments, times[rows])]
    period = block // BLOCKS_PER_PERIOD
    fold = np.full(n, -1, dtype=np.int64)
    fold[rows] = period - 1
    blocks = np.full(n, -1, dtype=np.int64)
    blocks[rows] = block
    in_time = rows[np.argsort(times[rows], kind="stable")]
    period_in_time = np.sort(period)
    order = {k: in_time[period_in_time <= k][::-1] for k in range(asked.folds)}
    return Split(fold, order, blocks, "forward_blocks")


def sizes(train_sizes: list[int], classes: int, most: int) -> list[int]:
    """The mean training part, and sizes that the first fold has already, by halves: every fold then has
    every smaller size.

    >>> sizes([100, 200, 300, 400, 500], 2, 4)
    [25, 50, 100, 300]
    """
    full, least = int(np.mean(train_sizes)), min(train_sizes)
    if most < 2 or least >= full:
        return [full]
    return [*grid_sizes(least, classes, most)[: most - 1], full]
