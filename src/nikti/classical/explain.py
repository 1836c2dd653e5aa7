"""A classical model explains itself: columns of features, laid back on the raw sample they were read from.

Every transformer of features may have `lay(sample, shares) -> weights`, which spreads the shares of its
columns over the parts of the raw sample that they measure. Where a transformer has none, its shares are
spread evenly over the whole sample.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from nikti import modalities
from nikti.classical import columns, parameter_randomisation
from nikti.core.explanation import ExplanationMethod
from nikti.core.inputs import Inputs

#: Samples explained at a time: n-grams come by the hundred thousand.
CHUNK = 32


@dataclass(frozen=True)
class ClassicalExplainer:
    """See `nikti.core.contender.Explainer`. model: a ClassicalModel whose columns can be told apart."""

    model: Any

    @property
    def methods(self) -> tuple[str, ...]:
        """The one method of this model."""
        return (self.describe("").name,)

    def describe(self, method: str) -> ExplanationMethod:
        """The one method of this model in words."""
        found = columns.method_of(self.model.fitted)
        assert found is not None  # whose columns cannot be told apart has no explainer
        return found

    def explain(
        self, inputs: Inputs, codes: np.ndarray | None, method: str, background: Inputs | None = None
    ) -> list[np.ndarray]:
        """Signed weights over each raw sample. The background is that of the training samples."""
        found = []
        for start in range(0, len(inputs), CHUNK):
            rows = np.arange(start, min(start + CHUNK, len(inputs)))
            found += self._explain(inputs.take(rows), None if codes is None else codes[rows])
        return found

    def _explain(self, inputs: Inputs, codes: np.ndarray | None) -> list[np.ndarray]:
        features = self.model.features
        shares = columns.shares(self.model.fitted, features.of(inputs), codes)  # [n, d]
        formed, blocks = features.formed(inputs), features.blocks()
        places = modalities.of(features.modality).places
        found = []
        for row in range(len(inputs)):
            sample, blank = formed.raw_sample(row), np.zeros(places(formed, row))
            laid = sum((_lay(part, sample, shares[row, at], blank) for part, at in blocks), blank)
            found.append(_fitted(laid, places(inputs, row)))
        return found

    def randomised(self, seed: int) -> Any:
        """The model with its learned parameters randomised, or None."""
        fitted = parameter_randomisation.of_fitted(self.model.fitted, seed)
        return None if fitted is None else replace(self.model, fitted=fitted)


def _lay(part: Any, sample: Any, shares: np.ndarray, blank: np.ndarray) -> np.ndarray:
    """Shares of a transformer's columns in the shape of `blank`; evenly where it does not say where it
    looks."""
    laid = part.lay(sample, shares) if hasattr(part, "lay") else None
    if laid is not None:
        return laid
    return np.full(blank.shape, shares.sum() / max(1, blank.size))


def _fitted(laid: np.ndarray, given: tuple[int, ...]) -> np.ndarray:
    """A map of the sample as the model saw it, on its places as it was given; its sum stays."""
    if laid.ndim < 2 or laid.shape == given:
        return laid
    import cv2

    *times, height, width = given
    frames = laid.reshape(-1, *laid.shape[-2:])
    wide = np.stack([cv2.resize(one, (width, height), interpolation=cv2.INTER_LINEAR) for one in frames])
    for length in times:  # each moment has the weights of the nearest one that was seen
        wide = wide[np.arange(length) * len(wide) // length]
    wide = wide.reshape(given)
    return wide * (laid.size / wide.size)
