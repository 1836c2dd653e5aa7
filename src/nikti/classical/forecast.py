"""The shape a table of features will have, before any is made: for costs and for refusals."""

from __future__ import annotations

from functools import lru_cache
from types import ModuleType
from typing import Any

import numpy as np

from nikti.classical import features_of
from nikti.classical.shape import Shape, answered
from nikti.core.data import Data
from nikti.core.task import Task

#: Samples that are looked at: spread evenly, so that the same data give the same forecast.
LOOKED_AT = 300


def shape_of(task: Task, data: Data, size: int, file: ModuleType, options: dict[str, Any]) -> Shape:
    """The shape of a fit on `size` rows of `data` by the model `file`."""
    view = "own" if hasattr(file, "features") else file.VIEW
    asked = answered(task.answer, len(data.classes))
    if view == "own":
        return Shape(asked.answer, size, 0, classes=asked.classes, modality=task.modality, fits=asked.fits)
    user_file = options.get("features_file")
    key = (str(data.home), len(data)) if data.home is not None else None
    if key is None:
        dense, sparse, active = _columns(task.modality, view, user_file, data)
    else:
        dense, sparse, active = _remembered(_Known(key, task.modality, view, user_file, data))
    sparse = _vocabulary(sparse, size)
    return Shape(asked.answer, size, dense, sparse, active, asked.classes, task.modality, asked.fits)


def _vocabulary(sparse: int, size: int) -> int:
    """N-grams found in a sample of texts grow with the square root of the texts (Heaps' law)."""
    return int(sparse * max(1.0, size / LOOKED_AT) ** 0.5)


class _Known:
    """Data that compare equal when they are the same stored set, so that a forecast is made once."""

    def __init__(self, key: tuple[str, int], modality: str, view: str, user_file: str | None, data: Data):
        self.key = (*key, modality, view, user_file)
        self.data = data

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Known) and self.key == other.key


@lru_cache(maxsize=32)
def _remembered(known: _Known) -> tuple[int, int, float]:
    *_, modality, view, user_file = known.key
    return _columns(modality, view, user_file, known.data)


def _columns(modality: str, view: str, user_file: str | None, data: Data) -> tuple[int, int, float]:
    """(plain columns, n-gram columns, non-zero n-grams per row) of a few samples."""
    parts = features_of.parts(modality, view, user_file)
    few = LOOKED_AT if parts.learned else 1  # one tells the columns that are the same for all
    sample = data.inputs.take(np.unique(np.linspace(0, len(data) - 1, few).astype(int)))
    features = features_of.Features(parts, modality, {})
    table = features.fit(features_of.gather(sample, None, None, parts), None)
    sparse = len(features.names) - features.dense
    active = table[:, features.dense :].nnz / len(sample) if sparse else 0.0
    return features.dense, sparse, active
