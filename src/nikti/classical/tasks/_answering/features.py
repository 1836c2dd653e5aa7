"""What is measured of a part of a passage as the answer to a question: numbers with names that people read.

The kinds are those of the baseline of the SQuAD paper (Rajpurkar et al. 2016, section 5: words and pairs of
words in common, lengths, places) without its parse trees, and the distances and windows of Richardson et al.
2013 (MCTest, https://aclanthology.org/D13-1020, section 4).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nikti.classical.tasks._answering.words import Words

#: Words before and after an answer that are looked for by name.
COMMON = 20
#: Words to each side that are looked at.
WINDOWS = (3, 7)
#: A word that fewer passages hold than this is as rare as one that none does.
LEAST_SEEN = 2

#: Words that tell what a question asks for, in English, Bangla and Hindi.
QUESTION_WORDS = {
    "who": "who whom whose কে কারা কার কাকে कौन किसने किसे किसके किसकी किसका",
    "when": "when year date century কখন কবে সালে कब वर्ष साल तारीख",
    "where": "where country city town কোথায় শহরে দেশে कहाँ कहां शहर देश",
    "how many": "many much old long often percentage কত কতটি কয়টি কতজন कितने कितना कितनी प्रतिशत",
    "why": "why reason কেন कारण क्यों",
    "how": "how কীভাবে কিভাবে कैसे",
    "which": "which কোন कौनसा कौनसी किस",
    "what": "what কী কি क्या",
}
_KIND_OF_WORD = {word: kind for kind, words in QUESTION_WORDS.items() for word in words.split()}
KINDS = (*QUESTION_WORDS, "other")
_LENGTHS = ((1, 1), (2, 2), (3, 3), (4, 4), (5, 7), (8, 10**6))


@dataclass(frozen=True)
class WordStatistics:
    """Word statistics of the training passages, computed before anything is ranked.

    passages: their number; holding {word: how many of them hold it}; before, after: the words most often
    beside an answer; longest: words that an answer has at most."""

    passages: int
    holding: dict[str, int]
    before: list[str]
    after: list[str]
    longest: int

    def rarity(self, words: Iterable[str]) -> np.ndarray:
        """Inverse document frequency of words, float64."""
        counts = (self.holding.get(word, 0) for word in words)
        return np.array([math.log((1 + self.passages) / (1 + count)) for count in counts], dtype=np.float64)

    def state(self) -> dict[str, Any]:
        """JSON-able."""
        return dict(vars(self))


def statistics_of(passages: Sequence[Words], golds: Sequence[tuple[Words, int, int]]) -> WordStatistics:
    """Learn from passages and from answers (passage, first word, last word)."""
    holding = Counter(word for passage in passages for word in set(passage.norms))
    before = Counter(words.norms[first - 1] for words, first, _ in golds if first)
    after = Counter(words.norms[last + 1] for words, _, last in golds if last + 1 < len(words))
    lengths = [last - first + 1 for _, first, last in golds] or [1]
    return WordStatistics(
        len(passages),
        {word: count for word, count in sorted(holding.items()) if count >= LEAST_SEEN},
        _commonest(before),
        _commonest(after),
        int(np.clip(math.ceil(np.quantile(lengths, 0.97)), 3, 12)),
    )


def _commonest(words: Counter[str]) -> list[str]:
    return [word for word, _ in sorted(words.items(), key=lambda one: (-one[1], one[0]))[:COMMON]]


def question_type(question: Words) -> int:
    """Position in KINDS of the question's type: the first one whose words it has."""
    kinds = {_KIND_OF_WORD[word] for word in question.norms if word in _KIND_OF_WORD}
    return next((at for at, kind in enumerate(KINDS) if kind in kinds), len(KINDS) - 1)


def spans(passage: Words, longest: int) -> np.ndarray:
    """int64 [C, 2]: first and last word of all parts of sentences that begin and end with a word."""
    starts = np.flatnonzero(passage.plain)
    first = np.repeat(starts, longest)
    last = first + np.tile(np.arange(longest), len(starts))
    inside = last < len(passage)
    first, last = first[inside], last[inside]
    good = passage.plain[last] & (passage.sentence[first] == passage.sentence[last])
    return np.stack([first[good], last[good]], 1)


def names(statistics: WordStatistics) -> list[str]:
    """Names of the columns of `measure`, those of the row for no answer last."""
    return [*_columns_named(statistics), *_NO_ANSWER]


_NO_ANSWER = (
    "no answer",
    "no answer: share of the question's rare words that no sentence has",
    "no answer: share of the question's rare words that the passage lacks",
)


