"""What the text columns of a table say: words and pairs of words, weighted by TF-IDF."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
from sklearn.base import BaseEstimator, TransformerMixin

from nikti.classical.features.table._owners import laid
from nikti.classical.features.table.text_style import cells
from nikti.classical.ngrams import Ngrams
from nikti.core.columns import kinds
from nikti.core.steps import Cell, Tfidf
from nikti.core.words import Words

if TYPE_CHECKING:
    import pandas as pd

TITLE = Words(en="words of text columns (TF-IDF)", bn="লেখার কলামের শব্দ (TF-IDF)")
STATELESS = False

#: Per column: words beside numbers and categories, not instead of them.
MOST_WORDS = 20_000


def build() -> TextWords:
    """The transformer of this file."""
    return TextWords()


class TextWords(TransformerMixin, BaseEstimator):
    """Frame -> csr float32 [n, words of all text columns]; [n, 0] dense where no column is text."""

    def fit(self, frame: pd.DataFrame, targets: object = None) -> TextWords:
        """Learn the words of each text column."""
        texts = [name for name, kind in kinds(frame).items() if kind == "text"]
        self.words_ = {
            name: Ngrams("word", 1, 2, min_df=2, most=MOST_WORDS).fit(cells(frame[name])) for name in texts
        }
        return self

    def transform(self, frame: pd.DataFrame) -> sp.csr_matrix | np.ndarray:
        """The words of each text column, side by side."""
        if not self.words_:
            return np.zeros((len(frame), 0), dtype=np.float32)
        blocks = [words.transform(cells(frame[name])) for name, words in self.words_.items()]
        return sp.hstack(blocks, format="csr", dtype=np.float32)

    def graph(self, to: str) -> tuple[Tfidf, ...]:
        """What `transform` does, as plain data."""
        return tuple(w.graph(f"{to} of {name}", Cell(name, "value")) for name, w in self.words_.items())

    def lay(self, frame: pd.DataFrame, shares: np.ndarray) -> np.ndarray:
        """What the columns add up to for each column of the frame, float64."""
        return laid(frame, [name for name, words in self.words_.items() for _ in words.terms_], shares)

    def get_feature_names_out(self, input_features: object = None) -> np.ndarray:
        """ "column: word: ..."."""
        return np.array(
            [
                f"{name}: {term}"
                for name, words in self.words_.items()
                for term in words.get_feature_names_out()
            ],
            dtype=object,
        )
