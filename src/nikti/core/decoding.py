"""What is made of an estimator's output, as plain data, one after the other: see `nikti.core.graph`."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Softmax:
    """[n, C] -> probabilities: softmax(temperature * x). Of [n] or [n, 1] decisions between two classes, of
    (-x/2, x/2); of [n, k, C] the mean of the k members' probabilities."""

    temperature: float = 1.0


@dataclass(frozen=True)
class Sigmoid:
    """[n, C] -> probabilities of each class by itself: 1 / (1 + exp(-x)). Of [n, k, C] the mean of the k
    members' probabilities."""


@dataclass(frozen=True)
class AtLeast:
    """[n, C] -> bool [n, C]: which are no less than the threshold."""

    threshold: float = 0.5


@dataclass(frozen=True)
class AllClasses:
    """Columns of the classes `present` at their places among `count`, 0 elsewhere; rows add up to 1."""

    present: tuple[int, ...]
    count: int


@dataclass(frozen=True)
class Argmax:
    """Position of the largest value along an axis, int64."""

    axis: int


@dataclass(frozen=True)
class Names:
    """What class codes stand for."""

    classes: tuple[str, ...]


@dataclass(frozen=True)
class Rescale:
    """[n], [n, 1] or [n, k, 1] (mean of k members) -> float64 [n]: x * spread + centre."""

    centre: float
    spread: float


@dataclass(frozen=True)
class UnitLength:
    """[n, d] -> rows of length 1."""


@dataclass(frozen=True)
class Divide:
    """x / by: distances below 1 then mean that two samples belong together."""

    by: float


@dataclass(frozen=True, eq=False)
class AnchorBoxes:
    """[n, A, 4 + 1 + C] -> corners [n, A, 4] in pixels, scores [n, A, C]: moves of `anchors` [A, 4]
    (corners in pixels) by centre and log size over `weights`; softmax, of which the first column is
    nothing."""

    anchors: np.ndarray = field(repr=False)
    weights: tuple[float, float, float, float]
    log_size_at_most: float


@dataclass(frozen=True, eq=False)
class PointBoxes:
    """[n, A, 4 + C] -> corners [n, A, 4] in pixels, scores [n, A, C]: softplus distances of left, upper,
    right and lower edge from `points` [A, 2], in `strides` [A, 1]; sigmoid."""

    points: np.ndarray = field(repr=False)
    strides: np.ndarray = field(repr=False)


@dataclass(frozen=True)
class Suppress:
    """(corners, scores) of square pictures of side `size` -> rows (corners in shares of the picture, class,
    score), the best first: the `candidates` likeliest above `floor`; within a class, none that overlaps a
    better one by more than `overlap` (IoU); at most `most`."""

    size: int
    candidates: int
    floor: float
    overlap: float
    most: int


@dataclass(frozen=True)
class ToPictures:
    """Scale to each picture's own size. what: "boxes" in shares, "masks" (the nearest pixel's code) or
    "probabilities" (float [n, S, S, C], enlarged by straight lines)."""

    what: str


@dataclass(frozen=True)
class Spans:
    """Two [n, 1 + P] logits of an answer's first and last token (0: there is none) -> the likeliest part of
    at most `longest` tokens; none where that is likelier by more than `threshold` in log-probability."""

    longest: int
    threshold: float


@dataclass(frozen=True)
class Beam:
    """Answers written token by token, `beams` followed at a time, ranked by log-probability over
    ((5 + length) / 6) ** power, `longest` tokens at most."""

    beams: int
    longest: int
    power: float
