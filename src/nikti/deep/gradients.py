"""Integrated gradients: what each input adds to the answer on the straight way from nothing to the sample.

M. Sundararajan, A. Taly, Q. Yan, Axiomatic attribution for deep networks, ICML 2017
(https://arxiv.org/abs/1703.01365), equation 1. "Nothing" is 0 in what the network reads: the mean colour, the
mean of a series, the median of a column, the zero vector in place of a token or a category. Gradients are taken
at what is float: the inputs themselves, and the vectors that tokens and codes become.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

#: Points on the way at first; they are doubled until the parts add up to the whole within TOLERANCE of it, or
#: MOST are reached.
POINTS, MOST = 32, 512
#: "Completeness", proposition 1 of the paper.
TOLERANCE = 0.01
#: Points that go through the network at a time, and the numbers they may hold.
AT_ONCE, MOST_NUMBERS = 64, 1 << 20


@dataclass
class Parts:
    """inputs: what each float input [...] added, without the batch axis; vectors: the same for each vector that a
    module looked up, [..., width], in the order of looking up; whole: answer at the sample less at nothing."""

    inputs: list[np.ndarray]
    vectors: list[np.ndarray]
    whole: float

    @property
    def gap(self) -> float:
        """How far the parts are from adding up to the whole, as a share of it."""
        total = sum(part.sum() for part in [*self.inputs, *self.vectors])
        return abs(total - self.whole) / max(abs(self.whole), 1e-6)


def integrated_gradients(
    network: nn.Module, batch: tuple[Tensor, ...], target: Callable[[Tensor], Tensor]
) -> Parts | None:
    """batch: one sample [1, ...]; target: the network's raw answer [B, ...] -> the number explained [B]. None where
    no gradient reaches the sample."""
    points, found = POINTS, None
    while found is None or (found.gap > TOLERANCE and points <= MOST):
        nodes, weights = np.polynomial.legendre.leggauss(points)
        found = _along(network, batch, target, (nodes + 1) / 2, weights / 2)
        if found is None:
            return None
        points *= 2
    return found


def log_odds(code: int) -> Callable[[Tensor], Tensor]:
    """The log-odds of a class from logits [B, C], or of the mean of members [B, k, C]: it does not level off where
    the network is sure, as a probability does."""

    def target(raw: Tensor) -> Tensor:
        others = torch.cat([raw[..., :code], raw[..., code + 1 :]], -1)
        odds = raw[..., code] - others.logsumexp(-1)
        return odds.mean(1) if odds.ndim == 2 else odds

    return target


def value(raw: Tensor) -> Tensor:
    """A predicted number, [B]."""
    return raw.reshape(len(raw), -1).mean(1)


def _along(
    network: nn.Module,
    batch: tuple[Tensor, ...],
    target: Callable[[Tensor], Tensor],
    places: np.ndarray,
    weights: np.ndarray,
) -> Parts | None:
    numbers = sum(part.numel() for part in batch)
    step = max(1, min(AT_ONCE, MOST_NUMBERS // max(1, numbers)))
    total: list[Tensor] | None = None
    floats = [part.is_floating_point() for part in batch]
    for start in range(0, len(places), step):
        at = torch.as_tensor(places[start : start + step], dtype=torch.float32, device=batch[0].device)
        told, leaves, values = _scaled(network, batch, target, at)
        if not leaves:
            return None
        gradients = torch.autograd.grad(told.sum(), leaves, allow_unused=True)
        if all(gradient is None for gradient in gradients):
            return None
        shares = torch.as_tensor(weights[start : start + step], dtype=torch.float32, device=at.device)
        some = [
            torch.zeros_like(v) if g is None else torch.tensordot(shares, g, 1) * v
            for g, v in zip(gradients, values, strict=True)
        ]
        total = some if total is None else [a + b for a, b in zip(total, some, strict=True)]
    with torch.no_grad():
        ends = _scaled(network, batch, target, torch.tensor([0.0, 1.0], device=batch[0].device))[0]
    found = [part.double().cpu().numpy() for part in total]
    return Parts(found[: sum(floats)], found[sum(floats) :], float(ends[1] - ends[0]))


def _scaled(
    network: nn.Module, batch: tuple[Tensor, ...], target: Callable[[Tensor], Tensor], at: Tensor
) -> tuple[Tensor, list[Tensor], list[Tensor]]:
    """The answers [points] with everything float that goes in at these shares of itself; (answers, what the
    gradient is taken at [points, ...], the whole values [...])."""
    leaves, values = [], []

    def scaled(whole: Tensor) -> Tensor:
        leaf = (whole.detach() * at.view(-1, *[1] * (whole.ndim - 1))).requires_grad_(torch.is_grad_enabled())
        leaves.append(leaf)
        values.append(whole[0].detach())
        return leaf

    copies = [part.expand(len(at), *part.shape[1:]) for part in batch]
    given = [scaled(part) if part.is_floating_point() else part for part in copies]
    hooks = [
        module.register_forward_hook(lambda module, args, out: scaled(out))
        for module in network.modules()
        if isinstance(module, nn.Embedding | nn.EmbeddingBag)
    ]
    try:
        with torch.backends.cudnn.flags(enabled=False):  # its recurrent layers have gradients in training only
            return target(network(*given).float()), leaves, values
    finally:
        for hook in hooks:
            hook.remove()


def parts_sum(vectors: Any) -> np.ndarray:
    """Vectors [..., width] -> what each adds [...]."""
    return np.asarray(vectors).sum(-1)
