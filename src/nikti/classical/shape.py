"""What a recipe needs to know of a table of features: how large it is and how it is filled."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    """The size of one fit.

    answer    the kind of answer, see `nikti.classical.answers`: "label" or "value"
    n         training rows
    dense     leading columns that hold plain numbers (NaN where missing)
    sparse    columns after them that are nearly always 0 (n-grams); 0 where there are none
    active    mean number of non-zero entries per row among the sparse columns
    classes   number of classes; 1 for regression
    modality  what a row was made from: see `nikti.modalities`
    """

    answer: str
    n: int
    dense: int
    sparse: int = 0
    active: float = 0.0
    classes: int = 1
    modality: str = "table"

    @property
    def d(self) -> int:
        """All columns."""
        return self.dense + self.sparse

    @property
    def filled(self) -> float:
        """Numbers read when one row is read."""
        return self.dense + self.active

    @property
    def vectors(self) -> int:
        """Weight vectors of a one-versus-rest linear model."""
        return self.classes if self.classes > 2 else 1
