"""Probes of values, scored by R2."""

from __future__ import annotations

import numpy as np

from nikti.explain import probe, ridge


def predict(train: ridge.Table, truth: np.ndarray, test: np.ndarray) -> np.ndarray:
    """Values [m], by ridge regression."""
    return ridge.fit(train, truth[:, None], test).predicted[:, 0]


def score(truth: np.ndarray, predicted: np.ndarray, groups: np.ndarray | None) -> tuple[float, float, float]:
    """R2 with its interval."""
    truth, predicted = truth[:, None], np.asarray(predicted)[:, None]
    low, high = (end[0] for end in probe.r2_interval(truth, predicted, groups))
    return probe.r2(truth, predicted)[0], low, high


def gain(
    truth: np.ndarray, predicted: np.ndarray, before: np.ndarray, groups: np.ndarray | None
) -> tuple[float, float, float]:
    """Difference in R2 with its interval."""
    return probe.r2_gain(truth, predicted, before, groups)


def chance(truth: np.ndarray, test: np.ndarray) -> float:
    """0: what the mean scores, by definition."""
    return 0.0


def codes(truth: np.ndarray) -> None:
    """None: there are no classes."""


def colours(truth: np.ndarray) -> list[int]:
    """Which quarter each value is in, 0 to 3."""
    return np.searchsorted(np.quantile(truth, [0.25, 0.5, 0.75]), truth, side="left").tolist()
