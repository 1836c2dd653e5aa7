"""How much boxes overlap, and keeping one box for each thing."""

from __future__ import annotations

import numpy as np

from nikti.core.answers import iou

#: A window is moved onto things of nearly its own size; more is a regression gone astray.
FARTHEST = 2.0


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
    """The inverse of `moves`: boxes [n, 4]; sizes change by a factor of FARTHEST at most."""
    sizes, centres = windows[:, 2:4] - windows[:, :2], (windows[:, :2] + windows[:, 2:4]) / 2
    middle, half = (
        centres + by[:, :2] * sizes,
        sizes * np.exp(np.clip(by[:, 2:], -np.log(FARTHEST), np.log(FARTHEST))) / 2,
    )
    return np.hstack([middle - half, middle + half])


def voted(kept: np.ndarray, boxes: np.ndarray, weights: np.ndarray, most: float) -> np.ndarray:
    """Each kept box [k, 4] moved to the weighted mean of all boxes [n, 4] that overlap it by `most` or more
    (S. Gidaris, N. Komodakis, ICCV 2015, section 4: box voting)."""
    same = np.where(iou(kept, boxes) >= most, weights[None, :], 0.0)
    total = same.sum(axis=1, keepdims=True)
    return np.where(total > 0, same @ boxes / np.maximum(total, 1e-12), kept)
