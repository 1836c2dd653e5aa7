"""How the networks for tables take in numbers, codes and texts: [B, ...] each -> one row of
features [B, width]."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from nikti.deep.shapes import TableShape

#: Vectors of categories are no longer than this.
CODE_WIDTH = 16
TEXT_WIDTH = 64


class PiecewiseLinear(nn.Module):
    """Each number becomes a short vector: a linear part, plus a part that bends at `bins` - 1 inner
    edges and starts at zero (Gorishniy et al. 2022, https://arxiv.org/abs/2203.05556, section 3.2,
    equations 1 and 2, followed by a linear layer for each feature).

    The numbers are normal scores, so the edges of bins with equal shares of the rows are known.
    """

    def __init__(self, numeric: int, width: int, bins: int):
        super().__init__()
        ranks = torch.linspace(0, 1, bins + 1, dtype=torch.float64)[1:-1]
        inner = torch.special.ndtri(ranks).float()
        edges = torch.cat([torch.tensor([-3.1]), inner, torch.tensor([3.1])])  # [bins + 1]
        self.register_buffer("low", edges[:-1], persistent=False)
        self.register_buffer("step", edges.diff(), persistent=False)
        self.linear = nn.Parameter(torch.empty(numeric, 1, width).uniform_(-1, 1))
        self.bias = nn.Parameter(torch.empty(numeric, 1, width).uniform_(-1, 1))
        self.bend = nn.Parameter(torch.zeros(numeric, bins, width))

    def encode(self, numbers: Tensor) -> Tensor:
        """[B, N] -> [B, N, bins]: 0 before a bin, 1 past it, the share passed inside it."""
        return ((numbers.unsqueeze(-1) - self.low) / self.step).clamp(0, 1)

    def forward(self, numbers: Tensor) -> Tensor:
        """[B, N] -> [B, N * width]."""
        x = numbers.t().unsqueeze(-1)  # [N, B, 1]
        bent = torch.bmm(self.encode(numbers).transpose(0, 1), self.bend)  # [N, B, width]
        return (x * self.linear + self.bias + bent).relu().transpose(0, 1).flatten(1)


class Columns(nn.Module):
    """(numbers [B, N], codes [B, C], tokens [B, L] ...) -> [B, self.width]. number_width 0 leaves the
    numbers as they are."""

    def __init__(self, shape: TableShape, number_width: int = 0, bins: int = 16):
        super().__init__()
        self.numbers = (
            PiecewiseLinear(shape.numeric, number_width, bins)
            if number_width and shape.numeric
            else nn.Identity()
        )
        self.codes = nn.ModuleList(
            nn.Embedding(size, min(size, CODE_WIDTH)) for size in shape.cardinalities
        )
        self.texts = nn.ModuleList(
            nn.EmbeddingBag(text.vocabulary, TEXT_WIDTH, mode="mean", padding_idx=0)
            for text in shape.texts
        )
        self.width = (
            shape.numeric * (number_width or 1)
            + sum(table.embedding_dim for table in self.codes)
            + len(shape.texts) * TEXT_WIDTH
        )

    def forward(self, numbers: Tensor, codes: Tensor, *tokens: Tensor) -> Tensor:
        parts = [self.numbers(numbers)]
        parts += [table(codes[:, place]) for place, table in enumerate(self.codes)]
        parts += [table(found) for table, found in zip(self.texts, tokens, strict=True)]
        return torch.cat(parts, 1)
