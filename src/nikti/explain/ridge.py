"""Many linear regressions on one table at once, each with its own penalty chosen by leaving one row out.

Ridge regression (Hoerl & Kennard 1970) through one eigendecomposition; the leave-one-out errors follow
from it without refitting (Golub, Heath & Wahba 1979, "Generalized cross-validation", section 2).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

#: Penalties tried, as shares of the table's total variance.
PENALTIES = np.logspace(-5, 1, 7)

#: A column whose deviation is below this share of the largest is noise of rounding and is left out.
CONSTANT = 1e-6


@dataclass(frozen=True)
class Table:
    """A table centred and scaled by its own rows, and decomposed.

    basis [n, r] and values [r]: eigenvectors and eigenvalues of the rows' inner products, of which the
    values add up to 1; kept: bool [d], the columns that vary.
    """

    rows: np.ndarray
    mean: np.ndarray
    scale: np.ndarray
    kept: np.ndarray
    basis: np.ndarray
    values: np.ndarray

    def of(self, table: np.ndarray) -> np.ndarray:
        """Inner products [m, n] of other rows with these."""
        return ((table[:, self.kept] - self.mean) / self.scale) @ self.rows.T


@dataclass(frozen=True)
class Fitted:
    """left_out float64 [n, t]: each row's answer predicted from the others; predicted [m, t]: the new rows'
    answers; penalties [t]."""

    left_out: np.ndarray
    predicted: np.ndarray
    penalties: np.ndarray


def table(rows: np.ndarray) -> Table:
    """Scale and decompose a table float [n, d]. Raises ValueError if no column varies."""
    rows = np.asarray(rows, dtype=np.float64)
    spread = rows.std(axis=0)
    kept = spread > CONSTANT * max(spread.max(initial=0.0), 1e-30)
    if not kept.any():
        raise ValueError("no column of the table varies: there is nothing to learn from")
    mean, scale = rows[:, kept].mean(axis=0), spread[kept] * np.sqrt(kept.sum() * len(rows))
    rows = (rows[:, kept] - mean) / scale  # all squares add up to 1
    if rows.shape[0] <= rows.shape[1]:
        values, basis = np.linalg.eigh(rows @ rows.T)
    else:
        values, axes = np.linalg.eigh(rows.T @ rows)
        basis = rows @ axes / np.sqrt(np.maximum(values, 1e-30))
    there = values > 1e-10
    return Table(rows, mean, scale, kept, basis[:, there], values[there])


def fit(train: Table, answers: np.ndarray, new: np.ndarray, together: bool = False) -> Fitted:
    """Fit every column of answers [n, t] on the table's rows and predict the rows `new` [m, d]. together:
    one penalty for all columns, the best on average."""
    answers = np.asarray(answers, dtype=np.float64)
    centre = answers.mean(axis=0)
    along = train.basis.T @ (answers - centre)  # [r, t]
    squares, missed, shares = train.basis**2, [], []
    for penalty in PENALTIES:
        share = train.values / (train.values + penalty)
        reach = 1 / len(answers) + squares @ share  # [n], how much a row's answer draws its own fit
        miss = (answers - centre - train.basis @ (share[:, None] * along)) / np.maximum(1 - reach, 1e-9)[
            :, None
        ]
        missed.append(np.mean(miss**2, axis=0))
        shares.append(miss)
    errors = np.stack(missed)  # [penalties, t]
    if together:
        spread = np.maximum(answers.var(axis=0), 1e-30)
        errors = np.repeat((errors / spread).mean(axis=1, keepdims=True), answers.shape[1], axis=1)
    best = np.argmin(errors, axis=0)
    left_out = answers - np.stack(shares)[best, :, np.arange(len(best))].T
    weights = along / (train.values[:, None] + PENALTIES[best])  # [r, t]
    predicted = centre + train.of(np.asarray(new, dtype=np.float64)) @ (train.basis @ weights)
    return Fitted(left_out, predicted, PENALTIES[best])
