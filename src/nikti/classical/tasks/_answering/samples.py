"""Questions with their words and true answers, as readers learn from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from nikti.classical.tasks._answering.words import Words, words_of
from nikti.core.answers import Phrases
from nikti.core.contender import FitReport
from nikti.core.data import Data
from nikti.core.inputs import Questions


@dataclass
class Samples:
    """questions: as words; passages: as words; which int64 [n]: the passage of each question; targets: true
    answers."""

    questions: list[Words]
    passages: list[Words]
    which: np.ndarray
    targets: Phrases

    @classmethod
    def of(cls, data: Data) -> Samples:
        """Cuts texts into words."""
        inputs = data.inputs
        assert isinstance(inputs, Questions)
        passages = [words_of(passage) for passage in inputs.passages]
        return cls([words_of(one) for one in inputs.questions], passages, inputs.which, data.targets)

    def __len__(self) -> int:
        return len(self.questions)

    def take(self, rows: np.ndarray) -> Samples:
        """The given questions, and the passages that they are about."""
        rows = np.asarray(rows, dtype=np.int64)
        kept, which = np.unique(self.which[rows], return_inverse=True)
        passages = [self.passages[place] for place in kept.tolist()]
        return Samples([self.questions[row] for row in rows.tolist()], passages, which, self.targets[rows])

    def passage(self, row: int) -> Words:
        """The words of the passage of a question."""
        return self.passages[int(self.which[row])]

    def golds(self, row: int) -> list[tuple[int, int]]:
        """(first, last word) of the true answers of a question; [] where there is none."""
        passage, found = self.passage(row), []
        for text, start in zip(self.targets[row], self.targets.places(row), strict=True):
            inside = np.flatnonzero((passage.ends > start) & (passage.begins < start + len(text)))
            inside = inside[passage.plain[inside]]
            if len(inside):
                found.append((int(inside[0]), int(inside[-1])))
        return list(dict.fromkeys(found))

    def model(self, name: str, fitted: Any, report: FitReport) -> Any:
        """The finished model."""
        from nikti.classical.tasks._answering.model import AnsweringModel

        return AnsweringModel(name, fitted, report)
