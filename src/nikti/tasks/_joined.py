"""Groups that come from two sources."""

from __future__ import annotations

import numpy as np


def joined(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Codes [n] in which samples agree that share a code of either kind, directly or by others.

    >>> joined(np.array([0, 0, 1, 2]), np.array([5, 6, 6, 7])).tolist()
    [0, 0, 0, 2]
    """
    found = np.unique(one, return_inverse=True)[1]
    other = np.unique(other, return_inverse=True)[1]
    first = found
    while True:
        before = found
        for units in (other, first):
            least = np.full(units.max() + 1, found.max())
            np.minimum.at(least, units, found)
            found = least[units]
        if (found == before).all():
            return found
