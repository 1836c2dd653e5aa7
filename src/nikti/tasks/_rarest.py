"""One code per picture that holds many classes, for splits that keep all of them in proportion."""

from __future__ import annotations

import numpy as np


def rarest(there: np.ndarray) -> np.ndarray:
    """int64 [n]: of the classes in each picture the one that the fewest pictures have; C where there is none.

    there: bool [n, C]. A class that all pictures have says nothing, a rare one must not end up in one fold.

    >>> rarest(np.array([[1, 1, 0], [1, 0, 0], [0, 0, 0]], bool)).tolist()
    [1, 0, 3]
    """
    order = np.argsort(there.sum(axis=0), kind="stable")
    first = np.append(order, there.shape[1])
    there = np.column_stack([there[:, order], np.ones(len(there), bool)])
    return first[there.argmax(axis=1)].astype(np.int64)
