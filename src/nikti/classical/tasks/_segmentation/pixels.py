"""A classifier of pixels, and a second one that also sees what the first made of the surroundings.

The second look is auto-context (Z. Tu, X. Bai, Auto-context and its application to high-level vision
tasks, PAMI 2010), as in ilastik's workflow of that name: the first classifier's probabilities, smoothed
at several scales, are features of the second.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from nikti.classical.importance import importance
from nikti.classical.tasks._segmentation.filters import BANKS
from nikti.classical.tasks._segmentation.known import Known
from nikti.core.answers import IGNORE

#: Pictures that pixels to learn from are taken from. Neighbours look alike: more pixels of the same pictures
#: teach little.
MOST_PICTURES = 400
#: Standard deviations in pixels at which probabilities are looked at; 0 is the pixel's own.
CONTEXT = (0.0, 2.0, 4.0, 8.0, 16.0, 32.0)


@dataclass
class Looks:
    """One estimator, or two of which the second sees the first's answers; none where only one class occurred.
    present: the codes that occurred, in the order of the estimators' columns; bank: the filters that they
    look through."""

    classes: int
    present: np.ndarray
    estimators: list[Any]
    bank: str
    shares: list[tuple[str, float]] | None = None

    def proba(self, features: np.ndarray) -> np.ndarray:
        """float32 [H, W, present] of features [H, W, d]."""
        height, width, _ = features.shape
        found = None
        for estimator in self.estimators:
            if found is not None:
                features = np.concatenate([features, context(found)], axis=2)
            found = _proba(estimator, features.reshape(height * width, -1)).reshape(height, width, -1)
        return np.ones((height, width, 1), np.float32) if found is None else found

    def codes(self, proba: np.ndarray) -> np.ndarray:
        """uint8 [H, W] of probabilities [H, W, present]."""
        return self.present[np.argmax(proba, axis=2)].astype(np.uint8)


def _proba(estimator: Any, table: np.ndarray) -> np.ndarray:
    return np.asarray(estimator.predict_proba(table), dtype=np.float32)


def context(proba: np.ndarray) -> np.ndarray:
    """float32 [H, W, (present - 1) * scales] of probabilities [H, W, present]; the last class is what the
    others leave."""
    planes = [np.ascontiguousarray(proba[:, :, code]) for code in range(proba.shape[2] - 1)]
    out = [plane if scale == 0 else _blur(plane, scale) for plane in planes for scale in CONTEXT]
    return np.stack(out, axis=-1)


def _blur(plane: np.ndarray, scale: float) -> np.ndarray:
    reach = min(2 * round(2.5 * scale) + 1, 2 * min(plane.shape) - 1)
    return cv2.GaussianBlur(plane, (reach, reach), scale, borderType=cv2.BORDER_REFLECT_101)


def context_names(classes: np.ndarray) -> list[str]:
    """Names of what `context` gives."""
    return [f"first look: class {code}, scale {scale:g}" for code in classes[:-1] for scale in CONTEXT]


def sample(known: Known, rng: np.random.Generator, most: int) -> list[np.ndarray]:
    """For each picture the positions (in the flattened mask) of pixels to learn from, about `most` in all.

    A class gets pixels in proportion to the square root of its share: a rare class would be lost among
    the others, while equal parts would have it seen everywhere.
    """
    rows = rng.permutation(len(known))[:MOST_PICTURES]
    masks = {int(row): known.mask(int(row)).ravel() for row in rows}
    counts = np.sum([np.bincount(mask, minlength=IGNORE + 1)[:IGNORE] for mask in masks.values()], axis=0)
    wanted = np.sqrt(counts / max(1, counts.sum()))
    wanted = wanted / max(wanted.sum(), 1e-12) * most
    keep = np.append(np.divide(wanted, counts, out=np.zeros(IGNORE), where=counts > 0), 0.0)
    out = [np.zeros(0, np.int64) for _ in range(len(known))]
    for row, mask in sorted(masks.items()):
        out[row] = np.flatnonzero(rng.random(len(mask)) < keep[mask])
    return out


def learn(build: Callable[[], Any], known: Known, seed: int, looks: int, most: int) -> Looks:
    """One fit. build: a fresh scikit-learn pipeline; looks: 1 or 2; most: pixels to learn from."""
    rng = np.random.default_rng(seed)
    where = sample(known, rng, most)
    codes = np.concatenate([known.mask(row).ravel()[at] for row, at in enumerate(where)])
    present, answers = np.unique(codes, return_inverse=True)
    if len(present) < 2:
        return Looks(known.classes, present if len(present) else np.array([0]), [], known.bank)
    table = np.concatenate([_at(known.features(row), at) for row, at in enumerate(where) if len(at)])
    named = BANKS[known.bank].names(known.form["channels"])

    def fit(table: np.ndarray, answers: np.ndarray) -> Any:
        return build().fit(table, answers)

    estimators = [fit(table, answers)]
    if looks == 2:
        seen = _first_looks(fit, known, where, table, answers, len(present))
        table = np.hstack([table, seen])
        named = named + context_names(present)
        estimators.append(fit(table, answers))
    shares = importance(estimators[-1], table, named)
    return Looks(known.classes, present, estimators, known.bank, shares)


def _at(features: np.ndarray, at: np.ndarray) -> np.ndarray:
    return features.reshape(-1, features.shape[2])[at]


def _first_looks(
    fit: Any, known: Known, where: list[np.ndarray], table: np.ndarray, answers: np.ndarray, present: int
) -> np.ndarray:
    """What a first look makes of pictures it has not learned from, at the sampled pixels: each half of the
    pictures is looked at by an estimator of the other half, as the second look will meet new pictures."""
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
            features = known.features(int(row))
            height, width, depth = features.shape
            proba = _proba(estimator, features.reshape(-1, depth)).reshape(height, width, -1)
            out[picture == row] = _at(context(proba), where[row])
    return out
