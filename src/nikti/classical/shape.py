"""What a recipe needs to know of a table of features: how large it is and how it is filled."""

from __future__ import annotations

from dataclasses import dataclass

from nikti.core import catalogue

_ANSWERS = "classical/answers"


@dataclass(frozen=True)
class Shape:
    """The size of one fit.

    answer    what one fit learns, see `nikti.classical.answers`: "label" or "value"
    n         training rows
    dense     leading columns that hold plain numbers (NaN where missing)
    sparse    columns after them that are nearly always 0 (n-grams); 0 where there are none
    active    mean number of non-zero entries per row among the sparse columns
    classes   number of classes; 1 for regression
    modality  what a row was made from: see `nikti.modalities`
    fits      how many such fits answer together
    """

    answer: str
    n: int
    dense: int
    sparse: int = 0
    active: float = 0.0
    classes: int = 1
    modality: str = "table"
    fits: int = 1

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


@dataclass(frozen=True)
class Answered:
    """What one fit learns (answer, classes), and how many `fits` answer together."""

    answer: str
    classes: int
    fits: int


def answered(answer: str, classes: int) -> Answered:
    """How an answer of so many classes is learned: at once, or class by class (`LEARNED_AS` in its file).

    >>> answered("label", 5)
    Answered(answer='label', classes=5, fits=1)
    >>> answered("labels", 5)
    Answered(answer='label', classes=2, fits=5)
    """
    one = learned_as(answer)
    return Answered(answer, max(1, classes), 1) if one == answer else Answered(one, 2, max(1, classes))


def learned_as(answer: str) -> str:
    """The kind of answer that a fit of one class learns; the same where all are learned at once.

    >>> learned_as("labels"), learned_as("boxes")
    ('label', 'boxes')
    """
    known = answer in catalogue.names(_ANSWERS)
    return getattr(catalogue.load(_ANSWERS, answer), "LEARNED_AS", answer) if known else answer
