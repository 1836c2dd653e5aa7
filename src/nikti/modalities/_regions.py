"""Samples divided into regions: maps that hold the number of each place's region, -1 for none."""

from __future__ import annotations

import re

import numpy as np

_WORD = re.compile(r"\S+")


def grid(height: int, width: int, most: int) -> np.ndarray:
    """Equal cells, as many along as across: int64 [H, W].

    >>> grid(2, 4, 4).tolist()
    [[0, 0, 1, 1], [2, 2, 3, 3]]
    """
    side = max(1, int(most**0.5))
    rows, columns = stretches(height, side), stretches(width, side)
    return rows[:, None] * (columns.max(initial=0) + 1) + columns


def blocks(frames: int, height: int, width: int, most: int) -> np.ndarray:
    """Equal blocks of space and time, about four times as many in time as fit the grid of a frame: int64 [T,
    H, W].

    >>> [int(blocks(16, 8, 8, most).max()) + 1 for most in (64, 36, 16, 9, 1)]
    [64, 36, 16, 8, 1]
    """
    side = max(1, round((most / 4) ** 0.5))
    cells = grid(height, width, side**2)
    times = stretches(frames, max(1, most // side**2))
    return times[:, None, None] * (cells.max(initial=0) + 1) + cells


def stretches(length: int, most: int) -> np.ndarray:
    """Equal runs of neighbours: int64 [length].

    >>> stretches(5, 2).tolist()
    [0, 0, 0, 1, 1]
    """
    count = max(1, min(most, length))
    return np.arange(length) * count // max(1, length)


def words(text: str, most: int) -> np.ndarray:
    """Words, as white space cuts them, or runs of words where there are more of them: int64 [characters], -1
    between words. No Bangla conjunct is ever torn.

    >>> words("a bc", 16).tolist()
    [0, -1, 1, 1]
    """
    spans = [match.span() for match in _WORD.finditer(text)]
    labels = np.full(len(text), -1, dtype=np.int64)
    for (start, end), number in zip(spans, stretches(len(spans), most), strict=True):
        labels[start:end] = number
    return labels
