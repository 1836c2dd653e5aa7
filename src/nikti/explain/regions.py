"""Sums over the parts of a raw sample that are taken away, and counted, as one: the same for every model.

A region map (`nikti.modalities`: regions) has the shape of the sample's weights (see
`nikti.core.contender.Model.explain`) and holds the number of each place's region, -1 where a place belongs to
none.
"""

from __future__ import annotations

from typing import Any

import numpy as np

#: 6, 12, 25 and 50% of 16 regions are 1, 2, 4 and 8 of them.
REGIONS = 16


def count(labels: np.ndarray) -> int:
    """Number of regions of a map.

    >>> count(np.array([0, -1, 1]))
    2
    """
    return int(labels.max(initial=-1)) + 1


def sums(weights: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The weights of each region's places added up, float64 [regions]."""
    inside = labels >= 0
    return np.bincount(labels[inside], np.asarray(weights, float)[inside], minlength=count(labels))


def spread(values: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Each region's value laid evenly on its places: the inverse of `sums`, float64 in the map's shape."""
    inside = labels >= 0
    found = np.zeros(labels.shape)
    sizes = np.bincount(labels[inside], minlength=count(labels))
    found[inside] = (np.asarray(values, float) / np.maximum(sizes, 1))[labels[inside]]
    return found


def neighbours(labels: np.ndarray) -> np.ndarray:
    """Which regions touch: bool [regions, regions], each one itself too. In a text, runs of words touch
    across the space between them."""
    regions = count(labels)
    touching = np.eye(regions, dtype=bool)
    if labels.ndim == 1:
        pairs: Any = [(r, r + 1) for r in range(regions - 1)]
    else:
        beside = [np.moveaxis(labels, axis, 0) for axis in range(labels.ndim)]
        steps = [np.stack([one[:-1].ravel(), one[1:].ravel()], 1) for one in beside]
        pairs = np.unique(np.concatenate(steps), axis=0)
    for one, other in pairs:
        touching[one, other] = touching[other, one] = True
    return touching
