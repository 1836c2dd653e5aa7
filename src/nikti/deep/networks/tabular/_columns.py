"""How the networks for tables take in numbers, codes and texts: [B, ...] each -> one row of
features [B, width]."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from nikti.deep.networks.tabular._widths import CODE_WIDTH, TEXT_WIDTH, columns_width
from nikti.deep.shapes import TableShape

#: Normal scores of the outermost bins' edges.
REACH = 3.0


class PiecewiseLinear(nn.Module):
    """Each number becomes a short vector: a linear part, plus a part that bends at the edges of
    `bins` and starts at zero (Gorishniy et al. 2022, https://arxiv.org/abs/2203.05556, section 3.2,
    equations 1 and 2, followed by a linear layer for each feature).

    The numbers are normal scores, so bins of equal width between -3 and 3 suit every column. (Bins of
    equal shares of the rows, as in the paper, leave too few for columns that are mostly zero.)
    """

    def __init__(self, numeric: int, width: int, bins: int):
        super().__init__()
        self.bins = bins
        self.linear = nn.Parameter(torch.empty(numeric, 1, width).uniform_(-1, 1))
        self.bias = nn.Parameter(torch.empty(numeric, 1, width).uniform_(-1, 1))
        self.bend = nn.Parameter(torch.zeros(numeric, bins, width))

    def encode(self, numbers: Tensor) -> Tensor:
        """[B, N] -> [B, N, bins]: 0 before a bin, 1 past it, the share passed inside it."""
        low = torch.linspace(-REACH, REACH, self.bins + 1, device=numbers.device)[:-1]
        return ((numbers.unsqueeze(-1) - low) * (self.bins / (2 * REACH))).clamp(0, 1)

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
        self.codes = nn.ModuleList(nn.Embedding(size, min(size, CODE_WIDTH)) for size in shape.cardinalities)
        self.texts = nn.ModuleList(
            nn.EmbeddingBag(text.vocabulary, TEXT_WIDTH, mode="mean", padding_idx=0) for text in shape.texts
        )
        self.width = columns_width(shape, number_width)

    def forward(self, numbers: Tensor, codes: Tensor, *tokens: Tensor) -> Tensor:
        parts = [self.numbers(numbers)]
        parts += [table(codes[:, place]) for place, table in enumerate(self.codes)]
        parts += [table(found) for table, found in zip(self.texts, tokens, strict=True)]
        return torch.cat(parts, 1)
