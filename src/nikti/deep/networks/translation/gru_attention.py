"""Recurrent translation with attention: a bidirectional GRU reads, another GRU writes and looks back at what
was read (Luong et al. 2015, https://aclanthology.org/D15-1166, section 3.1, global attention with the
"general" score; the encoder is that of Bahdanau et al. 2015, https://arxiv.org/abs/1409.0473)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from nikti.core.words import Words
from nikti.deep.methods import RECURRENT
from nikti.deep.shapes import TranslationShape

if TYPE_CHECKING:
    from torch import Tensor, nn

TITLE = Words(en="recurrent network (GRU) with attention", bn="মনোযোগসহ রিকারেন্ট নেটওয়ার্ক (GRU)")
PRESETS = ("fast", "medium", "best")
METHOD = RECURRENT
REPRESENTS = True
RECIPE = {
    **{"epochs": 8, "min_steps": 1500, "max_epochs": 60, "batch": 64, "label_smoothing": 0.1},
    **{"weight_decay": 1e-2, "ema": 0.995},
}
CANDIDATES: tuple[dict[str, Any], ...] = ({}, {"dropout": 0.4}, {"dropout": 0.1})
#: (pieces of words, width, dropout, learning rate): many pieces are what much text has.
SIZES = ((600, 64, 0.0, 6e-3), (2000, 128, 0.2, 4e-3), (math.inf, 256, 0.3, 2e-3))
#: Measured on one thread, in batches of 64.
SECONDS_PER_PRODUCT, SECONDS_PER_TOKEN = 6.0e-11, 3.0e-5


def recipe(shape: TranslationShape) -> dict[str, float]:
    """Small networks learn in larger steps."""
    return {"lr": _size(shape)[2]}


def _size(shape: TranslationShape) -> tuple[int, float, float]:
    """(width, dropout, learning rate) by the vocabulary."""
    _, *size = next(size for size in SIZES if shape.vocabulary <= size[0])
    width, dropout, rate = size
    return int(width), dropout, rate


def build(
    shape: TranslationShape, outputs: int, width: int | None = None, dropout: float | None = None
) -> nn.Module:
    """A translator as `nikti.deep.answers.phrases` describes it, of a size that fits the vocabulary
    unless it is given."""
    import torch
    from torch import nn

    from nikti.deep.networks.translation import _parts

    wide = _size(shape)[0] if width is None else width
    dropped = _size(shape)[1] if dropout is None else dropout

    class Recurrent(nn.Module):
        beams, longest = _parts.BEAMS, shape.answer

        def __init__(self) -> None:
            super().__init__()
            self.tokens = _parts.embedding(shape.vocabulary, wide)
            self.forth = nn.GRU(wide, wide, batch_first=True)
            self.back = nn.GRU(wide, wide, batch_first=True)
            self.read = nn.Linear(2 * wide, wide)
            self.first = nn.Linear(2 * wide, wide)
            self.write = nn.GRU(wide, wide, batch_first=True)
            self.score = nn.Linear(wide, wide, bias=False)
            self.join = nn.Linear(2 * wide, wide)
            self.drop = nn.Dropout(dropped)

        def forward(self, source: Tensor, answer: Tensor | None = None) -> Tensor | tuple[Tensor, ...]:
            there = _parts.present(source)  # [B, S]
            x = self._embedded(source)
            forth = self.forth(x)[0]
            back = _parts.reverse(self.back(_parts.reverse(x, there))[0], there)
            both = torch.cat([forth, back], 2)  # [B, S, 2 D]
            mean = (both * there[..., None]).sum(1) / there.sum(1, keepdim=True).clamp(min=1)
            memory = self.drop(self.read(both)), there.float(), self.first(mean).tanh()
            return memory if answer is None else self.logits(self.decode(memory, answer))

        def decode(self, memory: tuple[Tensor, ...], before: Tensor) -> Tensor:
            states = self.write(self._embedded(before), memory[2][None].contiguous())[0]  # [B, T, D]
            return self._looking(states, *memory[:2])

        def logits(self, states: Tensor) -> Tensor:
            return states @ self.tokens.weight.T

        def start(
            self, memory: tuple[Tensor, ...], beams: int
        ) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
            return memory[:2], (memory[2].repeat_interleave(beams, 0),)

        def step(
            self, fixed: tuple[Tensor, ...], moving: tuple[Tensor, ...], token: Tensor, place: int
        ) -> tuple[Tensor, tuple[Tensor, ...]]:
            x = self._embedded(token.flatten()[:, None])  # [B K, 1, D]
            states, last = self.write(x, moving[0][None].contiguous())
            return self._looking(states.view(*token.shape, -1), *fixed), (last[0],)

        def _embedded(self, tokens: Tensor) -> Tensor:
            return self.drop(self.tokens(tokens) * wide**0.5)

        def _looking(self, states: Tensor, memory: Tensor, there: Tensor) -> Tensor:
            """[B, T, D], looking back at memory [B, S, D]."""
            scores = self.score(states) @ memory.transpose(1, 2)  # [B, T, S]
            weights = scores.masked_fill(there[:, None] == 0, float("-inf")).softmax(2)
            return self.drop(self.join(torch.cat([weights @ memory, states], 2)).tanh())

    return Recurrent()


def accepts(shape: TranslationShape, outputs: int, n: int) -> Words | None:
    """Any shape and any number of rows."""
    return None


def seconds_per_sample(
    shape: TranslationShape, outputs: int, width: int | None = None, dropout: float | None = None
) -> float:
    """Training seconds of one sample on one thread; the mean length is about 0.4 of the shape's."""
    width = _size(shape)[0] if width is None else width
    reading, writing = 14 * width**2, 9 * width**2 + shape.vocabulary * width
    products = 0.4 * (shape.length * reading + shape.answer * writing)
    return SECONDS_PER_PRODUCT * products + SECONDS_PER_TOKEN * 0.4 * (shape.length + shape.answer)
