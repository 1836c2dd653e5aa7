"""The parts of a raw sample that are taken away, and counted, as one: the same for every model.

A region map has the shape of the sample's weights (see `nikti.core.contender.Model.explain`) and holds the
number of each place's region, -1 where a place belongs to none:

    picture   [H, W]        cells of a grid
    text      [characters]  words, as white space cuts them; no Bangla conjunct is ever torn
    series    [length]      segments of time, of all channels
    question  [characters of the question, a line break, and the passage]  words
    row       [columns]     columns
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from nikti.core.inputs import Frame, Inputs, Question

#: 6, 12, 25 and 50% of 16 regions are 1, 2, 4 and 8 of them.
REGIONS = 16
#: Columns are things in themselves: a table is cut coarser only beyond so many.
MOST_COLUMNS = 40

_WORD = re.compile(r"\S+")


def of(inputs: Inputs, row: int, most: int = REGIONS) -> np.ndarray:
    """The region map of one sample, int64; numbers from 0, at most about `most` regions."""
    if isinstance(inputs, Frame):
        return stretches(inputs.frame.shape[1], max(most, MOST_COLUMNS))
    sample = inputs[row]
    if isinstance(sample, Question):
        return words(in_one(sample), most)
    if isinstance(sample, str):
        return words(sample, most)
    return grid(*sample.shape[:2], most) if sample.ndim == 3 else stretches(sample.shape[-1], most)


def in_one(sample: Question) -> str:
    """A question with its passage as one text."""
    return f"{sample.question}\n{sample.passage}"


def grid(height: int, width: int, most: int = REGIONS) -> np.ndarray:
    """Equal cells, as many along as across: int64 [H, W].

    >>> grid(2, 4, 4).tolist()
    [[0, 0, 1, 1], [2, 2, 3, 3]]
    """
    side = max(1, int(most**0.5))
    rows, columns = stretches(height, side), stretches(width, side)
    return rows[:, None] * (columns.max(initial=0) + 1) + columns


def stretches(length: int, most: int = REGIONS) -> np.ndarray:
    """Equal runs of neighbours: int64 [length].

    >>> stretches(5, 2).tolist()
    [0, 0, 0, 1, 1]
    """
    count = max(1, min(most, length))
    return np.arange(length) * count // max(1, length)


def words(text: str, most: int = REGIONS) -> np.ndarray:
    """Words, or runs of words where there are more of them: int64 [characters], -1 between words.

    >>> words("a bc").tolist()
    [0, -1, 1, 1]
    """
    spans = [match.span() for match in _WORD.finditer(text)]
    labels = np.full(len(text), -1, dtype=np.int64)
    for (start, end), number in zip(spans, stretches(len(spans), most), strict=True):
        labels[start:end] = number
    return labels


def count(labels: np.ndarray) -> int:
    """Number of regions of a map.

    >>> count(np.array([0, -1, 1]))
    2
    """
    return int(labels.max(initial=-1)) + 1


def sums(weights: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The weights of each region's places added up, float64 [regions]."""
    inside = labels >= 0
    return np.bincount(labels[inside], np.asarray(weights, float)[inside], minlength=count(labels))


def spread(values: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Each region's value laid evenly on its places: the inverse of `sums`, float64 in the map's shape."""
    inside = labels >= 0
    found = np.zeros(labels.shape)
    sizes = np.bincount(labels[inside], minlength=count(labels))
    found[inside] = (np.asarray(values, float) / np.maximum(sizes, 1))[labels[inside]]
    return found


def neighbours(labels: np.ndarray) -> np.ndarray:
    """Which regions touch: bool [regions, regions], each one itself too. In a text, runs of words touch
    across the space between them."""
    regions = count(labels)
    touching = np.eye(regions, dtype=bool)
    if labels.ndim == 1:
        pairs: Any = [(r, r + 1) for r in range(regions - 1)]
    else:
        down = np.stack([labels[:-1].ravel(), labels[1:].ravel()], 1)
        right = np.stack([labels[:, :-1].ravel(), labels[:, 1:].ravel()], 1)
        pairs = np.concatenate([down, right])
    for one, other in pairs:
        touching[one, other] = touching[other, one] = True
    return touching
