"""What all detectors do with boxes: bring true ones into pixels, and keep the best of the found ones."""

from __future__ import annotations

import torch
from torchvision.ops import batched_nms

from nikti.core.decoding import Suppress

#: As many boxes of a picture are kept as COCO's evaluation looks at (https://cocodataset.org/#detection-eval).
MOST_BOXES = 100
#: Boxes less likely than this are not worth sorting; mAP reads far down the list, so it is low.
SCORE_FLOOR = 0.02
#: As many boxes of a picture, the likeliest, go into the suppression of doubles.
CANDIDATES = 400
#: Two boxes of one class that overlap more than this are doubles. Things that touch (cells) overlap.
OVERLAP = 0.6


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
        keep = batched_nms(boxes, best, codes, OVERLAP)[:MOST_BOXES]
        found[row, : len(keep)] = torch.cat(
            [boxes[keep] / size, codes[keep, None].to(boxes.dtype), best[keep, None]], 1
        )
    return found


def suppression(size: int) -> Suppress:
    """What `kept` does, as plain data."""
    return Suppress(size, CANDIDATES, SCORE_FLOOR, OVERLAP, MOST_BOXES)
