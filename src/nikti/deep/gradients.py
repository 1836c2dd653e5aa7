"""Integrated gradients: what each input adds to the answer on the straight way from a background to the
sample.

M. Sundararajan, A. Taly, Q. Yan, Axiomatic attribution for deep networks, ICML 2017
(https://arxiv.org/abs/1703.01365), equation 1; from several samples in turn instead of one, and averaged,
as in G. Erion et al., Improving performance of deep learning models with axiomatic attribution priors and
expected gradients, Nature Machine Intelligence 2021 (https://arxiv.org/abs/1906.10670), equation 2. On
digits that made the faithfulness of a small network 0.88 where 0 as the background gave 0.66. Without a
background the way begins at 0 in what the network reads: the mean colour, the mean of a series, the median
of a column, the zero vector in place of a token or a category; the vectors of a sequence of tokens always
begin there. Gradients are taken at what is float: the inputs themselves, and the vectors that tokens and
codes become.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from nikti.deep.predict import at_once

#: Points on all ways together at first; they are doubled until the parts add up to the whole within
#: TOLERANCE of it, or MOST are reached.
POINTS, MOST = 64, 1024
#: "Completeness", proposition 1 of the paper.
TOLERANCE = 0.01
#: Tables of vectors that tell where a token stands, not which: they are the same for every text.
PLACES = ("position_embeddings", "token_type_embeddings", "relative_attention_bias")
#: Points that go through the network at a time, at most.
AT_ONCE = 128


@dataclass
class Parts:
    """inputs: what each float input [...] added, without the batch axis; vectors: the same for each vector
    that a module looked up, [..., width], in the order of looking up; whole: the answer at the sample less
    the mean answer at the background."""

    inputs: list[np.ndarray]
    vectors: list[np.ndarray]
    whole: float

    @property
    def gap(self) -> float:
        """How far the parts are from adding up to the whole, as a share of it."""
        total = sum(part.sum() for part in [*self.inputs, *self.vectors])
        return abs(total - self.whole) / max(abs(self.whole), 1e-6)


def integrated_gradients(
    network: nn.Module,
    batch: tuple[Tensor, ...],
    target: Callable[[Tensor], Tensor],
    background: tuple[Tensor, ...] | None = None,
) -> Parts | None:
    """batch: one sample [1, ...]; target: the network's raw answer [B, ...] -> the number explained [B];
    background: samples [K, ...]. None where no gradient reaches the sample."""
    bases = _bases(network, batch, background)
    ways = max([len(base) for base in bases if base is not None], default=1)
    points, found = max(4, POINTS // ways), None
    while found is None or (found.gap > TOLERANCE and points * ways <= MOST):
        nodes, weights = np.polynomial.legendre.leggauss(points)
        places, shares = np.tile((nodes + 1) / 2, ways), np.tile(weights / 2 / ways, ways)
        found = _along(network, batch, target, bases, places, shares, np.repeat(np.arange(ways), points))
        if found is None:
            return None
        points *= 2
    return found


def log_odds(code: int) -> Callable[[Tensor], Tensor]:
    """The log-odds of a class from logits [B, C], or of the mean of members [B, k, C]: it does not level
    off where the network is sure, as a probability does."""

    def target(raw: Tensor) -> Tensor:
        others = torch.cat([raw[..., :code], raw[..., code + 1 :]], -1)
        odds = raw[..., code] - others.logsumexp(-1)
        return odds.mean(1) if odds.ndim == 2 else odds

    return target


def logit(code: int) -> Callable[[Tensor], Tensor]:
    """The log-odds of a label that is there or not whatever the others: its own logit of [B, C], or the mean
    of the members' of [B, k, C]."""

    def target(raw: Tensor) -> Tensor:
        odds = raw[..., code]
        return odds.mean(1) if odds.ndim == 2 else odds

    return target


def value(raw: Tensor) -> Tensor:
    """A predicted number, [B]."""
    return raw.reshape(len(raw), -1).mean(1)


