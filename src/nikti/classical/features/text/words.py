"""Single words, weighted by TF-IDF."""

from __future__ import annotations

from nikti.classical.ngrams import Ngrams
from nikti.core.words import Words

TITLE = Words(en="words (TF-IDF)", bn="শব্দ (TF-IDF)")
STATELESS = False


def build() -> Ngrams:
    """The transformer of this file."""
    return Ngrams("word", 1, 1, most=100_000)
