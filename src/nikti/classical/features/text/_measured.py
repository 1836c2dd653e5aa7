"""A hand-made feature of texts that learns nothing, as a scikit-learn transformer.

Its file holds NAMES, the names of its columns, and `measure(text) -> list of numbers` in their order.
`Measured` finds the file by name, so what is saved with a model is a word.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

from nikti.core import catalogue


class Measured(TransformerMixin, BaseEstimator):
    """Texts -> float32 [n, len(NAMES)] of the file `name`; learns nothing."""

    def __init__(self, name: str):
        self.name = name

    def fit(self, texts: Sequence[str], targets: object = None) -> Measured:
        """Nothing is learned."""
        return self

    def transform(self, texts: Sequence[str]) -> np.ndarray:
        """One row of numbers per text."""
        file = self._file()
        rows = [file.measure(text) for text in texts]
        return np.array(rows, dtype=np.float32).reshape(-1, len(file.NAMES))

    def get_feature_names_out(self, input_features: object = None) -> np.ndarray:
        """The file's NAMES."""
        return np.array(self._file().NAMES, dtype=object)

    def _file(self) -> ModuleType:
        return catalogue.load("classical/features/text", self.name)

    def __sklearn_is_fitted__(self) -> bool:
        return True
