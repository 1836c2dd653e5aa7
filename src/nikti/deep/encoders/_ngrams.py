"""Texts to the numbers of their n-grams: words, pairs of neighbouring words, and runs of letters inside words
(Bojanowski et al. 2017, Enriching word vectors with subword information, https://aclanthology.org/Q17-1010,
section 3.2, who give each word the sum of its runs' vectors; here a text has them all).

Which n-grams have a number is learned from the fitting rows; others are left out. A text holds each n-gram
once, at its first place. Of long texts runs are not read: their words say enough, and there are too many.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nikti.core.inputs import Inputs
from nikti.core.steps import SAMPLE, Terms, Value
from nikti.deep.shapes import TextShape

if TYPE_CHECKING:
    import torch

PAD = 0
#: Letters of a run; longer ones are words, or nearly.
SHORTEST, LONGEST = 2, 5
#: Rows that must hold an n-gram, and from how many rows on: of a few, most n-grams occur once.
MIN_ROWS, FROM = 2, 200
#: N-grams kept, the most frequent first, where no other number is asked for.
MOST = 60_000
#: N-grams of a text; texts that mostly hold more are read without runs.
MAX_LENGTH = 2048
#: N-grams that two texts share grow with the texts to this power, with and without runs (measured).
GROWTH = {True: 0.7, False: 0.9}
#: A longer text holds n-grams that it has not held yet in proportion to its length to this power (measured).
LENGTHENING = 0.85
#: Characters of a word whose runs are read; what is longer is no word.
LONGEST_WORD = 64
#: The length that this share of the fitting texts keep whole.
WHOLE = 0.95
#: Share of a text's n-grams that are left out in training, so that no answer hangs on one word.
DROPOUT = 0.1
#: What a run begins with, so that it is not taken for a word.
RUN = "\t"

#: Words are what stands between spaces and punctuation; marks in a row are words too. `\w+` would break
#: Bangla apart at its vowel signs, which are marks and no letters.
_WORD = re.compile(r"[^\s!-/:-@\[-`{-~।॥…“”‘’]+|[!-/:-@\[-`{-~।॥…“”‘’]+")
_SPACED = re.compile(r"\S+")


def forecast(texts: Sequence[str], letters: np.ndarray, n: int, most: int = MOST) -> TextShape:
    """The shape that `fit` would give for n texts that begin like these; letters: of whole ones, [m]."""
    longest = float(np.quantile(letters, WHOLE))
    runs = _short(longest)
    held = [{term for *_, term in occurrences(text, runs)} for text in texts]
    rows = Counter(term for terms in held for term in terms)
    seen = max(1, sum(map(len, texts)))
    more = max(1.0, n * float(letters.mean()) / seen)
    shared = sum(count >= MIN_ROWS for count in rows.values())
    vocabulary = len(rows) * more**0.5 if n < FROM else shared * more ** GROWTH[runs]
    length = sum(map(len, held)) / len(texts) * (longest * len(texts) / seen) ** LENGTHENING
    return TextShape(int(min(vocabulary, most)) + 1, int(np.clip(length, 8, MAX_LENGTH)))


def fit(texts: Sequence[str], most: int = MOST) -> NgramEncoder:
    """Learn which n-grams, `most` at most, have a number, and the length that nearly all texts fit in."""
    some = [texts[row] for row in np.unique(np.linspace(0, len(texts) - 1, 1000).astype(int))]
    runs = _short(np.quantile([len(text) for text in some], WHOLE))
    rows: Counter[str] = Counter()
    for text in texts:
        rows.update({term for *_, term in occurrences(text, runs)})
    fewest = MIN_ROWS if len(texts) >= FROM else 1
    kept = [term for term, count in rows.items() if count >= fewest]
    terms = sorted(kept, key=lambda term: (-rows[term], term))[:most]
    found = NgramEncoder(terms, runs, MAX_LENGTH)
    lengths = [len(found.numbers(text)) for text in some]
    return NgramEncoder(terms, runs, int(np.clip(np.ceil(np.quantile(lengths, WHOLE)), 8, MAX_LENGTH)))


def _short(longest: float) -> bool:
    """Whether runs are read of texts that nearly all have at most so many letters, each the first of some."""
    return bool(longest * (LONGEST - SHORTEST + 1) <= MAX_LENGTH)


def from_state(facts: dict[str, Any]) -> NgramEncoder:
    """The inverse of `NgramEncoder.state`."""
    terms = facts["ngrams"].split("\n") if facts["ngrams"] else []
    return NgramEncoder(terms, facts["runs"], facts["length"])


class NgramEncoder:
    """See `nikti.deep.encoders` for the verbs. terms: n-grams in falling frequency; runs: whether runs of
    letters are among them."""

    views = False

    def __init__(self, terms: Sequence[str], runs: bool, length: int):
        self.terms, self.runs = list(terms), runs
        self.number = {term: number for number, term in enumerate(self.terms, 1)}
        self.shape = TextShape(len(self.terms) + 1, length)

    def state(self) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
        """(plain facts, tensors) from which the encoder is made again; no n-gram holds a line break."""
        return {"ngrams": "\n".join(self.terms), "runs": self.runs, "length": self.shape.length}, {}

    def graph(
        self, of: str = SAMPLE, to: str = "tokens"
    ) -> tuple[tuple[Value, ...], tuple[Terms, ...], tuple[Value, ...]]:
        """(what a raw sample is, the steps, what the network reads); see `nikti.core.graph`."""
        step = Terms(of, to, tuple(self.terms), self.runs, self.shape.length)
        return (Value(of, "str", (None,)),), (step,), (Value(to, "int64", (None, None)),)

    def numbers(self, text: str) -> dict[int, tuple[int, int]]:
        """{number: (first, past the last) character of its first place}, in the order of the text."""
        found: dict[int, tuple[int, int]] = {}
        for start, end, term in occurrences(text, self.runs):
            number = self.number.get(term)
            if number is not None:
                found.setdefault(number, (start, end))
        return found

    def encode(self, inputs: Inputs) -> tuple[torch.Tensor]:
        """int32 [n, length], the end filled with PAD."""
        return (self.encode_texts(list(inputs)),)

    def encode_texts(self, texts: Sequence[str]) -> torch.Tensor:
        """int32 [n, length] of plain strings."""
        import torch

        tokens = np.full((len(texts), self.shape.length), PAD, np.int32)
        for row, text in enumerate(texts):
            kept = self._keep(list(self.numbers(text)))
            tokens[row, : len(kept)] = kept
        return torch.from_numpy(tokens)

    def spans(self, text: str) -> list[tuple[int, int]]:
        """(first, past the last) character of `text` for each n-gram that `encode` keeps."""
        return self._keep(list(self.numbers(text).values()))

    def _keep(self, items: list) -> list:
        """The head and the tail of what is too long, as the tokens' encoder has it."""
        room = self.shape.length
        tail = room // 2
        return items if len(items) <= room else items[: room - tail] + items[len(items) - tail :]

    def batch(self, tensors: tuple[torch.Tensor]) -> tuple[torch.Tensor]:
        """int32 [B, length] -> int64 [B, most in the batch]."""
        most = int((tensors[0] != PAD).sum(1).max())
        return (tensors[0][:, : max(1, most)].long(),)

    def augment(self, batch: tuple[torch.Tensor], generator: torch.Generator) -> tuple[torch.Tensor]:
        """Some n-grams of each text are left out."""
        import torch

        lost = torch.rand(batch[0].shape, generator=generator) < DROPOUT
        return (batch[0].masked_fill(lost.to(batch[0].device), PAD),)


