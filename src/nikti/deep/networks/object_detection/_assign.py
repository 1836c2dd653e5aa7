"""Which places of the maps answer for which true box: task-aligned assignment (Feng et al. 2021, TOOD,
https://arxiv.org/abs/2108.07755, section 3.2). A place is good for a box if it says its class *and* where
it is, so what is learned is decided by what is already predicted."""

from __future__ import annotations

from typing import NamedTuple

import torch

#: How much score and overlap weigh, and how many places answer for a box: the paper's values.
ALPHA, BETA, MOST = 1.0, 6.0, 13
#: Square pixels; less than any area.
TINY = 1e-9


class Assigned(NamedTuple):
    """box: int64 [B, A], the true box of each place (0 where there is none); quality: float [B, A], the
    score that the place should give to the box's class, 0 where there is no box."""

    box: torch.Tensor
    quality: torch.Tensor


def overlaps(one: torch.Tensor, two: torch.Tensor) -> torch.Tensor:
    """Intersection over union of every pair: [B, K, 4] and [B, A, 4] -> [B, K, A]."""
    low = torch.maximum(one[:, :, None, :2], two[:, None, :, :2])
    high = torch.minimum(one[:, :, None, 2:], two[:, None, :, 2:])
    shared = (high - low).clamp(min=0).prod(-1)
    areas = area(one)[:, :, None] + area(two)[:, None, :]
    return shared / (areas - shared).clamp(min=TINY)


def area(corners: torch.Tensor) -> torch.Tensor:
    """Of boxes [..., 4]."""
    return (corners[..., 2:] - corners[..., :2]).clamp(min=0).prod(-1)


def inside(points: torch.Tensor, boxes: torch.Tensor, least: float) -> torch.Tensor:
    """Whether each of the points [A, 2] is within each box [B, K, 4]: bool [B, K, A]. A box narrower than
    `least` counts as that wide: it would lie between the points and never be learned."""
    middle, half = (boxes[..., :2] + boxes[..., 2:]) / 2, (boxes[..., 2:] - boxes[..., :2]) / 2
    away = (points - middle[:, :, None]).abs()  # [B, K, A, 2]
    return (away <= half.clamp(min=least / 2)[:, :, None]).all(-1)


@torch.no_grad()
def assign(
    scores: torch.Tensor,
    corners: torch.Tensor,
    points: torch.Tensor,
    boxes: torch.Tensor,
    codes: torch.Tensor,
    real: torch.Tensor,
    least: float,
) -> Assigned:
    """scores [B, A, C] and corners [B, A, 4] as predicted at the points [A, 2]; true boxes [B, K, 4] with
    their codes [B, K], where real [B, K]; all in pixels.

    Of the places within a box the MOST best by t = score^ALPHA * overlap^BETA answer for it; a place that
    several boxes want goes to the one it overlaps most. Their quality is t, scaled so that a box's best
    place has its best overlap (section 3.2.1 of the paper).
    """
    if boxes.shape[1] == 0:
        nothing = scores.new_zeros(scores.shape[:2])
        return Assigned(nothing.long(), nothing)
    overlap = overlaps(boxes, corners)  # [B, K, A]
    said = scores.transpose(1, 2).gather(1, codes[:, :, None].expand(-1, -1, scores.shape[1]))  # [B, K, A]
    fit = said**ALPHA * overlap**BETA
    allowed = inside(points, boxes, least) & real[:, :, None]
    best = fit.masked_fill(~allowed, -1.0).topk(min(MOST, fit.shape[2]), dim=2).indices
    chosen = torch.zeros_like(allowed).scatter_(2, best, True) & allowed
    strongest, box = overlap.masked_fill(~chosen, -1.0).max(1)  # [B, A]
    taken = strongest >= 0
    chosen &= torch.nn.functional.one_hot(box, boxes.shape[1]).transpose(1, 2).bool()
    fit = fit * chosen
    best_fit, best_overlap = fit.amax(2, keepdim=True), (overlap * chosen).amax(2, keepdim=True)
    least_fit = torch.finfo(fit.dtype).tiny  # the sixth power of a first, poor overlap is small, not nothing
    quality = (fit / best_fit.clamp(min=least_fit) * best_overlap).amax(1) * taken
    return Assigned(box * taken, quality)
