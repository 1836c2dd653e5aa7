"""Classes of very unequal size: when accuracy says too little, and two metrics that say more.

Where two samples in a hundred are of the class that matters, whoever never names it is right in 98%. Macro F1
and average precision see it. Neither is a mean over samples, so each sample stands for what the metric loses
without it, by the jackknife's pseudo-values theta - (n - 1) (theta_(without i) - their mean), which have the
metric as their mean and its uncertainty as their spread (Miller 1974, Biometrika 61).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

#: Accuracy is left where the rarest class has less than this share of the samples, and so many times fewer
#: than the commonest: with 77 classes of about the same size a share of 1% is no rarity.
RARE, TIMES_RARER = 0.10, 5

#: A class with fewer samples is not there in every fold twice, and no metric can be built on it.
FEWEST_RARE = 10


def rarest(counts: Sequence[int]) -> int:
    """Code of the class that has the fewest samples but some; of equals the last.

    >>> rarest([50, 3, 0, 3])
    3
    """
    sizes = np.asarray(counts)
    present = np.flatnonzero(sizes)
    return int(present[::-1][np.argmin(sizes[present][::-1])])


def rarest_of(there: np.ndarray) -> np.ndarray:
    """int64 [n]: of the classes of each sample the one that the fewest samples have; C where there is none.

    there: bool [n, C]. A class that all samples have says nothing, a rare one must not end up in one fold.

    >>> rarest_of(np.array([[1, 1, 0], [1, 0, 0], [0, 0, 0]], bool)).tolist()
    [1, 0, 3]
    """
    order = np.argsort(there.sum(axis=0), kind="stable")
    first = np.append(order, there.shape[1])
    there = np.column_stack([there[:, order], np.ones(len(there), bool)])
    return first[there.argmax(axis=1)].astype(np.int64)


def uneven(counts: Sequence[int]) -> bool:
    """Whether accuracy is too little to go by; counts: samples of each class.

    >>> uneven([900, 100]), uneven([901, 99]), uneven([50] * 20), uneven([500, 5])
    (False, True, False, True)
    """
    some = np.asarray([count for count in counts if count])
    if len(some) < 2:
        return False
    return bool(some.min() < RARE * some.sum() and TIMES_RARER * some.min() < some.max())


def measurable(counts: Sequence[int]) -> bool:
    """Whether every class is there often enough for a metric in which it counts."""
    return min((count for count in counts if count), default=0) >= FEWEST_RARE


def macro_f1_values(truth: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """Pseudo-values float64 [n] of macro F1, the mean of 2 TP / (2 TP + FP + FN) over the classes in truth
    or prediction. truth, predicted: class codes int [n], n > 0."""
    truth, predicted = np.asarray(truth), np.asarray(predicted)
    classes = int(max(truth.max(), predicted.max())) + 1
    cells = truth * classes + predicted
    counts = np.bincount(cells, minlength=classes**2).reshape(classes, classes)
    without = np.zeros(classes**2)  # samples of one cell of the table are alike
    for cell in np.unique(cells):
        less = counts.copy()
        less.flat[cell] -= 1
        without[cell] = _macro_f1(less)
    return _pseudo_values(_macro_f1(counts), without[cells])


def _macro_f1(counts: np.ndarray) -> float:
    """From a table [truth, predicted]."""
    both = counts.sum(axis=0) + counts.sum(axis=1)
    present = both > 0
    return float(np.mean(2 * np.diag(counts)[present] / both[present])) if present.any() else 1.0


def average_precision(positive: np.ndarray, scores: np.ndarray) -> float:
    """Mean over the positives of the precision among all that score as high or higher: the area under the
    steps of the precision-recall curve, without interpolation. 0 where there is no positive.

    positive: bool [n]; scores: float [n], higher for what is likelier positive.

    >>> average_precision(np.array([True, False, True]), np.array([0.9, 0.8, 0.7])).__round__(3)
    0.833
    """
    hits, above = _ranks(np.asarray(positive, bool), np.asarray(scores))
    return float((hits / above)[positive].mean()) if np.any(positive) else 0.0


def average_precision_values(positive: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Pseudo-values float64 [n] of average precision, in O(n log n).

    Without a negative the precisions at or below its score rise from hits / above to hits / (above - 1);
    without a positive they fall to (hits - 1) / (above - 1), and its own is gone. With fewer than two
    positives nothing can be left out, and every value is the metric.
    """
    positive = np.asarray(positive, bool)
    n, count = len(positive), int(positive.sum())
    theta = average_precision(positive, scores)
    if count < 2:
        return np.full(n, theta)
    hits, above = _ranks(positive, np.asarray(scores))
    fewer = np.maximum(above - 1, 1)
    kept = np.where(positive, hits / above, 0.0)
    order = np.argsort(-np.asarray(scores), kind="stable")
    starts = n - _ranks(positive, -np.asarray(scores))[1].astype(int)  # those that score higher

    def up_to(values: np.ndarray, place: np.ndarray) -> np.ndarray:
        return np.concatenate([[0.0], np.cumsum(values[order])])[place]

    def from_here(values: np.ndarray) -> np.ndarray:
        return values.sum() - up_to(values, starts)

    before = up_to(kept, starts)
    less_positive = np.where(positive, (hits - 1) / fewer, 0.0)
    less_negative = np.where(positive, hits / fewer, 0.0)
    without = np.where(
        positive,
        (before + from_here(less_positive) - less_positive) / (count - 1),
        (before + from_here(less_negative)) / count,
    )
    return _pseudo_values(theta, without)


def _ranks(positive: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(positives, samples) that score as high as each sample or higher, float64 [n] each."""
    _, place = np.unique(-scores, return_inverse=True)
    hits = np.cumsum(np.bincount(place, weights=positive))
    above = np.cumsum(np.bincount(place)).astype(np.float64)
    return hits[place], above[place]


def _pseudo_values(theta: float, without: np.ndarray) -> np.ndarray:
    return theta - (len(without) - 1) * (without - without.mean())
