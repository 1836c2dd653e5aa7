"""How faithful an explanation is: one number that means the same for every model.

Regions are removed from the raw sample in the order of an explanation, and the score of the model's own
answer is watched:

    DeltaAUC = mean over k in 6, 12, 25, 50% of p(least important k removed) - p(most important k removed)
    F = sum of DeltaAUC(explanation) / sum of DeltaAUC(greedy oracle), sums over rows

The oracle removes, one after another, the region whose loss hurts most (and, in another order, helps most),
so a random order has F of about 0 and no order is far above 1, however confident the model is. Intervals are
percentiles of a bootstrap over rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

#: Shares of the regions that are removed.
SHARES = (0.06, 0.12, 0.25, 0.50)
RESAMPLES, LEVEL = 2000, 0.95

#: p(masks bool [m, regions] of each row) -> scores [m] of each row, float64.
Scores = Callable[[Sequence[np.ndarray]], list[np.ndarray]]


def removed(regions: int) -> list[int]:
    """How many regions are removed.

    >>> removed(16), removed(8), removed(1)
    ([1, 2, 4, 8], [1, 1, 2, 4], [1, 1, 1, 1])
    """
    return [max(1, min(regions, int(share * regions + 0.5))) for share in SHARES]


def order(weights: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Regions from the most to the least important; equal ones in random order."""
    shuffled = rng.permutation(len(weights))
    return shuffled[np.argsort(-np.asarray(weights, float)[shuffled], kind="stable")]


def masks_of(ordered: np.ndarray) -> np.ndarray:
    """bool [8, regions]: the most important k removed for each k, then the least important k."""
    found = np.zeros((2 * len(SHARES), len(ordered)), dtype=bool)
    for place, k in enumerate(removed(len(ordered))):
        found[place, ordered[:k]] = True
        found[len(SHARES) + place, ordered[-k:]] = True
    return found


def delta_auc(scores: np.ndarray) -> float:
    """From the scores [8] of `masks_of`: the mean of least less most important.

    >>> delta_auc(np.array([0.2, 0.2, 0.1, 0.1, 0.9, 0.9, 0.8, 0.8]))
    0.7
    """
    most, least = np.split(scores, 2)
    return round(float((least - most).mean()), 12)


def of_explanations(
    weights: Mapping[str, Sequence[np.ndarray]], scores: Scores, seed: int
) -> dict[str, np.ndarray]:
    """DeltaAUC [rows] of each explanation, given its weights [regions] of each row."""
    found = {}
    for name, each in weights.items():
        rng = np.random.default_rng(seed)
        masks = [masks_of(order(row, rng)) for row in each]
        found[name] = np.array([delta_auc(scored) for scored in scores(masks)])
    return found


def of_oracle(regions: Sequence[int], scores: Scores) -> np.ndarray:
    """DeltaAUC [rows] of the greedy oracle; regions: how many each row has. All rows go forward together."""
    rows = len(regions)
    most = [np.zeros(n, dtype=bool) for n in regions]
    least = [np.zeros(n, dtype=bool) for n in regions]
    wanted = [removed(n) for n in regions]
    low: list[list[float]] = [[] for _ in range(rows)]
    high: list[list[float]] = [[] for _ in range(rows)]
    for step in range(1, max(max(ks) for ks in wanted) + 1):
        going = [row for row in range(rows) if step <= max(wanted[row])]
        masks = [
            np.concatenate([_one_more(most[row]), _one_more(least[row])])
            if row in going
            else np.zeros((0, regions[row]), dtype=bool)
            for row in range(rows)
        ]
        scored = scores(masks)
        for row in going:
            for_most, for_least = np.split(scored[row], 2)
            most[row] = masks[row][: len(for_most)][for_most.argmin()]
            least[row] = masks[row][len(for_most) :][for_least.argmax()]
            times = wanted[row].count(step)
            low[row] += [for_most.min()] * times
            high[row] += [for_least.max()] * times
    return np.array([np.mean(h) - np.mean(lo) for h, lo in zip(high, low, strict=True)])


def _one_more(removed: np.ndarray) -> np.ndarray:
    """Each way to remove one region more: bool [regions left, regions]."""
    left = np.flatnonzero(~removed)
    found = np.repeat(removed[None], len(left), axis=0)
    found[np.arange(len(left)), left] = True
    return found


@dataclass(frozen=True)
class Faithfulness:
    """f with its interval over n rows; None where the oracle itself moves nothing."""

    f: float | None
    low: float | None
    high: float | None
    n: int


def faithfulness(explanation: np.ndarray, oracle: np.ndarray, seed: int = 0) -> Faithfulness:
    """F from the DeltaAUC [rows] of an explanation and of the oracle."""
    n, total = len(oracle), float(np.sum(oracle))
    if n == 0 or total <= 1e-9:
        return Faithfulness(None, None, None, n)
    low, high = np.quantile(_resampled(explanation, oracle, seed), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Faithfulness(float(np.sum(explanation)) / total, float(low), float(high), n)


def beats(explanation: np.ndarray, control: np.ndarray, oracle: np.ndarray, seed: int = 0) -> bool:
    """Whether an explanation is more faithful than a control: the lower end of the 95% interval of the
    difference of their F, over the same resampled rows, is above 0."""
    if len(oracle) == 0 or np.sum(oracle) <= 1e-9:
        return False
    difference = _resampled(np.asarray(explanation) - np.asarray(control), oracle, seed)
    return bool(np.quantile(difference, (1 - LEVEL) / 2) > 0)


def _resampled(above: np.ndarray, below: np.ndarray, seed: int) -> np.ndarray:
    """Ratios of sums over RESAMPLES draws of the rows."""
    rows = np.random.default_rng(seed).integers(0, len(below), (RESAMPLES, len(below)))
    return np.asarray(above)[rows].sum(axis=1) / np.maximum(np.asarray(below)[rows].sum(axis=1), 1e-12)
