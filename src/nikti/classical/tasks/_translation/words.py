"""Texts to words and back, in any script.

A word is what stands between white space, less the punctuation and symbols at its ends, which are words of
their own. No letters are looked for, so Bangla vowel signs and joiners stay where they are. A word that
follows white space carries `SPACE` at its front: so words join to the same text again.
"""

from __future__ import annotations

import functools
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

#: LOWER ONE EIGHTH BLOCK, sentencepiece's sign for a blank.
SPACE = "\u2581"


@functools.lru_cache(200_000)
def _cut(chunk: str) -> tuple[str, ...]:
    start, end = 0, len(chunk)
    while start < end and _apart(chunk[start]):
        start += 1
    while end > start and _apart(chunk[end - 1]):
        end -= 1
    middle = [chunk[start:end]] if end > start else []
    return tuple([*chunk[:start], *middle, *chunk[end:]])


def _apart(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "PS"


def split(text: str) -> list[str]:
    """The words of a text.

    >>> split('He said: "no"'), split("আমি ভাত খাই।")
    (['▁He', '▁said', ':', '▁"', 'no', '"'], ['▁আমি', '▁ভাত', '▁খাই', '।'])
    """
    found: list[str] = []
    for chunk in text.split():
        first, *rest = _cut(chunk)
        found += [SPACE + first, *rest]
    return found


def join(words: Iterable[str]) -> str:
    """The text that has these words.

    >>> join(split("Yes, (really) 3.5%!"))
    'Yes, (really) 3.5%!'
    """
    return "".join(words).replace(SPACE, " ").strip()


class Case:
    """Truecasing: a sentence's first word is written as inside of sentences before training, and gets its
    capital back in a translation (truecasing: Lita et al. 2003, https://aclanthology.org/P03-1020).

    usual: {word in small letters: as it is mostly written}; capital: whether sentences begin with one.
    """

    def __init__(self, usual: dict[str, str], capital: bool):
        self.usual, self.capital = usual, capital

    @classmethod
    def of(cls, texts: Sequence[list[str]]) -> Case:
        """Learned from the words of sentences."""
        seen: dict[str, Counter[str]] = {}
        capital = 0
        for words in texts:
            capital += bool(words) and words[0][:2].lower() != words[0][:2]
            for word in words[1:]:
                seen.setdefault(word.lower(), Counter())[word] += 1
        usual = {low: forms.most_common(1)[0][0] for low, forms in seen.items()}
        return cls({low: word for low, word in usual.items() if low != word}, 2 * capital > len(texts))

    def inside(self, words: list[str]) -> list[str]:
        """The words of a sentence with its first as it is written elsewhere."""
        first = words[0].lower() if words else ""
        return [self.usual.get(first, first), *words[1:]] if words and self.capital else words

    def capitalised(self, text: str) -> str:
        """A text that begins with a capital, where the language has them."""
        return text[:1].upper() + text[1:] if self.capital else text
