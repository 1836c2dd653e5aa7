"""A translation memory: the translation of the most similar training text. It writes nothing new, so it
is the floor that a translator must beat."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

#: Runs of letters within words that texts are compared by, and the number of columns they share: enough for
#: any script, and nothing of it must be stored.
RUNS, COLUMNS = (2, 4), 2**18
#: Texts compared with all others at a time.
CHUNK = 100


class Memory:
    """texts and their translations, compared by TF-IDF of runs of letters."""

    def __init__(self, texts: list[str], translations: list[str]):
        self.texts, self.translations = texts, translations

    def all(self, texts: Sequence[str]) -> list[str]:
        """The translation of the most similar text, for each."""
        table, rare = self._table
        found: list[str] = []
        for start in range(0, len(texts), CHUNK):
            queries = _normed(_counted(texts[start : start + CHUNK]), rare)
            nearest = (queries @ table.T).toarray().argmax(1)
            found += [self.translations[row] for row in nearest.tolist()]
        return found

    def importance(self) -> None:
        """None: it learns no phrases."""
        return None

    @cached_property
    def _table(self) -> tuple[Any, np.ndarray]:
        """(weighted runs of each text, a sparse row of length 1 each; the weight of each run)."""
        counts = _counted(self.texts)
        often = np.bincount(counts.indices, minlength=COLUMNS)
        rare = np.log((1 + len(self.texts)) / (1 + often)) + 1
        return _normed(counts, rare), rare


def _counted(texts: Sequence[str]) -> Any:
    from sklearn.feature_extraction.text import HashingVectorizer

    runs = HashingVectorizer(
        analyzer="char_wb", ngram_range=RUNS, n_features=COLUMNS, alternate_sign=False, norm=None
    )
    return runs.transform(texts)


def _normed(counts: Any, rare: np.ndarray) -> Any:
    from sklearn.preprocessing import normalize

    counts = counts.copy()
    counts.data = (1 + np.log(counts.data)) * rare[counts.indices]
    return normalize(counts)
