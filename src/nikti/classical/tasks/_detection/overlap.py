"""How much boxes overlap, and keeping one box for each thing."""

from __future__ import annotations

import numpy as np


def iou(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Intersection over union [n, m] of boxes [n, 4+] and [m, 4+] (x1, y1, x2, y2); 0 where both are empty."""
    low = np.maximum(one[:, None, :2], other[None, :, :2])
    high = np.minimum(one[:, None, 2:4], other[None, :, 2:4])
    shared = np.prod(np.maximum(high - low, 0), axis=2)
    union = area(one)[:, None] + area(other)[None, :] - shared
    return np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)


def area(boxes: np.ndarray) -> np.ndarray:
    """Areas [n] of boxes [n, 4+]."""
    return np.prod(np.maximum(boxes[:, 2:4] - boxes[:, :2], 0), axis=1)


def clipped(boxes: np.ndarray, height: float, width: float) -> np.ndarray:
    """Boxes [n, 4] cut at the borders of a picture."""
    return np.clip(boxes, 0, np.array([width, height, width, height], dtype=boxes.dtype))


def suppress(boxes: np.ndarray, scores: np.ndarray, most: float, limit: int) -> np.ndarray:
    """Non-maximum suppression: positions, best score first, of at most `limit` boxes of which no two
    overlap by more than `most` (greedy, as in Dalal and Triggs 2005 and every detector since)."""
    order = np.argsort(-scores, kind="stable")
    kept: list[int] = []
    while len(order) and len(kept) < limit:
        best, order = order[0], order[1:]
        kept.append(int(best))
        order = order[iou(boxes[best : best + 1], boxes[order])[0] <= most]
    return np.array(kept, dtype=np.int64)


# What moves a window onto the box: differences of the centres in shares of the window, and the logarithm
# of the ratio of sizes. Girshick et al., Rich feature hierarchies, CVPR 2014, appendix C.


def moves(windows: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """Moves [n, 4] that bring each window onto its box."""
    sizes, centres = windows[:, 2:4] - windows[:, :2], (windows[:, :2] + windows[:, 2:4]) / 2
    new, middle = boxes[:, 2:4] - boxes[:, :2], (boxes[:, :2] + boxes[:, 2:4]) / 2
    return np.hstack([(middle - centres) / sizes, np.log(new / sizes)])


def moved(windows: np.ndarray, by: np.ndarray) -> np.ndarray:
    """The inverse of `moves`: boxes [n, 4]."""
    sizes, centres = windows[:, 2:4] - windows[:, :2], (windows[:, :2] + windows[:, 2:4]) / 2
    middle, half = centres + by[:, :2] * sizes, sizes * np.exp(by[:, 2:]) / 2
    return np.hstack([middle - half, middle + half])
