"""What the readers of passages share."""

from __future__ import annotations

import torch
from torch import Tensor


def matches(question: Tensor, passage: Tensor) -> Tensor:
    """[B, Q], [B, P] -> float [B, P]: 1 where a token of the passage is in the question too."""
    same = (passage[:, :, None] == question[:, None, :]) & (passage[:, :, None] != 0)
    return same.any(2).float()


def within(none: Tensor, first: Tensor, last: Tensor, there: Tensor) -> tuple[Tensor, Tensor]:
    """Logits [B, 2] of no answer, [B, P] of the ends -> two of [B, 1 + P], -inf where no token is."""
    ends = (end.masked_fill(~there, float("-inf")) for end in (first, last))
    first, last = (torch.cat([none[:, [at]], end], 1) for at, end in enumerate(ends))
    return first, last
