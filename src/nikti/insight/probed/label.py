"""Probes of classes, scored by accuracy."""

from __future__ import annotations

import numpy as np

from nikti.explain import probe, ridge


def predict(train: ridge.Table, truth: np.ndarray, test: np.ndarray) -> np.ndarray:
    """Class codes [m], by a linear discriminant."""
    return probe.classes(train, truth, test)


def score(truth: np.ndarray, predicted: np.ndarray, groups: np.ndarray | None) -> tuple[float, float, float]:
    """Accuracy with its interval."""
    return probe.share_interval(predicted == truth, groups)


def gain(
    truth: np.ndarray, predicted: np.ndarray, before: np.ndarray, groups: np.ndarray | None
) -> tuple[float, float, float]:
    """Difference in accuracy with its interval."""
    return probe.share_gain(predicted == truth, before == truth, groups)


def chance(truth: np.ndarray, test: np.ndarray) -> float:
    """The share of the commonest training class."""
    return float(np.mean(test == np.bincount(truth).argmax()))


def codes(truth: np.ndarray) -> np.ndarray:
    """The answers themselves."""
    return truth


def colours(truth: np.ndarray) -> list[int]:
    """One for each class."""
    return truth.tolist()
