"""A text as words and sentences, in any script: what is no space and no punctuation is part of a word, so
that vowel signs and joiners stay where they belong."""

from __future__ import annotations

import re
import sys
import unicodedata
from dataclasses import dataclass
from functools import cache

import numpy as np

#: Letters that words are also compared by: endings differ ("defense", "defensive"; "ছাগল", "ছাগলের").
STEM = 5
#: Signs that belong to the number beside them.
_KEPT = frozenset("%‰°")
_ENDS = frozenset(".?!।॥۔。！？")


@dataclass(frozen=True)
class Words:
    """begins, ends int64 [T]: characters; norms, stems: the words in small letters, and their beginnings;
    plain bool [T]: no punctuation; sentence int64 [T]; bounds int64 [S + 1]: where sentences begin."""

    text: str
    begins: np.ndarray
    ends: np.ndarray
    norms: list[str]
    stems: list[str]
    plain: np.ndarray
    sentence: np.ndarray
    bounds: np.ndarray

    def __len__(self) -> int:
        return len(self.norms)


@cache
def _pattern() -> re.Pattern[str]:
    """Numbers with their points and commas, abbreviations with theirs, words, single marks."""
    marks = "".join(
        re.escape(letter)
        for letter in map(chr, range(sys.maxunicode + 1))
        if unicodedata.category(letter)[0] in "PS"
        and unicodedata.category(letter) != "Sc"
        and letter not in _KEPT
    )
    return re.compile(rf"\d+(?:[.,:]\d+)*|(?:[^\W\d_]\.){{2,}}|[^\s{marks}\d]+|[{marks}]")


def words_of(text: str) -> Words:
    """Cut a text into words and marks.

    >>> words_of("It cost $1,250.50. ঢাকা শহর।").norms
    ['it', 'cost', '$', '1,250.50', '.', 'ঢাকা', 'শহর', '।']
    """
    found = list(_pattern().finditer(text))
    surface = [match.group() for match in found]
    norms = [unicodedata.normalize("NFC", word).lower() for word in surface]
    begins = np.array([match.start() for match in found], dtype=np.int64)
    ends = np.array([match.end() for match in found], dtype=np.int64)
    plain = np.array([any(_letter(c) for c in word) for word in surface], dtype=bool)
    new = [0] + [int(_parts(text, surface, begins, ends, at)) for at in range(1, len(surface))]
    sentence = np.cumsum(new[: len(surface)]).astype(np.int64)
    count = int(sentence[-1]) + 1 if len(surface) else 0
    bounds = np.searchsorted(sentence, np.arange(count + 1))
    return Words(text, begins, ends, norms, [n[:STEM] for n in norms], plain, sentence, bounds)


def _letter(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "LNM" or unicodedata.category(letter) == "Sc" or letter in _KEPT


def _parts(text: str, surface: list[str], begins: np.ndarray, ends: np.ndarray, at: int) -> bool:
    """Whether a sentence ends between a word and the one before it."""
    between = text[ends[at - 1] : begins[at]]
    if "\n" in between:
        return True
    return bool(between) and surface[at - 1] in _ENDS and not surface[at][0].islower()
