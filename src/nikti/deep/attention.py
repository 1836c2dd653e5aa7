"""Where a network looked: cover a place, and see how much the answer suffers.

Zeiler & Fergus 2014 (https://arxiv.org/abs/1311.2901), section 4.2. It needs nothing but the
model's answers, so it means the same for every network.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from nikti.core.inputs import Inputs, Ragged, Stack, Texts

#: Places of an image along one side, of a series, and of a text.
PLACES, WINDOWS, WORDS = 10, 24, 60


def occlusion(model: Any, sample: Any) -> np.ndarray | None:
    """Non-negative weights, the largest 1: image [H, W], series [length], text [characters]; None
    for table rows. A weight is the fall of the answer when the place is covered: of the predicted
    class's probability, or by how much a predicted value moves."""
    if isinstance(sample, str):
        places = _words(sample)
        covered: Inputs = Texts([sample, *(sample[:a] + " " + sample[b:] for a, b in places)])
        weights = np.zeros(len(sample))
    elif isinstance(sample, np.ndarray) and sample.ndim == 3:
        places = _squares(*sample.shape[:2])
        covered = Stack(_covered_images(sample, places))
        weights = np.zeros(sample.shape[:2])
    elif isinstance(sample, np.ndarray) and sample.ndim == 2:
        places = _stretches(sample.shape[1])
        covered = Ragged.of(_covered_series(sample, places))
        weights = np.zeros(sample.shape[1])
    else:
        return None
    for place, fall in zip(places, _falls(model, covered), strict=True):
        at = slice(*place) if isinstance(place[0], int) else place
        weights[at] = np.maximum(weights[at], fall)
    top = weights.max(initial=0.0)
    return weights / top if top > 0 else weights


def _falls(model: Any, covered: Inputs) -> np.ndarray:
    """[places]: the first sample is the uncovered one."""
    proba = model.predict_proba(covered)
    if proba is None:
        values = model.predict(covered)
        return np.abs(values[1:] - values[0])
    chosen = proba[:, proba[0].argmax()]
    return np.maximum(chosen[0] - chosen[1:], 0.0)


def _squares(height: int, width: int) -> list[tuple[slice, slice]]:
    """Overlapping squares, each twice as wide as the distance to the next."""
    rows, columns = _stretches(height, PLACES), _stretches(width, PLACES)
    return [(slice(*row), slice(*column)) for row in rows for column in columns]


def _stretches(length: int, count: int = WINDOWS) -> list[tuple[int, int]]:
    count = min(count, length)
    edges = np.linspace(0, length, count + 1).round().astype(int).tolist()
    return [(edges[i], edges[min(i + 2, count)]) for i in range(count)]


def _words(text: str) -> list[tuple[int, int]]:
    """(start, end) of words; of a long text, of runs of words."""
    words = [match.span() for match in re.finditer(r"\S+", text)]
    if not words:
        return []
    runs = np.array_split(np.arange(len(words)), min(WORDS, len(words)))
    return [(words[run[0]][0], words[run[-1]][1]) for run in runs]


def _covered_images(image: np.ndarray, places: list[tuple[slice, slice]]) -> np.ndarray:
    """[1 + places, H, W, C]: the image, then copies with one square of its mean colour."""
    copies = np.repeat(image[None], len(places) + 1, axis=0)
    mean = image.mean((0, 1)).round().astype(image.dtype)
    for copy, place in zip(copies[1:], places, strict=True):
        copy[place] = mean
    return copies


def _covered_series(series: np.ndarray, places: list[tuple[int, int]]) -> list[np.ndarray]:
    """The series, then copies with one stretch replaced by the line between its ends."""
    copies = [series]
    for start, end in places:
        copy = series.copy()
        before, after = series[:, max(start - 1, 0)], series[:, min(end, series.shape[1] - 1)]
        share = np.linspace(0, 1, end - start)
        copy[:, start:end] = before[:, None] * (1 - share) + after[:, None] * share
        copies.append(copy)
    return copies
