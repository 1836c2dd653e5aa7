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


def reverse(x: Tensor, there: Tensor) -> Tensor:
    """Each row's own tokens in reverse, its padding left at the end: [B, L, D] -> [B, L, D]. Cheaper than
    packed sequences, whose backward pass on the CPU grows with the square of the length."""
    lengths = there.sum(1)  # [B, 1]
    places = torch.arange(x.shape[1], device=x.device).unsqueeze(0)  # [1, L]
    source = torch.where(places < lengths, lengths - 1 - places, places)  # [B, L]
    return x.gather(1, source.unsqueeze(-1).expand_as(x))


class Windows:
    """A batch of texts cut into windows of `size` tokens, and what was made of these joined again: a long
    text is read in parts, each as a short text would be, and costs no more for each token.

    Windows without a token are left out, so that short texts do not pay for a long one beside them."""

    def __init__(self, there: Tensor, size: int):
        """there: bool [B, L, 1]."""
        batch, length, _ = there.shape
        self.size, self.filling, self.count = size, -length % size, -(-length // size)
        self.batch, self.length = batch, length
        folded = self._fold(there)
        self.held = None if self.count == 1 else folded.any(1).flatten()
        self.there = self._hold(folded)  # [W, size, 1]

    def cut(self, x: Tensor) -> Tensor:
        """[B, L, D] -> [W, size, D]"""
        return self._hold(self._fold(x))

    def join(self, x: Tensor) -> Tensor:
        """[W, size, D] -> [B, L, D], zeros where there is no window."""
        if self.held is None:
            return x[:, : self.length]
        whole = x.new_zeros(len(self.held), self.size, x.shape[-1])
        whole[self.held] = x
        return whole.view(self.batch, -1, x.shape[-1])[:, : self.length]

    def _fold(self, x: Tensor) -> Tensor:
        if self.count == 1:
            return x
        x = nn.functional.pad(x, (0, 0, 0, self.filling))
        return x.reshape(self.batch * self.count, self.size, x.shape[-1])

    def _hold(self, x: Tensor) -> Tensor:
        return x if self.held is None else x[self.held]
