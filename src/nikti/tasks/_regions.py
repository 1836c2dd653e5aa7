"""Metrics of pixel classes, from pairs of masks uint8 [H, W] of class codes.

Pixels whose true code is IGNORE count nowhere. A picture's score is a mean over the classes that its truth
or its prediction has, nan where it has none.
"""

from __future__ import annotations

import numpy as np

from nikti.core.answers import IGNORE

#: How far a boundary may be off, as a share of the picture's diagonal (Csurka, Larlus and Perronnin, "What
#: is a good evaluation measure for semantic segmentation?", BMVC 2013, section 2.3); a pixel at least.
TOLERANCE = 0.0075


def confusion(truth: np.ndarray, predicted: np.ndarray, classes: int) -> np.ndarray:
    """int64 [classes, classes]: pixels by true (rows) and predicted class. Raises ValueError for masks of
    different sizes and for a predicted code that is no class."""
    if truth.shape != predicted.shape:
        raise ValueError(
            f"the mask is {truth.shape}, the prediction {predicted.shape}: they must be of one size"
        )
    there = truth != IGNORE
    if (predicted[there] >= classes).any():
        raise ValueError(f"the prediction has the code {predicted[there].max()}, of {classes} classes")
    cells = truth[there].astype(np.int64) * classes + predicted[there]
    return np.bincount(cells, minlength=classes**2).reshape(classes, classes)


def iou(counts: np.ndarray) -> np.ndarray:
    """Intersection over union of each class, [..., C], from confusions [..., C, C]; nan for classes in
    neither."""
    shared, either = _shared(counts)
    return _share(shared, either - shared)


def dice(counts: np.ndarray) -> np.ndarray:
    """2 intersection / (truth + prediction) of each class (Dice 1945, the F1 of pixels), as `iou`."""
    shared, either = _shared(counts)
    return _share(2 * shared, either)


def accuracy(counts: np.ndarray) -> float:
    """Share of pixels with the right class."""
    return float(_share(np.trace(counts), counts.sum()))


def mean_there(values: np.ndarray) -> np.ndarray:
    """Mean over the last axis of what is not nan; nan where all is."""
    there = np.isfinite(values)
    return _share(np.where(there, values, 0.0).sum(axis=-1), there.sum(axis=-1))


def boundary_f(truth: np.ndarray, predicted: np.ndarray, classes: int) -> np.ndarray:
    """Boundary F1 of each class, [C] (Csurka 2013): precision is the share of its predicted boundary that has
    true boundary within TOLERANCE of the diagonal, recall the reverse; nan where neither has any."""
    reach = max(1.0, TOLERANCE * float(np.hypot(*truth.shape)))
    there = truth != IGNORE
    found = np.full(classes, np.nan)
    for c in range(classes):
        true, said = boundary(truth == c, there), boundary((predicted == c) & there, there)
        if true.any() and said.any():
            precision = (said & near(true, reach)).sum() / said.sum()
            recall = (true & near(said, reach)).sum() / true.sum()
            found[c] = 2 * precision * recall / max(precision + recall, np.finfo(float).tiny)
        elif true.any() or said.any():
            found[c] = 0.0
    return found


def boundary(mask: np.ndarray, there: np.ndarray) -> np.ndarray:
    """Pixels of the mask that touch (by a side) one outside of it; what is not `there`, and the picture's
    edge, bounds nothing. bool [H, W] each."""
    other, found = there & ~mask, np.zeros_like(mask)
    found[1:] |= other[:-1]
    found[:-1] |= other[1:]
    found[:, 1:] |= other[:, :-1]
    found[:, :-1] |= other[:, 1:]
    return found & mask


def near(mask: np.ndarray, reach: float) -> np.ndarray:
    """Pixels within that distance (of centres) of one of the mask: its dilation by a disc."""
    found = mask.copy()
    height, width = mask.shape
    steps = int(reach)
    for down in range(-min(steps, height - 1), min(steps, height - 1) + 1):
        most = min(int(np.sqrt(reach**2 - down**2)), width - 1)
        for right in range(-most, most + 1):
            target = found[max(down, 0) : height + min(down, 0), max(right, 0) : width + min(right, 0)]
            target |= mask[max(-down, 0) : height + min(-down, 0), max(-right, 0) : width + min(-right, 0)]
    return found


def _shared(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(intersection, truth + prediction) of each class."""
    shared = np.diagonal(counts, axis1=-2, axis2=-1).astype(np.float64)
    return shared, (counts.sum(axis=-1) + counts.sum(axis=-2)).astype(np.float64)


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    part, whole = np.asarray(part, np.float64), np.asarray(whole, np.float64)
    return np.divide(part, whole, out=np.full(whole.shape, np.nan), where=whole > 0)
