"""A classifier of pixels, and a second one that also sees what the first made of the surroundings.

The second stage is auto-context (Z. Tu, X. Bai, Auto-context and its application to high-level vision
tasks, PAMI 2010), as in ilastik's workflow of that name: the first classifier's probabilities, smoothed
at several scales, are features of the second.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

#: Standard deviations in pixels at which probabilities are smoothed; 0 is the pixel's own.
CONTEXT = (0.0, 2.0, 4.0, 8.0, 16.0, 32.0)


@dataclass
class PixelClassifier:
    """One estimator, or two of which the second sees the first's answers; none where only one class occurred.
    present: the codes that occurred, in the order of the estimators' columns; bank: their filters."""

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
            found = probabilities(estimator, features.reshape(height * width, -1)).reshape(height, width, -1)
        return np.ones((height, width, 1), np.float32) if found is None else found

    def codes(self, proba: np.ndarray) -> np.ndarray:
        """uint8 [H, W] of probabilities [H, W, present]."""
        return self.present[np.argmax(proba, axis=2)].astype(np.uint8)


def probabilities(estimator: Any, table: np.ndarray) -> np.ndarray:
    """float32 [pixels, present] of features [pixels, d]."""
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
    return [f"first stage: class {code}, scale {scale:g}" for code in classes[:-1] for scale in CONTEXT]
