"""Exact Shapley values of trees and forests of scikit-learn, on the path-dependent conditional expectation.

What is computed is that of S. Lundberg et al., Consistent individualized feature attribution for tree
ensembles (TreeSHAP), https://arxiv.org/abs/1802.03888, algorithm 2, by another way. A leaf answers v; the
features on its path are players: feature j lets a share o_j (0 or 1) of this sample pass when it is known and
a share z_j of the training samples when it is not. The Shapley value of feature i in this product game is

    v (o_i - z_i) * integral over t in 0..1 of prod over j != i of (t o_j + (1 - t) z_j)

because the weight of a coalition, s! (d - 1 - s)! / d!, is the integral of t^s (1 - t)^(d - 1 - s). The
integrand is a polynomial of degree d - 1, so Gauss-Legendre quadrature with d / 2 nodes is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Paths:
    """The ways to the leaves of a tree, one row per leaf, one place per feature on the way, the rest filled
    with features that let everything pass.

    feature int64 [L, D] (-1: none); low, high float64 [L, D]: it passes where low < x <= high; missing bool
    [L, D]: whether a missing value passes; share float64 [L, D]: of the training samples that passed;
    values float64 [L, outputs]
    """

    feature: np.ndarray
    low: np.ndarray
    high: np.ndarray
    missing: np.ndarray
    share: np.ndarray
    values: np.ndarray


def tree_shap(model: Any, table: np.ndarray) -> np.ndarray:
    """float64 [n, d, outputs]: shares of the columns of table float32 [n, d] in the answers of a decision
    tree or a forest. Over the columns they add up to the answer less the mean answer."""
    trees = getattr(model, "estimators_", [model])
    found = [_of_tree(paths(tree.tree_), table) for tree in np.ravel(trees)]
    return sum(found[1:], found[0]) / len(found)


def paths(tree: Any) -> Paths:
    """Every leaf's way, the conditions on one feature put together."""
    left, right = tree.children_left, tree.children_right
    inner = np.flatnonzero(left >= 0)
    parent, is_left = np.full(tree.node_count, -1), np.zeros(tree.node_count, bool)
    parent[left[inner]], parent[right[inner]], is_left[left[inner]] = inner, inner, True
    leaves = np.flatnonzero(left < 0)
    weight = tree.weighted_n_node_samples
    gone_left = tree.missing_go_to_left.astype(bool)
    steps, node = [], leaves.copy()
    while (parent[node] >= 0).any():
        above = parent[node]
        there = above >= 0
        at = np.where(there, above, 0)
        edge = tree.threshold[at]
        steps.append(
            (
                np.where(there, tree.feature[at], -1),
                np.where(there & ~is_left[node], edge, -np.inf),
                np.where(there & is_left[node], edge, np.inf),
                np.where(there, gone_left[at] == is_left[node], True),
                np.where(there, weight[node] / weight[at], 1.0),
            )
        )
        node = np.where(there, above, node)
    values = tree.value[leaves, 0]  # [L, outputs]; of classifiers shares that add up to 1
    if tree.n_classes[0] > 1:
        values = values / values.sum(axis=1, keepdims=True)
    if not steps:  # a tree of one leaf
        low, high, missing, share = (np.full(len(leaves), v) for v in (-np.inf, np.inf, True, 1.0))
        steps = [(np.full(len(leaves), -1), low, high, missing, share)]
    feature, low, high, missing, share = (np.stack(part, axis=1) for part in zip(*steps, strict=True))
    return _merged(feature, low, high, missing.astype(bool), share, values)


def _merged(
    feature: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    missing: np.ndarray,
    share: np.ndarray,
    values: np.ndarray,
) -> Paths:
    """Each feature once per leaf."""
    order = np.argsort(-feature, axis=1, kind="stable")  # the unused places last
    feature, low, high, missing, share = (
        np.take_along_axis(part, order, axis=1) for part in (feature, low, high, missing, share)
    )
    new = np.ones(feature.shape, bool)
    new[:, 1:] = feature[:, 1:] != feature[:, :-1]
    place = np.cumsum(new, axis=1) - 1
    at = (np.arange(len(feature))[:, None], place)
    shape = (len(feature), int(place.max()) + 1)
    found = Paths(
        np.full(shape, -1),
        np.full(shape, -np.inf),
        np.full(shape, np.inf),
        np.ones(shape, bool),
        np.ones(shape),
        values,
    )
    np.maximum.at(found.feature, at, feature)
    np.maximum.at(found.low, at, low)
    np.minimum.at(found.high, at, high)
    np.logical_and.at(found.missing, at, missing)
    np.multiply.at(found.share, at, share)
    return found


def _of_tree(path: Paths, table: np.ndarray) -> np.ndarray:
    n, d = table.shape
    nodes, weights = np.polynomial.legendre.leggauss(max(1, (path.feature.shape[1] + 1) // 2))
    nodes, weights = (nodes + 1) / 2, weights / 2  # from -1..1 to 0..1
    used = path.feature >= 0
    found = np.zeros((n, d, path.values.shape[1]))
    columns = path.feature[used]
    for row in range(n):
        x = table[row][path.feature]  # [L, D]
        passes = (x > path.low) & (x <= path.high) | np.isnan(x) & path.missing | ~used
        factor = passes[..., None] * nodes + path.share[..., None] * (1 - nodes)  # [L, D, Q]
        whole = factor.prod(axis=1, keepdims=True)
        integral = (whole / factor) @ weights  # [L, D]
        shares = ((passes - path.share) * integral)[..., None] * path.values[:, None]  # [L, D, outputs]
        np.add.at(found[row], columns, shares[used])
    return found
