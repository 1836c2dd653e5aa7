"""Groups of samples that are dealt out whole."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np


def large_units(units: np.ndarray, size: np.ndarray, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """The rows of each unit of two samples or more, largest first, ties in random order."""
    large = np.flatnonzero(size > 1)
    large = large[np.lexsort((rng.random(len(large)), -size[large]))]
    order = np.argsort(units, kind="stable")
    starts = np.searchsorted(units[order], np.arange(len(size) + 1))
    for unit in large:
        yield order[starts[unit] : starts[unit + 1]]
