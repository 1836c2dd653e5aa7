"""An encoder-decoder Transformer, learned from scratch (Vaswani et al. 2017,
https://arxiv.org/abs/1706.03762; norm before each part: Xiong et al. 2020,
https://arxiv.org/abs/2002.04745)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from nikti.core.words import Words
from nikti.deep.shapes import TranslationShape

if TYPE_CHECKING:
    from torch import Tensor, nn

TITLE = Words(en="Transformer with encoder and decoder", bn="এনকোডার ও ডিকোডারসহ ট্রান্সফরমার")
PRESETS = ("fast", "medium", "best")
METHOD = "transformer"
REPRESENTS = True
RECIPE = {
    **{"epochs": 12, "min_steps": 1500, "max_epochs": 60, "batch": 64, "label_smoothing": 0.1},
    **{"weight_decay": 1e-2, "ema": 0.995},
}
CANDIDATES: tuple[dict[str, Any], ...] = ({}, {"dropout": 0.3}, {"layers": 1}, {"dropout": 0.1, "layers": 2})
#: (pieces of words, width, layers, dropout, learning rate): many pieces are what much text has.
SIZES = ((600, 64, 1, 0.0, 5e-3), (2000, 128, 2, 0.1, 2e-3), (math.inf, 256, 3, 0.2, 1e-3))
HEADS = 4
#: Measured on one thread, in batches of 32 and 64; what norms, dropout and attention take of a token goes by
#: width and layers.
SECONDS_PER_PRODUCT, SECONDS_PER_TOKEN, SECONDS_PER_WIDTH = 6.0e-11, 2.0e-5, 1.5e-7


def recipe(shape: TranslationShape) -> dict[str, float]:
    """Small networks learn in larger steps."""
    return {"lr": _size(shape)[3]}


def _size(
    shape: TranslationShape, width: int | None = None, layers: int | None = None, dropout: float | None = None
) -> tuple[int, int, float, float]:
    """(width, layers, dropout, learning rate), those that are not given by the vocabulary."""
    found = next(size for size in SIZES if shape.vocabulary <= size[0])
    return (
        found[1] if width is None else width,
        found[2] if layers is None else layers,
        found[3] if dropout is None else dropout,
        found[4],
    )


def build(
    shape: TranslationShape,
    outputs: int,
    width: int | None = None,
    layers: int | None = None,
    dropout: float | None = None,
) -> nn.Module:
    """A translator as `nikti.deep.answers.phrases` describes it, of a size that fits the vocabulary
    unless it is given. width: a multiple of HEADS."""
    import torch
    from torch import nn
    from torch.nn.functional import scaled_dot_product_attention

    from nikti.deep.networks.translation import _parts

    wide, depth, dropped, _ = _size(shape, width=width, layers=layers, dropout=dropout)

    class Attention(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.norm = nn.LayerNorm(wide)
            self.query = nn.Linear(wide, wide)
            self.pairs = nn.Linear(wide, 2 * wide)
            self.join = nn.Linear(wide, wide)

        def keys(self, x: Tensor) -> Tensor:
            """[B, L, D] -> keys and values [B, 2, heads, L, D / heads]."""
            return self.pairs(x).view(*x.shape[:2], 2, HEADS, -1).permute(0, 2, 3, 1, 4)

        def forward(self, x: Tensor, pairs: Tensor, **mask: Any) -> Tensor:
            """x: normed, [B, T, D] -> [B, T, D]."""
            query = self.query(x).view(*x.shape[:2], HEADS, -1).transpose(1, 2)
            seen = scaled_dot_product_attention(query, pairs[:, 0], pairs[:, 1], **mask)
            return self.join(seen.transpose(1, 2).flatten(2))

    def feed() -> nn.Module:
        return nn.Sequential(
            nn.LayerNorm(wide),
            nn.Linear(wide, 3 * wide),
            nn.ReLU(),
            nn.Dropout(dropped),
            nn.Linear(3 * wide, wide),
        )

    class Reader(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.look, self.feed, self.drop = Attention(), feed(), nn.Dropout(dropped)

        def forward(self, x: Tensor, there: Tensor) -> Tensor:
            normed = self.look.norm(x)
            x = x + self.drop(self.look(normed, self.look.keys(normed), attn_mask=there))
            return x + self.drop(self.feed(x))

    class Writer(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.back, self.look = Attention(), Attention()
            self.feed, self.drop = feed(), nn.Dropout(dropped)

        def forward(self, x: Tensor, memory: Tensor, there: Tensor, back: Tensor | None = None) -> Tensor:
            """back: keys of the tokens before, of one token at a time; None: all tokens at once."""
            normed = self.back.norm(x)
            if back is None:
                x = x + self.drop(self.back(normed, self.back.keys(normed), is_causal=True))
            else:  # one token of each answer: a sequence of its own
                alone = self.back(normed.flatten(0, 1)[:, None], back)  # [B K, 1, D]
                x = x + self.drop(alone.view_as(x))
            x = x + self.drop(self.look(self.look.norm(x), memory, attn_mask=there))
            return x + self.drop(self.feed(x))

    class Transformer(nn.Module):
        beams, longest = _parts.BEAMS, shape.answer

        def __init__(self) -> None:
            super().__init__()
            self.tokens = _parts.embedding(shape.vocabulary, wide)
            self.readers = nn.ModuleList(Reader() for _ in range(depth))
            self.writers = nn.ModuleList(Writer() for _ in range(depth))
            self.read_norm, self.norm, self.drop = (
                nn.LayerNorm(wide),
                nn.LayerNorm(wide),
                nn.Dropout(dropped),
            )
            places = _places(max(shape.length, shape.answer) + 1, wide)
            self.register_buffer("places", places, persistent=False)

        def forward(self, source: Tensor, answer: Tensor | None = None) -> Tensor | tuple[Tensor, ...]:
            there = _parts.present(source)  # [B, S]
            x = self._embedded(source, self.places[: source.shape[1]])
            for reader in self.readers:
                x = reader(x, there[:, None, None])
            memory = self.read_norm(x), there.float()
            return memory if answer is None else self.say(self.decode(memory, answer))

        def decode(self, memory: tuple[Tensor, ...], before: Tensor) -> Tensor:
            x = self._embedded(before, self.places[: before.shape[1]])
            there = memory[1][:, None, None] > 0
            for writer in self.writers:
                x = writer(x, writer.look.keys(memory[0]), there)
            return self.norm(x)

        def say(self, known: Tensor) -> Tensor:
            return known @ self.tokens.weight.T

        def start(
            self, memory: tuple[Tensor, ...], beams: int
        ) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
            there = memory[1][:, None, None] > 0
            fixed = (there, *(writer.look.keys(memory[0]) for writer in self.writers))
            empty = memory[0].new_zeros(len(there) * beams, 2, HEADS, 0, wide // HEADS)
            return fixed, (empty,) * depth

        def step(
            self, fixed: tuple[Tensor, ...], moving: tuple[Tensor, ...], token: Tensor, place: int
        ) -> tuple[Tensor, tuple[Tensor, ...]]:
            there, *memories = fixed
            x = self._embedded(token, self.places[place])  # [B, K, D]
            backs = []
            for writer, memory, back in zip(self.writers, memories, moving, strict=True):
                own = writer.back.keys(writer.back.norm(x).flatten(0, 1)[:, None])
                backs.append(torch.cat([back, own], 3))
                x = writer(x, memory, there, backs[-1])
            return self.norm(x), tuple(backs)

        def _embedded(self, tokens: Tensor, places: Tensor) -> Tensor:
            return self.drop(self.tokens(tokens) * math.sqrt(wide) + places)

    return Transformer()


def _places(length: int, width: int) -> Tensor:
    """Sines and cosines of each place, float [length, width] (section 3.5 of the paper)."""
    import torch

    rates = 10_000.0 ** (-torch.arange(0, width, 2) / width)
    angles = torch.arange(length)[:, None] * rates
    return torch.stack([angles.sin(), angles.cos()], 2).flatten(1)


def accepts(shape: TranslationShape, outputs: int, n: int) -> Words | None:
    """Any shape and any number of rows."""
    return None


def seconds_per_sample(
    shape: TranslationShape,
    outputs: int,
    width: int | None = None,
    layers: int | None = None,
    dropout: float | None = None,
) -> float:
    """Training seconds of one sample on one thread. Lengths are those that nearly all pairs fit in; the mean
    is about 0.4 of them."""
    width, layers, _, _ = _size(shape, width=width, layers=layers)
    reading, writing = layers * 10 * width**2, layers * 14 * width**2 + shape.vocabulary * width
    products = 0.4 * (shape.length * reading + shape.answer * writing)
    each = SECONDS_PER_TOKEN + SECONDS_PER_WIDTH * width * layers
    return SECONDS_PER_PRODUCT * products + each * 0.4 * (shape.length + shape.answer)
