"""Pairs of texts to token numbers and back: one byte-pair encoding of both languages, learned from the
fitting rows alone (Sennrich et al. 2016, https://aclanthology.org/P16-1162, section 3.2, joint BPE).

Letters keep their case: what comes out is to be read.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nikti.core.answers import Phrases
from nikti.core.inputs import Inputs
from nikti.core.steps import SAMPLE, Measure, Tokenize, Value
from nikti.deep.encoders import _pieces
from nikti.deep.shapes import TranslationShape

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

#: Numbers of the tokens that stand for no part of a text.
PAD, UNKNOWN, START, END = 0, 1, 2, 3
SPECIAL = ("<pad>", "<unk>", "<s>", "</s>")

#: Pieces of words: few pairs cannot teach many (Sennrich & Zhang 2019, https://aclanthology.org/P19-1021,
#: section 5.1: fewer are better where data are few), and what a network costs goes by them.
MAX_VOCABULARY, PIECES_PER_PAIR, FEWEST_PIECES = 6000, 1.5, 500
MAX_LENGTH = 128
#: The length that this share of the fitting texts keep whole; beyond it come mostly pairs that do not match.
WHOLE = 0.995
#: Where a text is cut that is too long: behind the end of a sentence, else between words.
_SENTENCE, _WORD = re.compile(r"(?<=[.!?।。！？])\s+"), re.compile(r"\s+")


def forecast(data: Any, options: dict[str, Any]) -> TranslationShape:
    """The shape `fit` would give, from the words of some of the pairs."""
    rows = _some(len(data))
    words = [data.inputs[row].split() for row in rows]
    answers = [" ".join(data.targets[row][:1]).split() for row in rows]
    vocabulary = 400 + 2 * len({word for text in words + answers for word in text})
    vocabulary = vocabulary * (len(data) / len(rows)) ** 0.5  # Heaps' law
    most = options.get("max_length", MAX_LENGTH)
    given, most_pieces = "tokenizer" in options, options.get("vocabulary", _pieces_for(len(data)))
    pieces = 1.6 if vocabulary <= most_pieces else 1.9  # of a word: fewer pieces are shorter
    lengths = [pieces * np.quantile([len(text) for text in some], WHOLE) + 3 for some in (words, answers)]
    vocabulary = min(vocabulary, most_pieces)
    if given:
        from nikti.deep.encoders import _given_pairs

        vocabulary = _given_pairs.vocabulary(options["tokenizer"])
    length, answer = (int(min(x, most)) for x in lengths)
    return TranslationShape(int(vocabulary), length, answer, given)


def fit(inputs: Inputs, *, seed: int, options: dict[str, Any], targets: Phrases) -> TranslationEncoder:
    """Learn the pieces of words of both languages, and the lengths that nearly all texts fit in.

    options: "vocabulary" (most pieces), "max_length" (most tokens), "tokenizer" (the folder of weights whose
    pieces are taken instead). seed is not used.
    """
    answers = [text for row in range(len(targets)) for text in targets[row]]
    if "tokenizer" not in options:
        return learn(list(inputs), answers, **options)
    from nikti.deep.encoders import _given_pairs

    read, written = ([texts[row] for row in _some(len(texts))] for texts in (inputs, answers))
    most = options.get("max_length", MAX_LENGTH)
    return _given_pairs.fit(options["tokenizer"], read, written, lambda counts: _length(counts, most))


def learn(
    sources: Sequence[str],
    answers: Sequence[str],
    vocabulary: int | None = None,
    max_length: int = MAX_LENGTH,
) -> TranslationEncoder:
    """An encoder of plain strings; see `fit`."""
    most = _pieces_for(len(sources)) if vocabulary is None else vocabulary
    tokenizer = _pieces.learned([*sources, *answers], most, SPECIAL, lower=False)
    lengths = []
    for texts in (sources, answers):
        some = [texts[row] for row in _some(len(texts))]
        counts = [len(e.ids) + 1 for e in tokenizer.encode_batch_fast(some, add_special_tokens=False)]
        lengths.append(_length(counts, max_length))
    return TranslationEncoder(tokenizer, *lengths)


def _pieces_for(pairs: int) -> int:
    """Pieces of words that so many pairs of texts may have, at most."""
    return int(np.clip(PIECES_PER_PAIR * pairs, FEWEST_PIECES, MAX_VOCABULARY))


def _length(counts: Sequence[int], most: int) -> int:
    """Tokens that nearly all texts of so many fit in."""
    return int(np.clip(np.ceil(np.quantile(counts, WHOLE)), 8, most))


def _some(n: int) -> list[int]:
    """Up to a thousand of n positions, evenly spread: enough to know how long texts are."""
    return np.unique(np.linspace(0, n - 1, 1000).astype(int)).tolist()


def from_state(facts: dict[str, Any], tensors: dict[str, torch.Tensor]) -> TranslationEncoder:
    """The inverse of `TranslationEncoder.state`."""
    from tokenizers import Tokenizer

    if "given" in facts:
        from nikti.deep.encoders import _given_pairs

        return _given_pairs.from_state(facts, tensors)
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    return TranslationEncoder(Tokenizer.from_str(facts["tokenizer"]), facts["length"], facts["answer"])


class TranslationEncoder:
    """See `nikti.deep.encoders` for the verbs. Every text ends with END, so that none is empty."""

    views = False

    def __init__(self, tokenizer: Tokenizer, length: int, answer: int):
        self.tokenizer = tokenizer
        self.shape = TranslationShape(tokenizer.get_vocab_size(), length, answer)

    def state(self) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
        """(plain facts, tensors) from which the encoder is made again."""
        return {
            "tokenizer": self.tokenizer.to_str(),
            "length": self.shape.length,
            "answer": self.shape.answer,
        }, {}

    def graph(self) -> tuple[tuple[Value, ...], tuple[Tokenize | Measure, ...], tuple[Value, ...]]:
        """(what a raw sample is, the steps, what the network reads); see `nikti.core.graph`."""
        step = Tokenize(SAMPLE, "tokens", self.tokenizer.to_str(), self.shape.length, after=(END,), pad=PAD)
        return (Value(SAMPLE, "str", (None,)),), (step,), (Value("tokens", "int64", (None, None)),)

    def encode(self, inputs: Inputs) -> tuple[torch.Tensor]:
        """int32 [n, length], the end filled with PAD."""
        import torch

        return (torch.from_numpy(self._tokens(list(inputs), self.shape.length)),)

    def encode_answers(self, texts: Sequence[str]) -> np.ndarray:
        """int32 [n, answer], the end filled with PAD."""
        return self._tokens(texts, self.shape.answer)

    def decode(self, tokens: np.ndarray) -> list[str]:
        """Texts of token numbers [n, L], each up to its END."""
        rows = [row[: list(row).index(END)] if END in row else row for row in tokens.tolist()]
        return [text.strip() for text in self.tokenizer.decode_batch(rows, skip_special_tokens=True)]

    def parts(self, texts: Sequence[str]) -> list[list[str]]:
        """Each text, in parts that `encode` keeps whole: whole sentences where they fit, else words."""
        return [self._parts(text, _SENTENCE) for text in texts]

    def _parts(self, text: str, cut: re.Pattern[str]) -> list[str]:
        if self._counts([text])[0] < self.shape.length:
            return [text]
        pieces = cut.split(text)
        if len(pieces) == 1:  # a sentence goes by words; a word is cut by `encode`
            return [text] if cut is _WORD else self._parts(text, _WORD)
        found: list[str] = []
        room = 0
        for piece, count in zip(pieces, self._counts(pieces), strict=True):
            if count >= self.shape.length:
                found, room = found + self._parts(piece, _WORD), 0
            elif found and count <= room:
                found[-1], room = f"{found[-1]} {piece}", room - count
            else:
                found, room = [*found, piece], self.shape.length - 1 - count
        return found

    def _counts(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without END."""
        return [len(found.ids) for found in self.tokenizer.encode_batch_fast(texts, add_special_tokens=False)]

    def lengths(self, tensors: tuple[torch.Tensor]) -> torch.Tensor:
        """int64 [n]: tokens of each sample."""
        return (tensors[0] != PAD).sum(1)

    def batch(self, tensors: tuple[torch.Tensor]) -> tuple[torch.Tensor]:
        """int32 [B, length] -> int64 [B, longest in the batch]."""
        return (trim(tensors[0]),)

    def augment(self, batch: tuple[torch.Tensor], generator: torch.Generator) -> tuple[torch.Tensor]:
        """As they are: a word that is not seen cannot be translated."""
        return batch

    def _tokens(self, texts: Sequence[str], length: int) -> np.ndarray:
        tokens = np.full((len(texts), length), PAD, np.int32)
        for row, found in enumerate(self.tokenizer.encode_batch_fast(texts, add_special_tokens=False)):
            kept = [*found.ids[: length - 1], END]
            tokens[row, : len(kept)] = kept
        return tokens


def trim(tokens: torch.Tensor) -> torch.Tensor:
    """int32 [B, L] -> int64 [B, l] without the padding that all rows share."""
    longest = int((tokens != PAD).sum(1).max())
    return tokens[:, :longest].long()
