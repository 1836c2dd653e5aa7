"""Classes: estimators learn positions in the sorted list of codes that occur."""

from __future__ import annotations

from typing import Any

import numpy as np


def learnable(targets: np.ndarray) -> tuple[np.ndarray, np.ndarray, float, float]:
    """(codes that occur, sorted; position of each answer among them int64 [n]; 0; 1)."""
    present, places = np.unique(targets, return_inverse=True)
    return present, places, 0.0, 1.0


def relevance(columns: Any, targets: np.ndarray) -> np.ndarray:
    """Chi-squared of counts and classes."""
    from sklearn.feature_selection import chi2

    return chi2(columns, targets)[0]
