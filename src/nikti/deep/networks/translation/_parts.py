"""What the translators share."""

from __future__ import annotations

import torch
from torch import Tensor, nn

#: Answers followed at a time (Britz et al. 2017, https://arxiv.org/abs/1703.03906, section 4.6: more than
#: five add little).
BEAMS = 4


def embedding(vocabulary: int, width: int) -> nn.Embedding:
    """Embeddings of length about 1, shared by both languages and the output layer (Press & Wolf 2017,
    https://arxiv.org/abs/1608.05859, section 2, three-way tying); padding stays the zero vector."""
    table = nn.Embedding(vocabulary, width, padding_idx=0)
    nn.init.normal_(table.weight, std=width**-0.5)
    with torch.no_grad():
        table.weight[0].zero_()
    return table


def present(tokens: Tensor) -> Tensor:
    """int64 [B, L] -> bool [B, L]."""
    return tokens != 0


def reverse(x: Tensor, there: Tensor) -> Tensor:
    """Each row's own tokens in reverse, its padding left at the end: [B, L, D] -> [B, L, D]."""
    lengths = there.sum(1, keepdim=True)  # [B, 1]
    places = torch.arange(x.shape[1], device=x.device)[None]  # [1, L]
    source = torch.where(places < lengths, lengths - 1 - places, places)  # [B, L]
    return x.gather(1, source[..., None].expand_as(x))
