"""The parts of the Transformer of Vaswani et al. 2017, norms first, and how they are put together."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention

from nikti.deep.networks.translation import _parts
from nikti.deep.shapes import TranslationShape

HEADS = 4


class Attention(nn.Module):
    """Queries from one sequence, keys and values from one that may be another; norms before."""

    def __init__(self, wide: int) -> None:
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


def feed(wide: int, dropped: float) -> nn.Module:
    """[B, L, D] -> [B, L, D], place by place."""
    return nn.Sequential(
        nn.LayerNorm(wide),
        nn.Linear(wide, 3 * wide),
        nn.ReLU(),
        nn.Dropout(dropped),
        nn.Linear(3 * wide, wide),
    )


class Reader(nn.Module):
    """An encoder layer."""

    def __init__(self, wide: int, dropped: float) -> None:
        super().__init__()
        self.look, self.feed, self.drop = Attention(wide), feed(wide, dropped), nn.Dropout(dropped)

    def forward(self, x: Tensor, there: Tensor) -> Tensor:
        normed = self.look.norm(x)
        x = x + self.drop(self.look(normed, self.look.keys(normed), attn_mask=there))
        return x + self.drop(self.feed(x))


class Writer(nn.Module):
    """A decoder layer: attention to the answer so far, then to the source."""

    def __init__(self, wide: int, dropped: float) -> None:
        super().__init__()
        self.back, self.look = Attention(wide), Attention(wide)
        self.feed, self.drop = feed(wide, dropped), nn.Dropout(dropped)

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
    """The verbs are those of a translator, see `nikti.deep.answers.phrases`."""

    beams = _parts.BEAMS

    def __init__(self, shape: TranslationShape, wide: int, depth: int, dropped: float) -> None:
        super().__init__()
        self.wide, self.depth, self.longest = wide, depth, shape.answer
        self.tokens = _parts.embedding(shape.vocabulary, wide)
        self.readers = nn.ModuleList(Reader(wide, dropped) for _ in range(depth))
        self.writers = nn.ModuleList(Writer(wide, dropped) for _ in range(depth))
        self.read_norm, self.norm, self.drop = (
            nn.LayerNorm(wide),
            nn.LayerNorm(wide),
            nn.Dropout(dropped),
        )
        places = sines(max(shape.length, shape.answer) + 1, wide)
        self.register_buffer("places", places, persistent=False)

    def forward(self, source: Tensor, answer: Tensor | None = None) -> Tensor | tuple[Tensor, ...]:
        there = _parts.present(source)  # [B, S]
        x = self._embedded(source, self.places[: source.shape[1]])
        for reader in self.readers:
            x = reader(x, there[:, None, None])
        memory = self.read_norm(x), there.float()
        return memory if answer is None else self.logits(self.decode(memory, answer))

    def decode(self, memory: tuple[Tensor, ...], before: Tensor) -> Tensor:
        x = self._embedded(before, self.places[: before.shape[1]])
        there = memory[1][:, None, None] > 0
        for writer in self.writers:
            x = writer(x, writer.look.keys(memory[0]), there)
        return self.norm(x)

    def logits(self, states: Tensor) -> Tensor:
        return states @ self.tokens.weight.T

    def start(self, memory: tuple[Tensor, ...], beams: int) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
        there = memory[1][:, None, None] > 0
        fixed = (there, *(writer.look.keys(memory[0]) for writer in self.writers))
        empty = memory[0].new_zeros(len(there) * beams, 2, HEADS, 0, self.wide // HEADS)
        return fixed, (empty,) * self.depth

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
        return self.drop(self.tokens(tokens) * math.sqrt(self.wide) + places)


def sines(length: int, width: int) -> Tensor:
    """Sines and cosines of each place, float [length, width] (section 3.5 of the paper)."""
    rates = 10_000.0 ** (-torch.arange(0, width, 2) / width)
    angles = torch.arange(length)[:, None] * rates
    return torch.stack([angles.sin(), angles.cos()], 2).flatten(1)
