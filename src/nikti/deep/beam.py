"""Beam search: a few candidate answers are extended token by token, and the most probable one is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nikti.deep.encoders._pairs import END, PAD, START

if TYPE_CHECKING:
    import torch
    from torch import nn

#: Each token makes an answer less probable, so log-probabilities are divided by ((5 + length) / 6) to this
#: power (Wu et al. 2016, https://arxiv.org/abs/1609.08144, equation 14, where 0.6 to 0.7 were best).
LENGTH_POWER = 0.6


def search(network: nn.Module, raw: Any, *, beams: int, longest: int) -> torch.Tensor:
    """The best answers int32 [B, longest]: tokens, END, PAD.

    network: with `start`, `step` and `logits`, see `nikti.deep.answers.phrases`; raw: its output for B
    sources. One beam is greedy search. A finished answer keeps its place among the beams until better ones
    push it out; the search ends when all places are taken by finished ones.
    """
    import torch

    batch, device = len(raw[0]), raw[0].device
    fixed, moving = network.start(raw, beams)
    tokens = torch.full((batch, beams, longest + 1), PAD, dtype=torch.int64, device=device)
    tokens[..., 0] = START
    # Log-probabilities; all beams begin equal, so that only the first may branch.
    scores = torch.full((batch, beams), -torch.inf, device=device)
    scores[:, 0] = 0.0
    done = torch.zeros(batch, beams, dtype=torch.bool, device=device)
    lengths = torch.zeros(batch, beams, device=device)
    first = torch.arange(batch, device=device)[:, None] * beams  # [B, 1]
    for place in range(longest):
        known, moving = network.step(fixed, moving, tokens[..., place], place)
        chances, choices = _best(network.logits(known).float(), beams, place == longest - 1)  # [B, K, K] each
        chances = chances.masked_fill(done[..., None], -torch.inf)
        chances[..., 0] = torch.where(done, 0.0, chances[..., 0])
        choices = choices.masked_fill(done[..., None], PAD)
        lengths = torch.where(done, lengths, place + 1.0)
        grown = scores[..., None] + chances
        rank = grown / ((5 + lengths) / 6)[..., None] ** LENGTH_POWER
        best = rank.flatten(1).topk(beams, 1).indices  # [B, K]
        origin = best // beams
        scores, token = grown.flatten(1).gather(1, best), choices.flatten(1).gather(1, best)
        lengths, done = lengths.gather(1, origin), done.gather(1, origin) | (token == END)
        tokens = tokens.gather(1, origin[..., None].expand_as(tokens))
        tokens[..., place + 1] = token
        if done.all():
            break
        if beams > 1:
            moving = tuple(part[(first + origin).flatten()] for part in moving)
    return tokens[:, 0, 1:].int()  # topk gave the best first


def _best(logits: torch.Tensor, beams: int, last: bool) -> tuple[torch.Tensor, torch.Tensor]:
    """(log-probabilities, tokens) [B, K, K] of the likeliest next tokens; only END if it is the last."""
    import torch

    logits[..., [PAD, START]] = -torch.inf
    norm = logits.logsumexp(-1, keepdim=True)
    if last:
        ends = torch.full_like(logits[..., :beams], -torch.inf)
        ends[..., 0] = logits[..., END] - norm[..., 0]
        return ends, torch.full_like(ends, END, dtype=torch.int64)
    values, choices = logits.topk(beams, -1)
    return values - norm, choices
