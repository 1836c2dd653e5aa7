"""Linear probes of a layer (Alain & Bengio 2016,
https://arxiv.org/abs/1610.01644).

For classes: ridge regression on the indicators of the classes, then a discriminant in the space of what
it says of rows left out, which is penalised discriminant analysis (Hastie, Buja & Tibshirani 1995,
"Penalized discriminant analysis", section 3) and, unlike the largest of the regressions, masks no class.
It is linear in the layer, needs no iterations, and chooses its penalty on the training rows alone.
"""

from __future__ import annotations

import math

import numpy as np

from nikti.explain import ridge

#: Half width of a 95% interval in standard errors.
Z = 1.959964

#: Added to the variance of every direction, as a share of the mean one: leaving rows out moves them a
#: little along directions in which the classes do not differ at all, and that must not count.
STEADY = 0.02

#: Times the rows are drawn again for a bootstrap interval, and its ends.
REDRAWS, ENDS = 400, (0.025, 0.975)


def classes(train: ridge.Table, codes: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Class codes int64 [m] that a linear probe says of new rows [m, d], having learned from the table's
    rows with their codes [n]. Raises ValueError for one class only."""
    present, places = np.unique(codes, return_inverse=True)
    if len(present) < 2:
        raise ValueError("a probe needs two classes at least")
    indicators = np.eye(len(present))[places]
    found = ridge.fit(train, indicators, new, together=True)
    # The columns add up to 1: the last says nothing new.
    own, predicted = found.left_out[:, :-1], found.predicted[:, :-1]
    means = np.stack([own[places == c].mean(axis=0) for c in range(len(present))])
    within = own - means[places]
    covariance = within.T @ within / max(1, len(own) - len(present))
    covariance += (STEADY * np.trace(covariance) / len(covariance) + 1e-12) * np.eye(len(covariance))
    slopes = np.linalg.solve(covariance, means.T)  # [C - 1, C]
    offset = np.log(np.bincount(places) / len(places)) - 0.5 * np.sum(means.T * slopes, axis=0)
    return present[np.argmax(predicted @ slopes + offset, axis=1)]


def share_interval(right: np.ndarray, groups: np.ndarray | None = None) -> tuple[float, float, float]:
    """(share, low, high) of right answers bool [m]: Wilson's 95% interval (1927). With groups int [m] the
    rows count for fewer: for their number over the design effect (Kish 1965, section 8.2)."""
    right = np.asarray(right, dtype=np.float64)
    n, share = float(len(right)), float(right.mean())
    if groups is not None:
        _, places = np.unique(groups, return_inverse=True)
        sums = np.bincount(places, right - share)
        independent, clustered = share * (1 - share) / n, float(np.sum(sums**2)) / n**2
        n = n / max(1.0, clustered / independent) if independent > 0 else float(len(sums))
    weight = Z * Z / n
    centre = (share + weight / 2) / (1 + weight)
    half = Z * math.sqrt(share * (1 - share) / n + weight / (4 * n)) / (1 + weight)
    return share, max(0.0, centre - half), min(1.0, centre + half)


def r2(truth: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """R^2 float64 [t] of each column: 1 is perfect, 0 is as good as the mean, below is worse."""
    spread = np.sum((truth - truth.mean(axis=0)) ** 2, axis=0)
    return 1 - np.sum((truth - predicted) ** 2, axis=0) / np.maximum(spread, 1e-30)


def r2_interval(
    truth: np.ndarray, predicted: np.ndarray, groups: np.ndarray | None = None, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """(low [t], high [t]): 95% percentile bootstrap of R^2 over rows, or over whole groups int [m]."""
    low, high = np.quantile(_redrawn_r2(truth, predicted, _drawn(len(truth), groups, seed)), ENDS, axis=0)
    return low, high


def share_gain(
    right: np.ndarray, before: np.ndarray, groups: np.ndarray | None = None, seed: int = 0
) -> tuple[float, float, float]:
    """(gain, low, high) of the share of right answers bool [m] over that of another rule on the same rows:
    paired, as most rows are answered alike; 95% percentile bootstrap."""
    gain = np.asarray(right, dtype=np.float64) - np.asarray(before, dtype=np.float64)
    weights = _drawn(len(gain), groups, seed)
    low, high = np.quantile(weights @ gain / np.maximum(weights.sum(axis=1), 1.0), ENDS)
    return float(gain.mean()), float(low), float(high)


def r2_gain(
    truth: np.ndarray,
    predicted: np.ndarray,
    before: np.ndarray,
    groups: np.ndarray | None = None,
    seed: int = 0,
) -> tuple[float, float, float]:
    """The same for R^2 of values [m]."""
    truth, predicted, before = truth[:, None], predicted[:, None], before[:, None]
    weights = _drawn(len(truth), groups, seed)
    found = _redrawn_r2(truth, predicted, weights) - _redrawn_r2(truth, before, weights)
    low, high = np.quantile(found[:, 0], ENDS)
    return float(r2(truth, predicted)[0] - r2(truth, before)[0]), float(low), float(high)


def _drawn(rows: int, groups: np.ndarray | None, seed: int) -> np.ndarray:
    """float64 [REDRAWS, rows]: how often each row stands in each sample drawn with replacement."""
    units = np.arange(rows) if groups is None else np.unique(groups, return_inverse=True)[1]
    count = int(units.max()) + 1
    drawn = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), size=REDRAWS)
    return drawn[:, units].astype(np.float64)


def _redrawn_r2(truth: np.ndarray, predicted: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """R^2 [REDRAWS, t] under each row of weights."""
    total = np.maximum(weights.sum(axis=1, keepdims=True), 1.0)
    centred = truth - truth.mean(axis=0)
    spread = weights @ centred**2 - (weights @ centred) ** 2 / total
    return 1 - weights @ (truth - predicted) ** 2 / np.maximum(spread, 1e-12)
