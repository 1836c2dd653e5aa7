"""What an explanation must beat: orders that know nothing, or less, of what this model uses.

random      no order at all
blurred     the explanation's own map, smoothed: the details are lost, the rough place stays
randomised  the same method asked of the same model with its weights (or what it says) shuffled, read
            against the true model (Adebayo et al. 2018, https://arxiv.org/abs/1810.03292)
"""

from __future__ import annotations

import numpy as np

from nikti.explain import regions

CONTROLS = ("random", "blurred", "randomised")

#: Times that each region takes the mean of itself and its neighbours: on a grid of 4 x 4 little more than
#: the rough side is left.
PASSES = 3


def random_weights(labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """[regions]"""
    return rng.random(regions.count(labels))


def blurred(weights: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Weights [regions] smoothed over regions that touch.

    >>> blurred(np.array([3.0, 0.0, 0.0]), np.array([0, 1, 2])).round(2).tolist()
    [1.04, 0.86, 0.67]
    """
    touching = regions.neighbours(labels).astype(float)
    touching /= touching.sum(axis=1, keepdims=True)
    for _ in range(PASSES):
        weights = touching @ weights
    return weights
