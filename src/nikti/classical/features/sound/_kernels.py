"""Random convolution kernels over the log mel bands of a sound, whose columns have no meaning that one could
name to a user; see `features/series/_random_kernels.py`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

from nikti.classical.features.series._random_kernels import RandomKernels
from nikti.classical.features.sound import _frames
from nikti.core.words import Words

TITLE = Words(
    en="answers of random convolution kernels on the mel bands",
    bn="মেল ব্যান্ডের উপর এলোমেলো কনভোলিউশন কার্নেলের সাড়া",
)
STATELESS = False

BANDS = 32
#: Frames that are added up, so that kernels are cheap: one every 48 ms.
TOGETHER = 3


class SoundKernels(TransformerMixin, BaseEstimator):
    """fit(list of float32 [samples]).transform(list) -> float32 [n, d], d close to n_features."""

    def __init__(self, n_features: int = 9996, seed: int = 0):
        self.n_features = n_features
        self.seed = seed

    def fit(self, samples: Sequence[np.ndarray], targets: object = None) -> SoundKernels:
        """Choose kernels from n >= 1 training sounds."""
        self.kernels_ = RandomKernels(self.n_features, self.seed).fit([bands(one) for one in samples])
        return self

    def transform(self, samples: Sequence[np.ndarray]) -> np.ndarray:
        """Shares of positive answers, float32 [n, d]."""
        return self.kernels_.transform([bands(one) for one in samples])

    def get_feature_names_out(self, input_features: object = None) -> np.ndarray:
        """Numbers: the columns have no names that say anything."""
        return self.kernels_.get_feature_names_out()


def bands(wave: np.ndarray) -> np.ndarray:
    """float32 [BANDS, frames // TOGETHER]: log mel bands less their mean in each band."""
    found = _frames.log_mel(_frames.power(wave) + 1e-7, BANDS).T
    whole = max(1, found.shape[1] // TOGETHER)
    found = np.stack([part.mean(axis=1) for part in np.array_split(found, whole, axis=1)], axis=1)
    return (found - found.mean(axis=1, keepdims=True)).astype(np.float32)
