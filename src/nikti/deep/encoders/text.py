"""Texts to token numbers: pieces of words, learned from the fitting rows alone (`_pieces`) or given beside
weights; or to the numbers of their n-grams (`_ngrams`)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nikti.core.inputs import Inputs
from nikti.core.steps import SAMPLE, Tokenize, Value
from nikti.core.words import Words
from nikti.deep.encoders import _given_tokens, _ngrams, _pieces
from nikti.deep.encoders._given_tokens import PAD, GivenTokens
from nikti.deep.encoders._ngrams import NgramEncoder
from nikti.deep.shapes import TextShape

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

#: Numbers of the tokens that, with PAD, stand for no part of the text.
UNKNOWN, START = 1, 2
SPECIAL = ("<pad>", "<unk>", "<s>")

MAX_VOCABULARY = 8000
MAX_LENGTH = 2048
#: The length that this share of the fitting texts keep whole.
WHOLE = 0.95
#: Texts that a forecast looks at, how many of them it looks into, and the characters that it reads of each.
LOOKED_AT, LOOKED_INTO, BEGINNING = 200, 40, 600
#: Share of the tokens made unknown in training, so that no answer hangs on one word
#: (Iyyer et al. 2015, word dropout, https://aclanthology.org/P15-1162, use 0.3 of all words).
TOKEN_DROPOUT = 0.1


def forecast(data: Any, options: dict[str, Any]) -> TextShape:
    """The shape `fit` would give, estimated from the beginnings of some of the texts, because plans need
    it often."""
    texts = [data.inputs[row] for row in _some(len(data), LOOKED_AT)]
    lengths = np.array([len(text) for text in texts])
    if "ngrams" in options:
        few = [texts[row][:BEGINNING] for row in _some(len(texts), LOOKED_INTO)]
        return _ngrams.forecast(few, lengths, len(data), options["ngrams"])
    longest = float(np.quantile(lengths, WHOLE))
    words = [text[:BEGINNING].split() for text in texts]
    count = sum(map(len, words))
    vocabulary = len({word for text in words for word in text})  # about as many pieces
    seen = max(1, int(np.minimum(lengths, BEGINNING).sum()))
    vocabulary = vocabulary * (len(data) * lengths.mean() / seen) ** 0.5  # Heaps' law
    length = 1.5 * longest * count / seen + 2
    length = int(min(length, options.get("max_length", MAX_LENGTH)))
    if "tokenizer" in options:
        return _given_tokens.shape(options["tokenizer"], length)
    vocabulary = int(min(vocabulary, options.get("vocabulary", MAX_VOCABULARY)))
    return TextShape(vocabulary, length, options.get("part", 0))


def misfit(inputs: Inputs, options: dict[str, Any]) -> Words | None:
    """The reason why given weights do not fit the language of the texts, or None."""
    if "tokenizer" not in options:
        return None
    return _given_tokens.misfit(options["tokenizer"], [inputs[row] for row in _some(len(inputs), 1000)])


def fit(
    inputs: Inputs, *, seed: int, options: dict[str, Any], targets: Any = None
) -> TextEncoder | GivenTokens | NgramEncoder:
    """Learn the pieces of words, and the length that nearly all texts fit in.

    options: "vocabulary" (most pieces), "max_length" (most tokens), "part" (see `TextShape`), "tokenizer"
    (the folder of weights whose pieces are taken instead) and "length" (tokens, whatever the texts are); or
    "ngrams" alone: so many words, pairs and runs of letters at most instead of pieces (`_ngrams`). seed is
    not used.
    """
    options = dict(options)
    if "ngrams" in options:
        return _ngrams.fit(list(inputs), options["ngrams"])
    folder = options.pop("tokenizer", None)
    if folder is None:
        return learn(list(inputs), **options)
    most, fixed = options.get("max_length", MAX_LENGTH), options.get("length")
    some = [inputs[row] for row in _some(len(inputs), 1000)]
    if "nikti" not in _given_tokens.config(folder):
        return _given_tokens.fit(folder, fixed or _given_tokens.length(folder, some, WHOLE, most))
    tokenizer = _given_tokens.tokenizer(folder)
    part = options.get("part", 0)
    return TextEncoder(tokenizer, fixed, part) if fixed else _measured(tokenizer, some, most, part)


def learn(
    texts: Sequence[str], vocabulary: int = MAX_VOCABULARY, max_length: int = MAX_LENGTH, part: int = 0
) -> TextEncoder:
    """An encoder of plain strings; see `fit`."""
    tokenizer = _pieces.learned(texts, vocabulary, SPECIAL, lower=True)
    return _measured(tokenizer, [texts[row] for row in _some(len(texts), 1000)], max_length, part)


def _measured(tokenizer: Tokenizer, some: Sequence[str], most: int, part: int) -> TextEncoder:
    """An encoder of the length that nearly all of these texts fit in."""
    counts = [len(e.ids) + 1 for e in tokenizer.encode_batch_fast(some, add_special_tokens=False)]
    return TextEncoder(tokenizer, int(np.clip(np.ceil(np.quantile(counts, WHOLE)), 8, most)), part)


def _some(n: int, most: int) -> list[int]:
    """Up to `most` of n positions, evenly spread: a thousand are enough to know how long texts are."""
    return np.unique(np.linspace(0, n - 1, most).astype(int)).tolist()


def from_state(
    facts: dict[str, Any], tensors: dict[str, torch.Tensor]
) -> TextEncoder | GivenTokens | NgramEncoder:
    """The inverse of the encoder's `state`."""
    from tokenizers import Tokenizer

    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    if "ngrams" in facts:
        return _ngrams.from_state(facts)
    if "window" in facts:
        return _given_tokens.from_state(facts)
    return TextEncoder(Tokenizer.from_str(facts["tokenizer"]), facts["length"], facts["part"])


