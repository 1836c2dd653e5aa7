"""What every encoder of pairs of texts does, wherever its pieces of words come from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nikti.core.inputs import Inputs
from nikti.core.steps import SAMPLE, Measure, Tokenize, Value
from nikti.deep.shapes import TranslationShape

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

#: Numbers of the tokens that stand for no part of a text.
PAD, UNKNOWN, START, END = 0, 1, 2, 3
SPECIAL = ("<pad>", "<unk>", "<s>", "</s>")

#: Where a text is cut that is too long: behind the end of a sentence, else between words.
_SENTENCE, _WORD = re.compile(r"(?<=[.!?।。！？])\s+"), re.compile(r"\s+")


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
        """Unchanged: a word that was dropped could not be translated."""
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