def measure(question: Words, passage: Words, parts: np.ndarray, statistics: WordStatistics) -> np.ndarray:
    """float32 [C + 1, F] of parts int64 [C, 2] of a passage; the last row is no answer."""
    view = View(question, passage, statistics)
    columns = _columns(view, parts[:, 0], parts[:, 1])
    table = np.zeros((len(parts) + 1, len(columns) + len(_NO_ANSWER)), np.float32)
    for place, column in enumerate(columns):
        table[:-1, place] = column
    table[-1, len(columns) :] = 1.0, 1.0 - view.by_sentence.max(initial=0.0), view.absent
    return table


class View:
    """How a passage's words match a question. `sums` gives running sums, so that the sum over any span is
    one subtraction."""

    def __init__(self, question: Words, passage: Words, statistics: WordStatistics):
        self.question, self.passage, self.statistics = question, passage, statistics
        keywords = [
            n for n, p in zip(question.norms, question.plain, strict=True) if p and n not in _KIND_OF_WORD
        ]
        weight = dict(zip(keywords, statistics.rarity(keywords), strict=True))
        self.total = sum(weight.values()) or 1.0
        by_stem = {word[:5]: value for word, value in weight.items()}
        self.rarity = statistics.rarity(passage.norms)
        #: How rare a word of the question each word is; by its beginning where the word itself is not there.
        self.same = np.array([weight.get(word, 0.0) for word in passage.norms])
        self.alike = np.array([by_stem.get(stem, 0.0) for stem in passage.stems])
        count = len(passage.bounds) - 1
        self.by_sentence = np.array([self._share(weight, passage.norms, s) for s in range(count)])
        self.by_stems = np.array([self._share(by_stem, passage.stems, s) for s in range(count)])
        pairs = set(zip(question.norms, question.norms[1:], strict=False))
        both = [float(pair in pairs) for pair in zip(passage.norms, passage.norms[1:], strict=False)]
        self.pairs = self.sums(np.array([*both, 0.0][: len(passage)]))
        found = set(passage.stems)
        self.absent = sum(v for w, v in weight.items() if w[:5] not in found) / self.total
        surface = [passage.text[b:e] for b, e in zip(passage.begins, passage.ends, strict=True)]
        self.capital = np.array([word[0].isupper() for word in surface], dtype=bool)
        self.digit = np.array([word[0].isdigit() for word in surface], dtype=bool)
        self.year = np.array([len(word) == 4 and word.isdigit() for word in surface], dtype=bool)

    def _share(self, weight: dict[str, float], words: list[str], sentence: int) -> float:
        start, end = self.passage.bounds[sentence : sentence + 2]
        return sum(weight.get(word, 0.0) for word in set(words[start:end])) / self.total

    @staticmethod
    def sums(values: np.ndarray) -> np.ndarray:
        """[T + 1]: what comes before each word."""
        return np.concatenate([[0.0], np.cumsum(values)])


def _columns_named(statistics: WordStatistics) -> list[str]:
    """Names in the order of `_columns`."""
    return [
        "question words in the sentence",
        "beginnings of question words in the sentence",
        "pairs of question words in the sentence",
        "the sentence has most question words",
        "the sentence has most beginnings of question words",
        "question words in the sentence before",
        "question words in the sentence after",
        "the first sentence",
        "how late the sentence comes",
        "how late in the sentence",
        *(f"question words within {w} words {side}" for w in WINDOWS for side in ("before", "after")),
        "nearness of question words before",
        "nearness of question words after",
        "words to the nearest question word before",
        "words to the nearest question word after",
        "the word before is in the question",
        "the word after is in the question",
        "share of its words that are in the question",
        "share of its word beginnings that are in the question",
        *(f"{_long(low, high)}" for low, high in _LENGTHS),
        "mean rarity of its words",
        "rarity of its first word",
        "rarity of its last word",
        "rarity of the word before",
        "rarity of the word after",
        "a mark inside",
        "a mark before",
        "a mark after",
        "capitals go on before",
        "capitals go on after",
        "a number goes on before or after",
        "it occurs again in the passage",
        *(f"asked {kind}: {shape}" for kind in KINDS for shape in _SHAPES),
        *(f"the word before is {word}" for word in statistics.before),
        *(f"the word after is {word}" for word in statistics.after),
    ]


_SHAPES = ("a number", "a year", "capitals", "one word", "two or three words", "more words", "question words")


def _long(low: int, high: int) -> str:
    return (
        f"{low} words long"
        if low == high
        else f"{low} to {high} words long"
        if high < 99
        else f"{low} words or more"
    )


