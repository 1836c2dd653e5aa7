"""Probabilities for models that only say how far a sample is from the border between classes.

Temperature scaling: softmax(t * decisions), with t chosen on validation rows the model did not see, so
that the likelihood of their classes is highest. It never changes which class comes first.
C. Guo, G. Pleiss, Y. Sun, K. Weinberger, On calibration of modern neural networks, ICML 2017, section 4.2.
"""

from __future__ import annotations

import numpy as np
from scipy.special import log_softmax, softmax


def wide(decisions: np.ndarray) -> np.ndarray:
    """One column per class: decisions [n] of two classes -> [n, 2]; [n, C] stays."""
    if decisions.ndim == 1:
        return np.column_stack([-decisions / 2, decisions / 2])
    return decisions


def temperature(decisions: np.ndarray, codes: np.ndarray) -> float:
    """The t in [0.01, 1000] that makes classes `codes` [n] likeliest under `decisions` [n, C]."""
    from scipy.optimize import minimize_scalar

    if not len(codes):
        return 1.0
    rows = np.arange(len(codes))

    def loss(log_t: float) -> float:
        return -float(log_softmax(np.exp(log_t) * decisions, axis=1)[rows, codes].mean())

    found = minimize_scalar(loss, bounds=(np.log(0.01), np.log(1000.0)), method="bounded")
    return float(np.exp(found.x))


def probabilities(decisions: np.ndarray, t: float) -> np.ndarray:
    """Decisions [n, C] -> float64 [n, C]."""
    return softmax(t * decisions.astype(np.float64), axis=1)
