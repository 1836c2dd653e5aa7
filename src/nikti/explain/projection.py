"""Two-dimensional maps of a layer's activations."""

from __future__ import annotations

import numpy as np

from nikti.core.errors import UsageError
from nikti.core.words import Words

_NO_UMAP = Words(
    en="UMAP is not installed here; PCA always is. Type: pip install 'nikti[umap]' (it compiles itself for "
    "some 20 seconds at each use).",
    bn="এখানে UMAP ইনস্টল করা নেই; PCA সব সময় থাকে। লিখুন: pip install 'nikti[umap]' (প্রতিবার চালু হতে এটি প্রায় ২০ "
    "সেকেন্ড নেয়)।",
)

#: Neighbours that UMAP keeps together; its own default.
NEIGHBOURS = 15


def pca(layer: np.ndarray) -> tuple[np.ndarray, float]:
    """(float64 [n, 2], share of the variance that they show): the two directions in which the rows [n, d]
    differ most. Signs are fixed so that the largest weight of each direction is positive."""
    layer = np.asarray(layer, dtype=np.float64)
    layer = layer - layer.mean(axis=0)
    left, values, axes = np.linalg.svd(layer, full_matrices=False)
    flip = np.sign(axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)])
    found = np.zeros((len(layer), 2))
    kept = min(2, len(values))
    found[:, :kept] = (left * values * flip)[:, :kept]
    total = float(np.sum(values**2))
    return found, float(np.sum(values[:2] ** 2)) / total if total > 0 else 1.0


def installed() -> None:
    """Raises UsageError where umap-learn is not there; importing it to see would take seconds."""
    from importlib.util import find_spec

    if find_spec("umap") is None:
        raise UsageError(_NO_UMAP)


def umap(layer: np.ndarray, seed: int = 0) -> np.ndarray:
    """float64 [n, 2] by UMAP (McInnes et al. 2018, https://arxiv.org/abs/1802.03426), which keeps
    neighbours together; distances between far groups mean nothing. Raises UsageError where umap-learn is
    not installed."""
    installed()
    from umap import UMAP

    layer = np.asarray(layer, dtype=np.float32)
    neighbours = min(NEIGHBOURS, len(layer) - 1)
    made = UMAP(n_components=2, n_neighbors=neighbours, random_state=seed, n_jobs=1, init="pca")
    return np.asarray(made.fit_transform(layer), dtype=np.float64)