def _columns(view: View, first: np.ndarray, last: np.ndarray) -> list[np.ndarray]:
    """One array [C] (or a number) for each name of `_columns_named`."""
    passage, statistics = view.passage, view.statistics
    sentence = passage.sentence[first]
    start, end = passage.bounds[sentence], passage.bounds[sentence + 1]
    length = last - first + 1
    same, alike, rare = (view.sums(v) for v in (view.same, view.alike, view.rarity))
    exact, near = view.sums(view.same > 0), view.sums(view.alike > 0)
    padded = np.concatenate([[0.0], view.by_sentence, [0.0]])

    def most(values: np.ndarray) -> np.ndarray:
        return (values == values.max(initial=0.0)).astype(float)[sentence]

    around = []
    for width in WINDOWS:
        low, high = np.maximum(first - width, start), np.minimum(last + 1 + width, end)
        around += [(alike[first] - alike[low]) / view.total, (alike[high] - alike[last + 1]) / view.total]
    close_before, close_after, far_before, far_after = closeness(view)
    before, after = np.maximum(first - 1, 0), np.minimum(last + 1, len(passage) - 1)
    has_before, has_after = first > start, last + 1 < end
    marks, capitals, digits = (view.sums(v) for v in (~passage.plain, view.capital, view.digit))
    frequency = Counter(passage.norms)
    again = np.array([frequency[word] > 1 for word in passage.norms], dtype=float)
    again = view.sums(again)
    shapes = [
        digits[last + 1] > digits[first],
        view.year[first] & (length == 1),
        capitals[last + 1] - capitals[first] == length,
        length == 1,
        (length == 2) | (length == 3),
        length > 3,
        near[last + 1] > near[first],
    ]
    kind = question_type(view.question)
    norms = np.array(passage.norms, dtype=object)
    return [
        view.by_sentence[sentence],
        view.by_stems[sentence],
        np.log1p(view.pairs[np.maximum(end - 1, start)] - view.pairs[start]),
        most(view.by_sentence),
        most(view.by_stems),
        padded[sentence],
        padded[sentence + 2],
        sentence == 0,
        sentence / max(1, len(passage.bounds) - 2),
        (first - start) / np.maximum(1, end - start),
        *around,
        close_before[first] / view.total,
        close_after[last] / view.total,
        np.log1p(far_before[first]),
        np.log1p(far_after[last]),
        has_before & (view.alike[before] > 0),
        has_after & (view.alike[after] > 0),
        (exact[last + 1] - exact[first]) / length,
        (near[last + 1] - near[first]) / length,
        *((length >= low) & (length <= high) for low, high in _LENGTHS),
        (rare[last + 1] - rare[first]) / length,
        view.rarity[first],
        view.rarity[last],
        np.where(has_before, view.rarity[before], 0.0),
        np.where(has_after, view.rarity[after], 0.0),
        marks[last + 1] > marks[first],
        has_before & ~passage.plain[before],
        has_after & ~passage.plain[after],
        has_before & view.capital[before] & view.capital[first],
        has_after & view.capital[after] & view.capital[last],
        (has_before & view.digit[before] & view.digit[first])
        | (has_after & view.digit[after] & view.digit[last]),
        again[last + 1] - again[first] == length,
        *(shape if kind == at else 0.0 for at in range(len(KINDS)) for shape in shapes),
        *(has_before & (norms[before] == word) for word in statistics.before),
        *((last + 1 < len(passage)) & (norms[after] == word) for word in statistics.after),
    ]


def closeness(view: View) -> tuple[np.ndarray, ...]:
    """Of each word, [T] each: the question words before and after it in its sentence, each by its rarity over
    its distance; and how many words away the nearest one is (the sentence's length where none is)."""
    passage, weight = view.passage, view.alike
    place = np.arange(len(passage))
    apart = place[:, None] - place[None, :]  # [T, T]: positive where the other comes before
    inside = passage.sentence[:, None] == passage.sentence[None, :]
    length = np.diff(passage.bounds)[passage.sentence] if len(passage) else np.zeros(0)
    found: list[np.ndarray] = []
    for sign in (1, -1):
        ahead = np.where(inside & (sign * apart > 0), sign * apart, 0)
        close = np.divide(weight[None, :], ahead, out=np.zeros(ahead.shape), where=ahead > 0).sum(1)
        far = np.where((ahead > 0) & (weight[None, :] > 0), ahead, length[:, None]).min(1, initial=10**6)
        found += [close, np.minimum(far, length)]
    return found[0], found[2], found[1], found[3]
