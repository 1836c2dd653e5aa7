"""Learning the classifiers of `pixel_classifier.py` from pictures with their true masks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nikti.classical.importance import importance
from nikti.classical.tasks._segmentation.filters import BANKS
from nikti.classical.tasks._segmentation.pixel_classifier import (
    CONTEXT,
    PixelClassifier,
    context,
    context_names,
    probabilities,
)
from nikti.classical.tasks._segmentation.samples import Samples
from nikti.core.answers import IGNORE

#: Pictures that pixels to learn from are taken from. Neighbours look alike: more pixels of the same pictures
#: teach little.
MOST_PICTURES = 400


def sample(samples: Samples, rng: np.random.Generator, most: int) -> list[np.ndarray]:
    """For each picture the positions (in the flattened mask) of pixels to learn from, about `most` in all.

    A class gets pixels in proportion to the square root of its share: a rare class would be lost among
    the others, while equal parts would have it seen everywhere.
    """
    rows = rng.permutation(len(samples))[:MOST_PICTURES]
    masks = {int(row): samples.mask(int(row)).ravel() for row in rows}
    counts = np.sum([np.bincount(mask, minlength=IGNORE + 1)[:IGNORE] for mask in masks.values()], axis=0)
    wanted = np.sqrt(counts / max(1, counts.sum()))
    wanted = wanted / max(wanted.sum(), 1e-12) * most
    keep = np.append(np.divide(wanted, counts, out=np.zeros(IGNORE), where=counts > 0), 0.0)
    out = [np.zeros(0, np.int64) for _ in range(len(samples))]
    for row, mask in sorted(masks.items()):
        out[row] = np.flatnonzero(rng.random(len(mask)) < keep[mask])
    return out


def learn(build: Callable[[], Any], samples: Samples, seed: int, stages: int, most: int) -> PixelClassifier:
    """One fit. build: a fresh scikit-learn pipeline; stages: 1 or 2; most: pixels to learn from."""
    rng = np.random.default_rng(seed)
    where = sample(samples, rng, most)
    codes = np.concatenate([samples.mask(row).ravel()[at] for row, at in enumerate(where)])
    present, answers = np.unique(codes, return_inverse=True)
    if len(present) < 2:
        return PixelClassifier(samples.classes, present if len(present) else np.array([0]), [], samples.bank)
    table = np.concatenate([_at(samples.features(row), at) for row, at in enumerate(where) if len(at)])
    named = BANKS[samples.bank].names(samples.form["channels"])

    def fit(table: np.ndarray, answers: np.ndarray) -> Any:
        return build().fit(table, answers)

    estimators = [fit(table, answers)]
    if stages == 2:
        contexts = _first_stage(fit, samples, where, table, answers, len(present))
        table = np.hstack([table, contexts])
        named = named + context_names(present)
        estimators.append(fit(table, answers))
    shares = importance(estimators[-1:], table, named)
    return PixelClassifier(samples.classes, present, estimators, samples.bank, shares)


def _at(features: np.ndarray, at: np.ndarray) -> np.ndarray:
    return features.reshape(-1, features.shape[2])[at]


def _first_stage(
    fit: Any, samples: Samples, where: list[np.ndarray], table: np.ndarray, answers: np.ndarray, present: int
) -> np.ndarray:
    """float32 [pixels, (present - 1) * scales]: the first stage's context of pictures that it has not learned
    from, at the sampled pixels. Each half of the pictures gets that of an estimator fitted on the other half,
    because the second stage will be given new pictures too."""
    picture = np.repeat(np.arange(len(where)), [len(at) for at in where])
    used = np.unique(picture)
    half = np.zeros(len(where), dtype=int)
    half[used[len(used) // 2 :]] = 1
    out = np.zeros((len(table), (present - 1) * len(CONTEXT)), np.float32)
    for side in (0, 1):
        others = half[picture] != side
        if len(np.unique(answers[others])) < present:  # one picture, or a class in one half only
            others = np.ones(len(table), dtype=bool)
        estimator = fit(table[others], answers[others])
        for row in used[half[used] == side]:
            features = samples.features(int(row))
            height, width, depth = features.shape
            proba = probabilities(estimator, features.reshape(-1, depth)).reshape(height, width, -1)
            out[picture == row] = _at(context(proba), where[row])
    return out
