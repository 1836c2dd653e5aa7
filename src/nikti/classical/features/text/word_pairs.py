"""Pairs of neighbouring words, weighted by TF-IDF.

They stand apart from single words and count half: in one block with them they take the length of a
row from the words, and lose a long text its topic.
"""

from __future__ import annotations

from nikti.classical.ngrams import Ngrams
from nikti.core.words import Words

TITLE = Words(en="pairs of neighbouring words (TF-IDF)", bn="পাশাপাশি শব্দের জোড়া (TF-IDF)")
STATELESS = False


def build() -> Ngrams:
    """The transformer of this file."""
    return Ngrams("word", 2, 2, min_df=2, most=100_000, weight=0.5)
