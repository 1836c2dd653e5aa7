"""Pairs of texts to tokens and back, with the tokenizer that lies beside given weights.

Tokens are numbered as in `nikti.deep.encoders._pairs`: PAD, UNKNOWN, START, END, then the model's own
numbers moved up by as many. The network moves them down again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nikti.core.errors import ModelError
from nikti.core.steps import SAMPLE, Measure, Value
from nikti.core.words import Words
from nikti.deep.encoders._pairs import END, PAD, SPECIAL, UNKNOWN, TranslationEncoder
from nikti.deep.pretrained import CONFIG
from nikti.deep.pretrained_pairs import MARIAN, TOKENIZER
from nikti.deep.shapes import TranslationShape

if TYPE_CHECKING:
    import torch

MOVED = len(SPECIAL)

_NO_TOKENIZER = Words(
    en="the tokenizer in {folder} cannot be read: {error}",
    bn="{folder} ফোল্ডারের টোকেনাইজার পড়া যায় না: {error}",
)


class GivenPairs(TranslationEncoder):
    """See `nikti.deep.encoders` for the verbs. pieces: a `Marian` or `Fast`; special: {our number: the
    model's} of PAD, UNKNOWN and END."""

    def __init__(self, pieces: Marian | Fast, special: dict[int, int], shape: TranslationShape):
        self.pieces, self.special, self.shape = pieces, special, shape

    def state(self) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
        """(plain facts, tensors) from which the encoder is made again."""
        facts, tensors = self.pieces.state()
        shape = [self.shape.vocabulary, self.shape.length, self.shape.answer]
        return facts | {"given": shape, "special": [[k, v] for k, v in self.special.items()]}, tensors

    def graph(self) -> tuple[tuple[Value, ...], tuple[Measure, ...], tuple[Value, ...]]:
        """(what a raw sample is, the steps, what the network reads). The tokens are those of the library that
        the weights were made with, which plain data do not say."""
        facts = {"tokenizer": self.pieces.state()[0], "special": dict(self.special), "moved": MOVED}
        facts["length"] = self.shape.length
        step = Measure(SAMPLE, "tokens", "deep/encoders/_given_pairs", (), facts)
        return (Value(SAMPLE, "str", (None,)),), (step,), (Value("tokens", "int64", (None, None)),)

    def decode(self, tokens: np.ndarray) -> list[str]:
        """Texts of token numbers [n, L], each up to its END."""
        rows = [row[: row.index(END)] if END in row else row for row in tokens.tolist()]
        return [self.pieces.decode([token - MOVED for token in row if token >= MOVED]) for row in rows]

    def _tokens(self, texts: Sequence[str], length: int, answer: bool = False) -> np.ndarray:
        tokens = np.full((len(texts), length), PAD, np.int32)
        ours = {theirs: number for number, theirs in self.special.items()}
        for row, text in enumerate(texts):
            found = self.pieces.encode(text, answer)[: length - 1]
            kept = [ours.get(number, number + MOVED) for number in found]
            tokens[row, : len(kept) + 1] = [*kept, END]
        return tokens

    def _counts(self, texts: Sequence[str]) -> list[int]:
        return [len(self.pieces.encode(text, False)) for text in texts]

    def encode_answers(self, texts: Sequence[str]) -> np.ndarray:
        """int32 [n, answer], the end filled with PAD."""
        return self._tokens(texts, self.shape.answer, answer=True)


class Fast:
    """A `tokenizer.json`, for both languages."""

    def __init__(self, text: str):
        from tokenizers import Tokenizer

        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # a trial's threads are counted
        self.tokenizer = Tokenizer.from_str(text)
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()

    def encode(self, text: str, answer: bool) -> list[int]:
        """The model's numbers of a text."""
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def decode(self, numbers: list[int]) -> str:
        """The text of the model's numbers."""
        return self.tokenizer.decode(numbers, skip_special_tokens=True).strip()

    def state(self) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
        """The tokenizer as text."""
        return {"tokenizer": self.tokenizer.to_str()}, {}


class Marian:
    """sentencepiece models of both languages, whose pieces are numbered by one list.

    models: the bytes of source.spm and target.spm; numbers: {piece: number}."""

    def __init__(self, models: tuple[bytes, bytes], numbers: dict[str, int]):
        from sentencepiece import SentencePieceProcessor

        self.models, self.numbers = models, numbers
        self.sides = [SentencePieceProcessor(model_proto=model) for model in models]
        self.names = {number: piece for piece, number in numbers.items()}

    def encode(self, text: str, answer: bool) -> list[int]:
        """The model's numbers of a text."""
        unknown = self.numbers["<unk>"]
        return [self.numbers.get(piece, unknown) for piece in self.sides[answer].encode(text, out_type=str)]

    def decode(self, numbers: list[int]) -> str:
        """The text of the model's numbers."""
        return (
            self.sides[1].decode([self.names[number] for number in numbers if number in self.names]).strip()
        )

    def state(self) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
        """The list of pieces, and the two models as bytes."""
        import torch

        tensors = {
            name: torch.from_numpy(np.frombuffer(model, np.uint8).copy())
            for name, model in zip(("source", "target"), self.models, strict=True)
        }
        return {"numbers": self.numbers}, tensors


def special(config: dict[str, Any]) -> tuple[dict[int, int], int]:
    """({our number: the model's} of PAD, END and, where it is told, UNKNOWN; what an answer starts with)."""
    pad = int(config["pad_token_id"])
    found = {PAD: pad, END: int(config["eos_token_id"])}
    if config.get("unk_token_id") is not None:
        found[UNKNOWN] = int(config["unk_token_id"])
    start = config.get("decoder_start_token_id")
    return found, pad if start is None else int(start)


def vocabulary(folder: str) -> int:
    """Tokens that are read and written, from the folder's `config.json` alone."""
    return int(_config(folder)["vocab_size"]) + MOVED


def fit(folder: str, sources: Sequence[str], answers: Sequence[str], lengths: Any) -> GivenPairs:
    """The encoder of a weights' folder; lengths(counts) -> tokens that nearly all texts fit in.

    Raises ModelError where the tokenizer cannot be read or does not belong to the weights.
    """
    place = Path(folder)
    try:
        if all((place / name).is_file() for name in MARIAN):
            source, target = ((place / name).read_bytes() for name in MARIAN[:2])
            pieces: Marian | Fast = Marian(
                (source, target), json.loads((place / MARIAN[2]).read_text(encoding="utf-8"))
            )
        else:
            pieces = Fast((place / TOKENIZER[0]).read_text(encoding="utf-8"))
    except Exception as error:  # the libraries raise bare exceptions
        raise ModelError(_NO_TOKENIZER.format(folder=folder, error=error)) from error
    counts = [
        [len(pieces.encode(text, side)) + 1 for text in texts]
        for side, texts in ((False, sources), (True, answers))
    ]
    length, answer = map(lengths, counts)
    shape = TranslationShape(vocabulary(folder), length, answer, given=True)
    return GivenPairs(pieces, special(_config(folder))[0], shape)


def from_state(facts: dict[str, Any], tensors: dict[str, torch.Tensor]) -> GivenPairs:
    """The inverse of `GivenPairs.state`."""
    if "numbers" in facts:
        source, target = (tensors[name].numpy().tobytes() for name in ("source", "target"))
        pieces: Marian | Fast = Marian((source, target), facts["numbers"])
    else:
        pieces = Fast(facts["tokenizer"])
    size, length, answer = facts["given"]
    shape = TranslationShape(size, length, answer, given=True)
    return GivenPairs(pieces, {ours: theirs for ours, theirs in facts["special"]}, shape)


def _config(folder: str) -> dict[str, Any]:
    return json.loads((Path(folder) / CONFIG).read_text(encoding="utf-8"))
