"""Words and pairs of neighbouring words, weighted by TF-IDF."""

from __future__ import annotations

from nikti.classical.ngrams import Ngrams

TITLE = "words and pairs of words (TF-IDF)"
STATELESS = False


def build() -> Ngrams:
    """The transformer of this file."""
    return Ngrams("word", 1, 2, most=100_000)
