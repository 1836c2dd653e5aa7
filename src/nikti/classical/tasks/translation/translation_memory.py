"""The translation of the most similar text that was met (TF-IDF), as the floor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nikti.classical.tasks._translation.memory import Memory
from nikti.classical.tasks.translation.phrase_based import PhraseBased, Samples, _words
from nikti.core.contender import FLOOR
from nikti.core.data import Data
from nikti.core.words import Words


@dataclass(frozen=True)
class TranslationMemory(PhraseBased):
    """The translation of the most similar text met."""

    title: Words = Words(
        en="the translation of the most similar text that was met (TF-IDF), as the floor",
        bn="আগে দেখা সবচেয়ে কাছের লেখার অনুবাদ (TF-IDF), তুলনার নিচের সীমা হিসেবে",
    )
    method: Words = FLOOR
    candidates: tuple[dict[str, Any], ...] = ({},)
    represents: bool = False

    def learn(self, samples: Samples, seed: int, threads: int, **weights: Any) -> Any:
        """Keep the pairs."""
        return Memory(*samples.pairs)

    def seconds(self, data: Data, size: int) -> float:
        """Counting runs of letters, and scoring what it says."""
        return 0.4 + 1e-5 * _words(data) * size

    def answer_seconds(self, data: Data) -> float:
        """Comparing with every pair, measured as above."""
        return 1e-3 + 4e-7 * len(data)

    def megabytes(self, data: Data, size: int) -> float:
        """A sparse row for each text."""
        return 60 + 5e-4 * _words(data) * size


RECIPE = TranslationMemory()