class TextEncoder:
    """See `nikti.deep.encoders` for the verbs. Every text begins with a start token, so that none
    is empty."""

    views = False

    def __init__(self, tokenizer: Tokenizer, length: int, part: int = 0):
        self.tokenizer = tokenizer
        self.shape = TextShape(tokenizer.get_vocab_size(), length, part)

    def state(self) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
        """(plain facts, tensors) from which the encoder is made again."""
        facts = {"tokenizer": self.tokenizer.to_str(), "length": self.shape.length, "part": self.shape.part}
        return facts, {}

    def graph(
        self, of: str = SAMPLE, to: str = "tokens"
    ) -> tuple[tuple[Value, ...], tuple[Tokenize, ...], tuple[Value, ...]]:
        """(what a raw sample is, the steps, what the network reads); see `nikti.core.graph`."""
        vocabulary = self.tokenizer.to_str()
        step = Tokenize(of, to, vocabulary, self.shape.length, before=(START,), kept="head and tail", pad=PAD)
        return (Value(of, "str", (None,)),), (step,), (Value(to, "int64", (None, None)),)

    def encode(self, inputs: Inputs) -> tuple[torch.Tensor]:
        """int32 [n, length], the end filled with PAD."""
        return (self.encode_texts(list(inputs)),)

    def encode_texts(self, texts: Sequence[str]) -> torch.Tensor:
        """int32 [n, length] of plain strings."""
        import torch

        tokens = np.full((len(texts), self.shape.length), PAD, np.int32)
        tokens[:, 0] = START
        for row, found in enumerate(self.tokenizer.encode_batch_fast(texts, add_special_tokens=False)):
            kept = self._keep(found.ids)
            tokens[row, 1 : 1 + len(kept)] = kept
        return torch.from_numpy(tokens)

    def spans(self, text: str) -> list[tuple[int, int]]:
        """(first, past the last) character of `text` for each token that `encode` keeps; the start
        token spans nothing."""
        return [(0, 0), *self._keep(self.tokenizer.encode(text, add_special_tokens=False).offsets)]

    def _keep(self, items: list) -> list:
        """The head and the tail of what is too long (Sun et al. 2019, How to fine-tune BERT,
        https://arxiv.org/abs/1905.05583, section 5.3.1: better than either alone)."""
        room = self.shape.length - 1
        if len(items) <= room:
            return items
        tail = room // 2
        return items[: room - tail] + items[len(items) - tail :]

    def batch(self, tensors: tuple[torch.Tensor]) -> tuple[torch.Tensor]:
        """int32 [B, length] -> int64 [B, longest in the batch]."""
        return (trim(tensors[0]),)

    def augment(self, batch: tuple[torch.Tensor], generator: torch.Generator) -> tuple[torch.Tensor]:
        """A part of each long text, and some tokens become unknown."""
        return (drop(parts(batch[0], self.shape.trained, generator), generator),)


def trim(tokens: torch.Tensor) -> torch.Tensor:
    """int32 [B, L] -> int64 [B, l] without the padding that all rows share."""
    longest = int((tokens != PAD).sum(1).max())
    return tokens[:, :longest].long()


def parts(tokens: torch.Tensor, size: int, generator: torch.Generator) -> torch.Tensor:
    """[B, L] -> [B, <= size]: tokens of each text in a row, from a place drawn at random. A network that
    learned from parts reads whole texts better than one that learned from their beginnings and ends, at no
    higher price (`benchmarks/long_texts.py`)."""
    import torch

    if tokens.shape[1] <= size:
        return tokens
    spare = ((tokens != PAD).sum(1) - size).clamp(min=0)  # [B]
    first = torch.rand(len(tokens), generator=generator).to(tokens.device) * (spare + 1)
    places = first.long().clamp(max=spare)[:, None] + torch.arange(size, device=tokens.device)
    return tokens.gather(1, places)


def drop(tokens: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Each token but start and padding becomes UNKNOWN with the probability TOKEN_DROPOUT."""
    import torch

    lost = (torch.rand(tokens.shape, generator=generator) < TOKEN_DROPOUT).to(tokens.device)
    return tokens.masked_fill(lost & (tokens > START), UNKNOWN)


def lay(encoder: TextEncoder | GivenTokens | NgramEncoder, one: Inputs, parts: Any) -> np.ndarray:
    """Parts of [L, width], from one table of vectors or several, on the characters of the tokens."""
    return _on_characters(encoder, one[0], sum(vectors.sum(-1) for vectors in parts.vectors))


def rolled(
    encoder: TextEncoder | GivenTokens | NgramEncoder, one: Inputs, attention: np.ndarray, tokens: int
) -> np.ndarray:
    """float64 [characters]: attention from all tokens, spread over the characters of each token."""
    return _on_characters(encoder, one[0], attention.mean(1).flatten()[:tokens])


def _on_characters(
    encoder: TextEncoder | GivenTokens | NgramEncoder, text: str, tokens: np.ndarray
) -> np.ndarray:
    found = np.zeros(len(text))
    for (start, end), weight in zip(encoder.spans(text), tokens, strict=False):
        found[start:end] += weight / max(1, end - start)
    return found
