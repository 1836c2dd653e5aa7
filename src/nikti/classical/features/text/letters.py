"""Runs of 2 to 4 characters inside words, weighted by TF-IDF: they see stems, endings and typing
errors, in any script."""

from __future__ import annotations

from nikti.classical.ngrams import Ngrams
from nikti.core.words import Words

TITLE = Words(en="runs of 2 to 4 letters (TF-IDF)", bn="২ থেকে ৪ অক্ষরের গুচ্ছ (TF-IDF)")
STATELESS = False


def build() -> Ngrams:
    """The transformer of this file."""
    return Ngrams("char_wb", 2, 4, min_df=2, most=200_000, weight=0.7)
