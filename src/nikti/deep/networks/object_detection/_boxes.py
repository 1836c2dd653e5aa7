"""What all detectors do with boxes: bring true ones into pixels, and keep the best of the found ones."""

from __future__ import annotations

import numpy as np
import torch

from nikti.core.decoding import Suppress

#: As many boxes of a picture are kept as COCO's evaluation looks at (https://cocodataset.org/#detection-eval).
MOST_BOXES = 100
#: Boxes less likely than this are not worth sorting; mAP reads far down the list, so it is low.
SCORE_FLOOR = 0.02
#: As many boxes of a picture, the likeliest, go into the suppression of doubles.
CANDIDATES = 400
#: Two boxes of one class that overlap more than this are doubles. Things that touch (cells) overlap.
OVERLAP = 0.6
#: Square pixels that keep a loss of empty boxes finite.
TINY_AREA = 1e-7


def in_pixels(boxes: torch.Tensor, size: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Shares [B, K, 5], class -1 where there is none -> corners in pixels [B, K, 4], classes int64 [B, K]
    (0 where there is none), and which are boxes, bool [B, K]; one without width or height is none."""
    corners, codes = boxes[..., :4] * size, boxes[..., 4]
    real = (codes >= 0) & (corners[..., 2:] > corners[..., :2]).all(-1)
    return corners, codes.clamp(min=0).long(), real


def kept(corners: torch.Tensor, scores: torch.Tensor, size: int) -> torch.Tensor:
    """The best boxes of each picture without doubles: non-maximum suppression within each class.

    corners [B, A, 4] in pixels of pictures of side `size`, scores [B, A, C] in 0..1; one place may be
    of several classes. Returns [B, MOST_BOXES, 6]: corners in shares, class, score, the best first;
    rows of score 0 pad.
    """
    found = corners.new_zeros(len(corners), MOST_BOXES, 6)
    for row, (boxes, likely) in enumerate(zip(corners.clamp(0, size), scores, strict=True)):
        best, flat = likely.flatten().topk(min(CANDIDATES, likely.numel()))
        flat, best = flat[best > SCORE_FLOOR], best[best > SCORE_FLOOR]
        boxes, codes = boxes[flat // likely.shape[1]], flat % likely.shape[1]
        keep = singles(boxes.detach(), codes, OVERLAP, MOST_BOXES)
        found[row, : len(keep)] = torch.cat(
            [boxes[keep] / size, codes[keep, None].to(boxes.dtype), best[keep, None]], 1
        )
    return found


def singles(boxes: torch.Tensor, codes: torch.Tensor, overlap: float, most: int) -> torch.Tensor:
    """Non-maximum suppression within each class: the positions int64 [k] of the first `most` boxes that no
    better one of their class overlaps by more than `overlap` (IoU). boxes [n, 4], the best first; codes [n].

    Boxes of other classes are moved apart, so that one pass does for all classes.
    """
    if len(boxes) == 0:
        return codes
    x1, y1, x2, y2 = (boxes + (codes.to(boxes) * (boxes.max() + 1))[:, None]).cpu().numpy().T
    width = np.minimum.outer(x2, x2) - np.maximum.outer(x1, x1)
    height = np.minimum.outer(y2, y2) - np.maximum.outer(y1, y1)
    shared = np.maximum(width, 0) * np.maximum(height, 0)
    area = (x2 - x1) * (y2 - y1)
    with np.errstate(invalid="ignore"):  # two boxes without any width
        other = ~(shared / (np.add.outer(area, area) - shared) > np.float64(overlap))
    alive, keep = np.ones(len(area), dtype=bool), []
    for place in range(len(area)):
        if alive[place]:
            keep.append(place)
            alive &= other[place]
            if len(keep) == most:
                break
    return torch.tensor(keep, device=boxes.device)


def generalised_iou_loss(one: torch.Tensor, two: torch.Tensor) -> torch.Tensor:
    """1 - generalised IoU of each pair of boxes, [n, 4] and [n, 4] -> [n] in 0..2 (Rezatofighi et al. 2019,
    https://arxiv.org/abs/1902.09630, algorithm 1)."""
    x1, y1, x2, y2 = one.unbind(-1)
    u1, v1, u2, v2 = two.unbind(-1)
    left, top = torch.max(x1, u1), torch.max(y1, v1)
    right, bottom = torch.min(x2, u2), torch.min(y2, v2)
    meet = (bottom > top) & (right > left)
    shared = torch.where(meet, (right - left) * (bottom - top), 0.0)
    union = (x2 - x1) * (y2 - y1) + (u2 - u1) * (v2 - v1) - shared
    around = (torch.max(x2, u2) - torch.min(x1, u1)) * (torch.max(y2, v2) - torch.min(y1, v1))
    return 1 - (shared / (union + TINY_AREA) - (around - union) / (around + TINY_AREA))


def suppression(size: int) -> Suppress:
    """What `kept` does, as plain data."""
    return Suppress(size, CANDIDATES, SCORE_FLOOR, OVERLAP, MOST_BOXES)
