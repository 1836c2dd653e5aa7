"""What a way to split receives, and what it returns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Request:
    """The samples that are split.

    labels   int64 [n], what is kept in proportion (see `Task.strata`)
    rows     int64: positions of the samples that take part (the user's own test split does not)
    groups   int64 [n] or None: samples that belong together
    times    float64 [n] or None: when each was taken; of a forecast its origin
    folds    how many are wanted
    named    whether the groups are the user's (patients, series) rather than found copies
    horizon  how long after its time a sample's answer ends, in units of the times
    """

    labels: np.ndarray
    rows: np.ndarray
    groups: np.ndarray | None
    times: np.ndarray | None
    folds: int
    seed: int
    named: bool = False
    horizon: float = 0.0

    @property
    def time_of_rows(self) -> np.ndarray:
        """When the samples that take part were taken. Raises ValueError where that is not known."""
        if self.times is None:
            raise ValueError("samples are split in time only where it is known when each was taken")
        return self.times[self.rows]

    @property
    def group_of_rows(self) -> np.ndarray | None:
        """The groups of the samples that take part."""
        return None if self.groups is None else self.groups[self.rows]

    @property
    def independent(self) -> int:
        """Groups among the samples that take part; where there are none, samples."""
        groups = self.group_of_rows
        return len(self.rows) if groups is None else len(np.unique(groups))


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
