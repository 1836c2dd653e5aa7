"""What ways to split in time share: periods of equally many moments, and sizes that every round has."""

from __future__ import annotations

import numpy as np

from nikti.protocol.sizes import grid_sizes

#: Blocks per test period: the blocks are the independent units of a time-ordered verdict.
BLOCKS_PER_PERIOD = 4


def blocks(times: np.ndarray, count: int) -> np.ndarray:
    """The block of each sample, int64 [m] in 0 .. count - 1: blocks follow each other and have as many
    moments each; samples of one moment stay together. times: float64 [m].

    >>> blocks(np.array([3.0, 1.0, 1.0, 2.0, 9.0]), 2).tolist()
    [1, 0, 0, 0, 1]
    """
    moments = np.unique(times)
    block_of_moment = np.arange(len(moments)) * count // len(moments)
    return block_of_moment[np.searchsorted(moments, times)]


def latest_first(rows: np.ndarray, times: np.ndarray) -> np.ndarray:
    """The rows from the latest to the earliest. times: of each row."""
    return rows[np.argsort(times, kind="stable")][::-1]


def spread(rows: np.ndarray, values: np.ndarray, n: int) -> np.ndarray:
    """int64 [n] with the values at the rows, -1 elsewhere."""
    found = np.full(n, -1, dtype=np.int64)
    found[rows] = values
    return found


def rounds(times: np.ndarray) -> int:
    """Periods after the first that these moments can be divided into, at most."""
    return len(np.unique(times)) - 1


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