def _bases(
    network: nn.Module, batch: tuple[Tensor, ...], background: tuple[Tensor, ...] | None
) -> list[Tensor | None]:
    """Where the way of each leaf begins: [K, ...], or None for 0. Sequences differ in length, so theirs is
    0."""
    if background is None:
        return []
    at = torch.ones(len(background[0]), device=batch[0].device)
    with torch.no_grad():
        leaves = _scaled(network, background, lambda raw: raw, [], at, None)[1]
        own = _scaled(network, batch, lambda raw: raw, [], at[:1], None)[2]
    return [
        base if base.shape[1:] == mine.shape and not _sequence(base, number, batch) else None
        for number, (base, mine) in enumerate(zip(leaves, own, strict=True))
    ]


def _sequence(base: Tensor, number: int, batch: tuple[Tensor, ...]) -> bool:
    """Whether a leaf is the vectors of a sequence of tokens."""
    return number >= sum(part.is_floating_point() for part in batch) and base.ndim > 2


def _along(
    network: nn.Module,
    batch: tuple[Tensor, ...],
    target: Callable[[Tensor], Tensor],
    bases: list[Tensor | None],
    places: np.ndarray,
    weights: np.ndarray,
    ways: np.ndarray,
) -> Parts | None:
    """places [P] in 0..1 on the ways [P], with their weights [P]."""
    step = at_once(batch, AT_ONCE)
    device = batch[0].device
    total: list[Tensor] | None = None
    for start in range(0, len(places), step):
        some = slice(start, start + step)
        at = torch.as_tensor(places[some], dtype=torch.float32, device=device)
        way = torch.as_tensor(ways[some], device=device)
        outputs, leaves, spans = _scaled(network, batch, target, bases, at, way)
        if not outputs.requires_grad:
            return None
        gradients = torch.autograd.grad(outputs.sum(), leaves, allow_unused=True)
        shares = torch.as_tensor(weights[some], dtype=torch.float32, device=device)
        parts = [
            torch.zeros(leaf.shape[1:], device=device) if g is None else torch.tensordot(shares, g * span, 1)
            for leaf, g, span in zip(leaves, gradients, spans, strict=True)
        ]
        total = parts if total is None else [a + b for a, b in zip(total, parts, strict=True)]
    first = torch.arange(int(ways.max()) + 1, device=device)
    with torch.no_grad():
        began = _scaled(network, batch, target, bases, torch.zeros(len(first), device=device), first)[0]
        ended = _scaled(network, batch, target, [], torch.ones(1, device=device), None)[0]
    found = [part.double().cpu().numpy() for part in total or ()]
    floats = sum(part.is_floating_point() for part in batch)
    return Parts(found[:floats], found[floats:], float(ended[0] - began.mean()))


def _scaled(
    network: nn.Module,
    batch: tuple[Tensor, ...],
    target: Callable[[Tensor], Tensor],
    bases: list[Tensor | None],
    at: Tensor,
    way: Tensor | None,
) -> tuple[Tensor, list[Tensor], list[Tensor]]:
    """The answers [P] at the places `at` on the ways from the bases; (answers, the leaves [P, ...] at which
    the gradient is taken, the whole spans from base to sample [P, ...]). Without ways, the samples
    themselves, and the span of the first one [...]."""
    leaves: list[Tensor] = []
    spans: list[Tensor] = []

    def scaled(whole: Tensor) -> Tensor:
        number, whole = len(leaves), whole.detach()
        known = bases[number] if number < len(bases) else None
        base = torch.zeros_like(whole) if known is None else known[way]
        leaf = base + (whole - base) * at.view(-1, *[1] * (whole.ndim - 1))
        leaves.append(leaf.requires_grad_(torch.is_grad_enabled()))
        spans.append(whole - base if way is not None else whole[0])
        return leaves[-1]

    copies = [part if len(part) == len(at) else part.expand(len(at), *part.shape[1:]) for part in batch]
    given = [scaled(part) if part.is_floating_point() else part for part in copies]
    hooks = [
        module.register_forward_hook(lambda module, args, out: scaled(out))
        for name, module in network.named_modules()
        if isinstance(module, nn.Embedding | nn.EmbeddingBag) and not name.endswith(PLACES)
    ]
    try:
        with torch.backends.cudnn.flags(
            enabled=False
        ):  # its recurrent layers have gradients in training only
            return target(network(*given).float()), leaves, spans
    finally:
        for hook in hooks:
            hook.remove()
