"""What the text networks share: which tokens are there, and pooling over those alone, so that
padding never changes an answer."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def embedding(vocabulary: int, width: int, scale: float = 1.0) -> nn.Embedding:
    """Vectors of deviation `scale`; padding (token 0) stays the zero vector."""
    table = nn.Embedding(vocabulary, width, padding_idx=0)
    nn.init.normal_(table.weight, std=scale)
    with torch.no_grad():
        table.weight[0].zero_()
    return table


def present(tokens: Tensor) -> Tensor:
    """[B, L] -> bool [B, L, 1]."""
    return (tokens != 0).unsqueeze(-1)


def mean(x: Tensor, there: Tensor) -> Tensor:
    """[B, L, D] -> [B, D], over the tokens that are there."""
    return (x * there).sum(1) / there.sum(1).clamp(min=1)


def largest(x: Tensor, there: Tensor) -> Tensor:
    """[B, L, D] -> [B, D], over the tokens that are there."""
    return x.masked_fill(~there, float("-inf")).amax(1)
