"""How alike two layers are: linear centred kernel alignment (Kornblith et al. 2019,
https://arxiv.org/abs/1905.00414, section 3): 1 for spaces that differ by a turn and a scale only."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def gram(layer: np.ndarray) -> np.ndarray:
    """Inner products [n, n] of a layer's rows [n, d], of length 1 in all."""
    layer = np.asarray(layer, dtype=np.float64)
    layer = layer - layer.mean(axis=0)
    products = layer @ layer.T
    return products / (np.linalg.norm(products) or 1.0)


def linear(x: np.ndarray, y: np.ndarray) -> float:
    """Linear CKA of two layers of the same rows, [n, d] and [n, e]; equation 4 of the paper. Few rows in
    wide layers make it too large: see `unbiased`."""
    x, y = (np.asarray(v, dtype=np.float64) - np.mean(v, axis=0) for v in (x, y))
    across = np.linalg.norm(y.T @ x) ** 2
    return float(across / (np.linalg.norm(x.T @ x) * np.linalg.norm(y.T @ y)))


def unbiased(k: np.ndarray, l: np.ndarray) -> float:  # noqa: E741
    """The same from two Gram matrices [n, n], n > 3, with the unbiased HSIC of Song et al. 2012
    (https://jmlr.org/papers/v13/song12a.html, equation 5): near 0 for layers that have nothing in common,
    however wide they are (Nguyen et al. 2021, https://arxiv.org/abs/2010.15327, section 2)."""
    own = _hsic(k, k) * _hsic(l, l)
    return float(_hsic(k, l) / np.sqrt(own)) if own > 0 else 0.0


def _hsic(k: np.ndarray, l: np.ndarray) -> float:  # noqa: E741
    n = len(k)
    k, l = (m - np.diag(np.diag(m)) for m in (k, l))  # noqa: E741
    one_k, one_l = k.sum(axis=0), l.sum(axis=0)
    trace = float(np.sum(k * l.T))
    means = float(one_k.sum() * one_l.sum()) / ((n - 1) * (n - 2))
    return (trace + means - 2 / (n - 2) * float(one_k @ one_l)) / (n * (n - 3))


def grid(layers: Sequence[np.ndarray]) -> np.ndarray:
    """Unbiased linear CKA [k, k] between all pairs of layers of the same rows, cut at 0 and 1."""
    grams = [gram(layer) for layer in layers]
    found = np.eye(len(grams))
    for i in range(len(grams)):
        for j in range(i):
            found[i, j] = found[j, i] = np.clip(unbiased(grams[i], grams[j]), 0, 1)
    return found
