"""How a text is written rather than what it says: length, punctuation, capitals, digits, emoji,
richness of the vocabulary, script."""

from __future__ import annotations

import re
import unicodedata

import numpy as np

from nikti.classical.features.text._measured import Measured
from nikti.core.words import Words

TITLE = Words(
    en="readable style: length, punctuation, capitals, digits, emoji, vocabulary",
    bn="লেখার ধরন: দৈর্ঘ্য, যতিচিহ্ন, বড় হাতের অক্ষর, অঙ্ক, ইমোজি, শব্দভান্ডার",
)
STATELESS = True

NAMES = (
    "style: characters (log)",
    "style: words (log)",
    "style: lines (log)",
    "style: mean word length",
    "style: longest word",
    "style: different words among all words",
    "style: words used once among different words",
    "style: sentence ends per word",
    "style: commas per word",
    "style: question marks",
    "style: exclamation marks",
    "style: dots in a row",
    "style: currency signs",
    "style: emoji",
    "style: web and mail addresses",
    "style: longest number",
    "style: share of digits",
    "style: share of punctuation",
    "style: share of capitals",
    "style: words all in capitals",
    "style: share of Bangla script",
    "style: share of Latin script",
    "style: letters repeated three times",
)

_WORD = re.compile(r"[^\s!-/:-@\[-`{-~।॥…“”‘’]+")
_ADDRESS = re.compile(r"https?://|www\.|\S@[^\s@]+\.\w")
_NUMBER = re.compile(r"\d+")
_REPEATED = re.compile(r"([^\W\d_])\1\1")


def build() -> Measured:
    """The transformer of this file."""
    return Measured("style")


def measure(text: str) -> list[float]:
    """The numbers of one text, in the order of `NAMES`; an empty text gives zeros."""
    words = _WORD.findall(text)
    lowered = [word.lower() for word in words]
    uses: dict[str, int] = {}
    for word in lowered:
        uses[word] = uses.get(word, 0) + 1
    n_words, n = max(1, len(words)), max(1, len(text))
    lengths = [len(word) for word in words] or [0]
    latin = sum(c.isascii() and c.isalpha() for c in text)
    other = [c for c in text if not c.isascii()]
    bangla = sum("\u0980" <= c <= "\u09ff" for c in other)
    emoji = sum(unicodedata.category(c) == "So" for c in other)
    punctuation = sum(unicodedata.category(c)[0] in "PS" for c in text)
    return [
        np.log1p(len(text)),
        np.log1p(len(words)),
        np.log1p(text.count("\n")),
        sum(lengths) / n_words,
        max(lengths),
        len(uses) / n_words,
        sum(times == 1 for times in uses.values()) / max(1, len(uses)),
        sum(map(text.count, ".!?।")) / n_words,
        text.count(",") / n_words,
        np.log1p(text.count("?")),
        np.log1p(text.count("!")),
        np.log1p(text.count("..") + text.count("…")),
        np.log1p(sum(map(text.count, "$£€৳₹"))),
        np.log1p(emoji),
        np.log1p(len(_ADDRESS.findall(text))),
        max((len(number) for number in _NUMBER.findall(text)), default=0),
        sum(c.isdigit() for c in text) / n,
        punctuation / n,
        sum(c.isupper() for c in text) / n,
        sum(len(word) > 1 and word.isupper() for word in words) / n_words,
        bangla / n,
        latin / n,
        np.log1p(len(_REPEATED.findall(text))),
    ]
