"""Values: estimators learn them with mean 0 and deviation 1."""

from __future__ import annotations

from typing import Any

import numpy as np


def learnable(targets: np.ndarray) -> tuple[np.ndarray, np.ndarray, float, float]:
    """([0]; the standardised values; their mean; their deviation, 1 where all are the same)."""
    values = np.asarray(targets, dtype=np.float64)
    centre, spread = float(values.mean()), float(values.std()) or 1.0
    return np.array([0]), (values - centre) / spread, centre, spread


def relevance(columns: Any, targets: np.ndarray) -> np.ndarray:
    """The size of the correlation, whatever its sign."""
    from sklearn.feature_selection import r_regression

    return np.abs(r_regression(columns, targets))
