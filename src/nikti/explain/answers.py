"""What there is to explain of a model's answer to a sample: one thing for a class or a value, several where
the answer has parts."""

from __future__ import annotations

from typing import Any

import numpy as np

from nikti.core.answers import LEAST_SCORE, SCORE
from nikti.core.inputs import Inputs
from nikti.core.pairs import nearest

#: Boxes of a picture, and classes of its pixels, that are explained: the surest, the largest.
MOST_PARTS = 3


def of(model: Any, kind: str, inputs: Inputs, code: int | None = None) -> list[list[Any]]:
    """For each sample the answers that `nikti.explain.scores` understands.

    kind: of the task; code: the class to explain instead of the predicted one (of boxes and regions: only
    those of this class). A sample without a box, and the only picture where pictures are compared, get [].
    """
    if kind == "classification":
        codes = model.predict_proba(inputs).argmax(axis=1) if code is None else np.full(len(inputs), code)
        return [[int(each)] for each in codes]
    if kind == "regression":
        return [[None]] * len(inputs)
    said = model.predict(inputs)
    if kind == "verification":
        if len(said) < 2:
            return [[]] * len(inputs)
        return [[said[other]] for other in nearest(said)[0]]
    parts = {"detection": _boxes, "segmentation": _regions}.get(kind, _texts)
    return [parts(said[row], code) for row in range(len(inputs))]


def _boxes(boxes: np.ndarray, code: int | None) -> list[np.ndarray]:
    kept = boxes[boxes[:, SCORE] >= LEAST_SCORE] if len(boxes) else boxes
    kept = kept if code is None else kept[kept[:, 4] == code]
    return list(kept[np.argsort(-kept[:, SCORE], kind="stable")][:MOST_PARTS]) if len(kept) else []


def _regions(mask: np.ndarray, code: int | None) -> list[tuple[np.ndarray, int]]:
    """The largest first; the first class, which is the background, last."""
    sizes = np.bincount(mask.ravel())
    by_size = [int(c) for c in np.argsort(-sizes, kind="stable") if sizes[c] and code in (None, c)]
    codes = [c for c in by_size if c] + [c for c in by_size if not c]
    return [(mask == c, c) for c in codes[:MOST_PARTS]]


def _texts(said: Any, code: int | None) -> list[str]:
    """A text as it is, or the first of a list; an empty one says that there is no answer."""
    return [text for text in ([said] if isinstance(said, str) else said[:1]) if text]
