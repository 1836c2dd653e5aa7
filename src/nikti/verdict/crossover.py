"""Where two data curves cross, inside the range that was measured. Pure functions.

The paired differences at several sizes share their test samples, so they err together: a cubic in the
logarithm of the size goes through them by generalised least squares with that covariance (Aitken 1936),
and the crossing's interval is every size where the fitted difference is not distinguishable from zero.
Beyond the measured range no size is ever named: such an interval was never bounded on real curves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

#: Two-sided 95% of the normal.
Z = 1.959964

#: Sizes looked at between the smallest and the largest.
GRID = 512

#: A crossing needs this many sizes; with three the curve is a parabola through all of them.
FEWEST_SIZES = 3


@dataclass(frozen=True)
class Crossover:
    """Who is ahead at small sizes, who at large ones, and where that changes.

    call       "crossing": first behind, then ahead, and both ends are sure; "first": `first` is ahead at
               every size; "second": `second` is; "undetermined": anything else
    size       the crossing, in training samples; low, high: its 95% interval; None without a crossing
    towards    who is ahead after it, "first" or "second"; "" without a crossing
    """

    call: str
    size: float | None = None
    low: float | None = None
    high: float | None = None
    towards: str = ""


def crossover(sizes: np.ndarray, gaps: np.ndarray, covariance: np.ndarray) -> Crossover:
    """Where the gap changes sign.

    sizes       [K] training sizes, rising; gaps [K]: score of the second minus score of the first
    covariance  [K, K] of the gaps

    Raises ValueError for unequal lengths or values that are not finite. Fewer than three sizes are
    "undetermined".
    """
    sizes, gaps = np.asarray(sizes, float), np.asarray(gaps, float)
    covariance = np.asarray(covariance, float)
    if gaps.shape != sizes.shape or covariance.shape != (len(sizes), len(sizes)):
        raise ValueError(
            f"need K sizes, K gaps and K x K, got {sizes.shape}, {gaps.shape}, {covariance.shape}"
        )
    if not (np.isfinite(gaps).all() and np.isfinite(covariance).all()):
        raise ValueError("gaps and their covariance must be finite")
    if len(sizes) < FEWEST_SIZES:
        return Crossover("undetermined")
    at = np.geomspace(sizes[0], sizes[-1], GRID)
    fitted, se = _fit(np.log(sizes), gaps, covariance, np.log(at))
    sure = np.where(np.abs(fitted) > Z * se, np.sign(fitted), 0.0)
    if (sure > 0).all() or (sure < 0).all():
        return Crossover("second" if sure[0] > 0 else "first")
    if sure[0] * sure[-1] >= 0:
        return Crossover("undetermined")
    open_, change = np.flatnonzero(sure != sure[0]), np.flatnonzero(np.diff(np.sign(fitted)) != 0)
    unsure = np.flatnonzero(sure != sure[-1])
    return Crossover(
        "crossing",
        size=float(np.sqrt(at[change[0]] * at[change[0] + 1])),
        low=float(at[open_[0]]),
        high=float(at[unsure[-1]]),
        towards="second" if sure[-1] > 0 else "first",
    )


def _fit(
    x: np.ndarray, y: np.ndarray, covariance: np.ndarray, at: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(fitted, standard error) at `at` of a polynomial of degree 3 (or as many as the points allow)."""
    middle, span = (x[0] + x[-1]) / 2, (x[-1] - x[0]) / 2
    degree = min(3, len(x) - 1)
    X = np.vander((x - middle) / span, degree + 1)
    ridge = 1e-9 * np.trace(covariance) / len(x) + 1e-18
    precision = np.linalg.inv(covariance + ridge * np.eye(len(x)))
    of_beta = np.linalg.inv(X.T @ precision @ X)
    beta = of_beta @ (X.T @ precision @ y)
    Z_at = np.vander((at - middle) / span, degree + 1)
    return Z_at @ beta, np.sqrt(np.einsum("ij,jk,ik->i", Z_at, of_beta, Z_at))
