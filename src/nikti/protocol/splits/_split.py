"""What a way to split receives, and what it returns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Request:
    """labels: int64 [n], what is kept in proportion (see `Task.strata`); rows: int64, positions of the
    samples that take part (the user's own test split does not); groups int64, times float64: [n] or None."""

    labels: np.ndarray
    rows: np.ndarray
    groups: np.ndarray | None
    times: np.ndarray | None
    folds: int
    seed: int


@dataclass(frozen=True)
class Split:
    """Folds over the samples of the grid.

    fold    int64 [n]: the fold that tests the sample, -1 if none does
    order   {fold: int64 [m]}: the fold's training rows; every prefix is a nested training subset
    groups  int64 [n] or None: units of the verdict
    method  the name of the file that made it
    """

    fold: np.ndarray
    order: dict[int, np.ndarray]
    groups: np.ndarray | None
    method: str

    @property
    def folds(self) -> int:
        """Number of folds."""
        return len(self.order)

    def test_rows(self, fold: int) -> np.ndarray:
        """Positions tested in a fold, rising."""
        return np.flatnonzero(self.fold == fold)

    def train_rows(self, fold: int, size: int, full: int) -> np.ndarray:
        """The first `size` training rows of a fold; all of them at the full size."""
        return self.order[fold] if size >= full else self.order[fold][:size]
