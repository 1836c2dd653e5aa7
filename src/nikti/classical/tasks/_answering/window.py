"""The sliding window of Richardson et al. 2013 (MCTest, https://aclanthology.org/D13-1020, section 4): the
answer that has most of the question around it. There the answers to choose from are given; here they are
all parts of the passage, so that a longer one would always hold more: only words outside of it count, near
ones more (the paper's distances), and the length that answers usually have decides between equals. It learns
nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nikti.classical.tasks._answering import features
from nikti.classical.tasks._answering.features import WordStatistics
from nikti.classical.tasks._answering.words import Words

#: Beside the question's rarity around it, from 0 to 1: how much the usual length counts. It breaks ties.
LENGTH = 0.02


@dataclass
class Window:
    """lengths [longest]: share of answers of each number of words, from 1."""

    lengths: Sequence[float]

    def __call__(
        self, question: Words, passage: Words, parts: np.ndarray, statistics: WordStatistics
    ) -> np.ndarray:
        """Scores [C + 1] of parts of a passage; the last one is that of no answer."""
        first, last = parts[:, 0], parts[:, 1]
        view = features.View(question, passage, statistics)
        width = max(1, int(question.plain.sum()))
        low, high = np.maximum(first - width, 0), np.minimum(last + 1 + width, len(passage))
        same = view.sums(view.same)
        around = (same[first] - same[low] + same[high] - same[last + 1]) / view.total
        close_before, close_after, _, _ = features.closeness(view)
        close = (close_before[first] + close_after[last]) / view.total
        inside = (same[last + 1] - same[first]) / view.total  # what is asked is not the answer
        usual = np.log(np.maximum(np.asarray(self.lengths), 1e-3))[last - first]
        scores = around + close - 2 * inside + LENGTH * usual
        return np.append(scores, 1.0 - view.by_sentence.max(initial=0.0))


def lengths_of(golds: Sequence[tuple[int, int]], longest: int) -> list[float]:
    """Share of answers (first, last word) of each number of words up to `longest`."""
    counts = np.bincount([min(last - first, longest - 1) for first, last in golds], minlength=longest)
    return (counts / max(1, counts.sum())).tolist()