def occurrences(text: str, runs: bool) -> Iterator[tuple[int, int, str]]:
    """(first, past the last character, n-gram) of a text, word by word; letters lose their case, and both
    ways of writing one are one."""
    low, origin = _plain(text)
    before: re.Match | None = None
    for chunk in _SPACED.finditer(low):
        for word in _WORD.finditer(low, *chunk.span()):
            yield origin(word.start()), origin(word.end()), word.group()
            if before is not None:
                yield origin(before.start()), origin(word.end()), f"{before.group()} {word.group()}"
            before = word
        if runs:
            yield from _runs(chunk.group()[:LONGEST_WORD], chunk.start(), origin)


def _runs(chunk: str, start: int, origin: Any) -> Iterator[tuple[int, int, str]]:
    """Runs of a word between its blanks; those blanks have no place."""
    padded, last = f" {chunk} ", len(chunk)
    for first in range(len(padded) - SHORTEST + 1):
        for size in range(SHORTEST, min(LONGEST, len(padded) - first) + 1):
            left, right = max(0, first - 1), min(last, first - 1 + size)
            yield origin(start + left), origin(start + right), RUN + padded[first : first + size]


def _plain(text: str) -> tuple[str, Any]:
    """(the text in lower case and NFC, where in the text a character of that begins)."""
    low = text.lower()
    if len(low) == len(text) and unicodedata.is_normalized("NFC", low):
        return low, int
    parts: list[str] = []  # a letter and the marks on it, which alone change when they are composed
    for letter in text:
        if parts and unicodedata.category(letter).startswith("M"):
            parts[-1] += letter
        else:
            parts.append(letter)
    plain = [unicodedata.normalize("NFC", part.lower()) for part in parts]
    starts = np.cumsum([0, *map(len, parts)])
    places = [at for at, part in zip(starts, plain, strict=False) for _ in part] + [len(text)]
    return "".join(plain), lambda place: int(places[place])
