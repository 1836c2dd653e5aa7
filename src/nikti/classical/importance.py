"""Feature importance of a fitted model, as shares that add up to 1."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import scipy.sparse as sp

#: Names kept: n-grams come by the hundred thousand.
KEPT = 500


def importance(
    estimators: Sequence[Any], table: Any, names: list[str], own: Collection[str] = ()
) -> list[tuple[str, float]] | None:
    """(name, share) in falling order, the first `KEPT` and all of the user's `own`; None for models
    without weights. Of several estimators, one for each label, the mean over them.

    Trees: the gain of the splits on a column. Linear models: the weight's size times the column's
    standard deviation on the training rows (what moving by one deviation changes), mean over classes.
    """
    each = [_shares(estimator, table, len(names)) for estimator in estimators]
    known = [one for one in each if one is not None]
    if not known:
        return None
    shares = np.mean(known, axis=0)
    ranked = [(str(names[column]), float(shares[column])) for column in np.argsort(-shares, kind="stable")]
    top = [(name, share) for name, share in ranked[:KEPT] if share > 0]
    there = {name for name, _ in top}
    shares_of = dict(ranked)
    rest = [(name, shares_of.get(name, 0.0)) for name in map(str, own) if name not in there]
    return top + sorted(rest, key=lambda pair: -pair[1])


def _shares(estimator: Any, table: Any, d: int) -> np.ndarray | None:
    """Of the d columns of the table, float64 [d]: 0 for those that are dropped before the last step."""
    if estimator is None or not hasattr(estimator, "steps"):
        return None
    last = estimator.steps[-1][1]
    weights = linear_weights(last)
    if weights is not None:
        found = np.abs(weights, dtype=np.float64).mean(axis=0) * _deviation(estimator[:-1].transform(table))
    else:
        found = _gains(last)
    if found is None or not found.sum() > 0:
        return None
    shares = np.zeros(d)
    shares[columns_of(estimator, d)] = found / found.sum()
    return shares


def linear_weights(model: Any) -> np.ndarray | None:
    """Weights [vectors, d] of a linear model, else None."""
    if hasattr(model, "estimators_") and all(hasattr(m, "coef_") for m in np.ravel(model.estimators_)):
        return np.vstack([m.coef_ for m in np.ravel(model.estimators_)])
    coef = getattr(model, "coef_", None)
    return None if coef is None or sp.issparse(coef) else np.atleast_2d(coef)


def columns_of(estimator: Any, d: int) -> np.ndarray:
    """int [k]: the columns of the table that reach the last step, in its order."""
    columns = np.arange(d)
    for _, step in estimator.steps[:-1]:
        if hasattr(step, "kept_"):
            columns = columns[step.kept_]
    return columns


def _gains(model: Any) -> np.ndarray | None:
    if hasattr(model, "booster_"):
        return np.asarray(model.booster_.feature_importance("gain"), dtype=np.float64)
    return getattr(model, "feature_importances_", None)


def _deviation(table: Any) -> np.ndarray:
    if not sp.issparse(table):
        return table.std(axis=0, dtype=np.float64)
    mean = np.asarray(table.mean(axis=0)).ravel()
    return np.sqrt(np.maximum(np.asarray(table.multiply(table).mean(axis=0)).ravel() - mean**2, 0))
