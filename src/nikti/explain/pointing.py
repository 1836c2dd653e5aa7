"""The pointing game: on data whose deciding place is known, does the strongest weight lie in it?

J. Zhang et al., Top-down neural attention by excitation backprop, ECCV 2016
(https://arxiv.org/abs/1608.00507), section 4.1.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def pointing(weights: Sequence[np.ndarray], places: Sequence[np.ndarray], tolerance: int = 0) -> float:
    """Share of the samples whose largest weight lies in the true place.

    weights: a map per sample; places: bool, of the same shape; tolerance: pixels (or moments) beside the
    place that still count. Of equal largest weights the share that lies in it.

    >>> pointing([np.array([0.0, 2.0, 1.0])], [np.array([False, True, False])])
    1.0
    """
    hits = []
    for each, place in zip(weights, places, strict=True):
        best = each == each.max()
        hits.append((best & _grown(place, tolerance)).sum() / best.sum())
    return float(np.mean(hits))


def _grown(place: np.ndarray, by: int) -> np.ndarray:
    for _ in range(by):
        grown = place.copy()
        for axis in range(place.ndim):
            for step in (-1, 1):
                moved = np.roll(place, step, axis)
                edge: list[slice | int] = [slice(None)] * place.ndim
                edge[axis] = 0 if step == 1 else -1
                moved[tuple(edge)] = False
                grown |= moved
        place = grown
    return place
