"""TF-IDF of n-grams, in two halves: counting learns nothing and is done once per data set; which
n-grams exist and how much each weighs is learned from a trial's training rows alone.

Counting over the whole data set and keeping only the columns that occur in the training rows gives
exactly what counting the training rows alone would give, at a fraction of the cost of a trial.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import scipy.sparse as sp
from sklearn.base import BaseEstimator, TransformerMixin

from nikti.core.steps import SAMPLE, Cell, Tfidf

#: Words are what stands between spaces and punctuation. `\w+` would break Bangla apart at its vowel
#: signs, which are marks and no letters; here everything that is no separator stays together. Marks
#: that carry a meaning of their own are words too.
WORD = r"[^\s!-/:-@\[-`{-~।॥…“”‘’]+|[!?$£€]+"

_WORD, _SPACED = re.compile(WORD), re.compile(r"\S+")


class Ngrams(TransformerMixin, BaseEstimator):
    """Counts weighted by (1 + log tf) * (log((1 + n) / (1 + df)) + 1), rows of length `weight`.

    analyzer: "word" or "char_wb" (characters inside words, padded by spaces); shortest, longest:
    n-gram lengths; min_df: rows an n-gram must occur in; most: n-grams kept, the most frequent first;
    weight: of the whole beside other blocks of columns.
    Formula: scikit-learn's TfidfVectorizer with sublinear_tf and smooth_idf.
    """

    def __init__(
        self,
        analyzer: str,
        shortest: int,
        longest: int,
        min_df: int = 1,
        most: int = 300_000,
        weight: float = 1.0,
    ):
        self.analyzer = analyzer
        self.shortest = shortest
        self.longest = longest
        self.min_df = min_df
        self.most = most
        self.weight = weight

    def count(self, texts: Sequence[str]) -> tuple[sp.csr_matrix, np.ndarray]:
        """Counts float32 [n, t] and the t n-grams, sorted; learns nothing."""
        vectorizer = self._vectorizer()
        try:
            counts = vectorizer.fit_transform(texts)
        except ValueError:  # no text holds a word
            return sp.csr_matrix((len(texts), 0), dtype=np.float32), np.array([], dtype=object)
        return counts, vectorizer.get_feature_names_out()

    def learn(self, counts: sp.csr_matrix, terms: np.ndarray) -> Ngrams:
        """Choose n-grams and their weights from the counts of training rows."""
        n = counts.shape[0]
        frequency = np.bincount(counts.indices, minlength=counts.shape[1])  # rows that hold it
        # With few rows, most n-grams occur once and are all there is.
        kept = np.flatnonzero(frequency >= (self.min_df if n >= 200 else 1))
        if len(kept) > self.most:
            order = np.argsort(-frequency[kept], kind="stable")[: self.most]
            kept = np.sort(kept[order])
        self.columns_ = kept
        self.terms_ = np.asarray(terms, dtype=object)[kept]
        self.idf_ = (np.log((1 + n) / (1 + frequency[kept])) + 1).astype(np.float32)
        self.__dict__.pop("_known", None)
        return self

    def weigh(self, counts: sp.csr_matrix) -> sp.csr_matrix:
        """Counts [n, t] over the n-grams that `learn` was given -> TF-IDF [n, kept]."""
        return self._weigh(counts[:, self.columns_])

    def fit(self, texts: Sequence[str], targets: object = None) -> Ngrams:
        """Learn from texts."""
        return self.learn(*self.count(texts))

    def transform(self, texts: Sequence[str]) -> sp.csr_matrix:
        """TF-IDF float32 [n, kept] of raw texts."""
        if not len(self.terms_):
            return sp.csr_matrix((len(texts), 0), dtype=np.float32)
        return self._weigh(self._known.transform(texts))

    def get_feature_names_out(self, input_features: object = None) -> np.ndarray:
        """The n-grams; those of characters between guillemets, so that their spaces are seen."""
        if self.analyzer == "word":
            return np.array([f"word: {term}" for term in self.terms_], dtype=object)
        return np.array([f"letters: «{term}»" for term in self.terms_], dtype=object)

    def graph(self, to: str, of: str | Cell = SAMPLE) -> Tfidf:
        """What `transform` does, as plain data."""
        cut = (self.analyzer, self.shortest, self.longest, WORD)
        return Tfidf(of, to, *cut, tuple(self.terms_), self.idf_, self.weight)

    def lay(self, text: str, shares: np.ndarray) -> np.ndarray:
        """Each n-gram's share, in equal parts on the characters that it covers: float64 [len(text)]. shares
        [kept]; those of n-grams that are not in the text have no place in it and are left out."""
        found = np.zeros(len(text))
        places: dict[str, list[tuple[int, int]]] = {}
        for start, end, term in occurrences(text, self):
            places.setdefault(term, []).append((start, end))
        column = {term: k for k, term in enumerate(self.terms_) if term in places}
        for term, spans in places.items():
            share = shares[column[term]] if term in column else 0.0
            for start, end in spans if share else ():
                found[start:end] += share / len(spans) / max(1, end - start)
        return found

    def _weigh(self, counts: sp.csr_matrix) -> sp.csr_matrix:
        weighted = counts.astype(np.float32).tocsr()
        np.log(weighted.data, out=weighted.data)
        weighted.data += 1
        weighted.data *= self.idf_[weighted.indices]
        lengths = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
        factors = self.weight / np.where(lengths > 0, lengths, 1)
        weighted.data *= np.repeat(factors, np.diff(weighted.indptr)).astype(np.float32)
        return weighted

    @cached_property
    def _known(self) -> Any:
        return self._vectorizer({term: column for column, term in enumerate(self.terms_)})

    def _vectorizer(self, vocabulary: dict[str, int] | None = None) -> Any:
        from sklearn.feature_extraction.text import CountVectorizer

        return CountVectorizer(
            analyzer=self.analyzer,
            ngram_range=(self.shortest, self.longest),
            token_pattern=WORD if self.analyzer == "word" else None,
            vocabulary=vocabulary,
            dtype=np.float32,
        )

    def __getstate__(self) -> dict[str, Any]:
        """What is saved: no n-gram holds a line break, so one string holds them all."""
        state = {name: value for name, value in self.get_params().items()}
        if hasattr(self, "terms_"):
            state |= {"terms": "\n".join(self.terms_), "idf": self.idf_}
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        state = dict(state)
        terms, idf = state.pop("terms", None), state.pop("idf", None)
        self.__dict__.update(state)
        if terms is not None:
            self.terms_ = np.array(terms.split("\n") if terms else [], dtype=object)
            self.idf_ = idf


def occurrences(text: str, part: Ngrams) -> list[tuple[int, int, str]]:
    """(start, end, n-gram) as the vectorizer cuts a text; lower case must not change lengths."""
    low = text.lower()
    if len(low) != len(text):
        low = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    lengths = range(part.shortest, part.longest + 1)
    if part.analyzer == "word":
        words = [(m.start(), m.end(), m.group()) for m in _WORD.finditer(low)]
        return [
            (words[k][0], words[k + n - 1][1], " ".join(w for *_, w in words[k : k + n]))
            for n in lengths
            for k in range(len(words) - n + 1)
        ]
    found = []
    for match in _SPACED.finditer(low):
        padded, before = f" {match.group()} ", match.start() - 1
        for n in lengths:
            for k in range(max(1, len(padded) - n + 1)):
                start, end = before + k, before + k + len(padded[k : k + n])
                found.append((max(start, match.start()), min(end, match.end()), padded[k : k + n]))
            if n >= len(padded):
                break  # short words are counted once, as the vectorizer does
    return found
