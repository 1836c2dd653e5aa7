"""A hand-made feature that learns nothing, as a scikit-learn transformer.

A feature file of images, series, sounds or clips holds two pure functions:
    measure(batch [m, *sample_shape]) -> [m, d]      samples of one shape
    names(sample_shape) -> list of d column names
and may hold
    locations(sample_shape) -> (maps [m, *places], which int [d])
                                                     what column k measures: maps[which[k]], which sums to 1
`Measured` finds the file by name, so what is saved with a model is two words and a shape.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from types import ModuleType

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

from nikti.core import catalogue
from nikti.core.errors import DataError
from nikti.core.words import Words

#: Values of raw data measured at a time: small enough for the temporaries to stay in the cache.
BATCH_VALUES = 2**18
#: Samples whose last axis may be of any length.
FREE_LENGTH = ("series", "sound")

_load = lru_cache(maxsize=None)(catalogue.load)

_NO_SAMPLES = Words(
    en="no samples to measure {feature!r} of: at least one is needed",
    bn="“{feature}” মাপার মতো কোনো নমুনা নেই: অন্তত একটি লাগে",
)
_OTHER_SHAPE = Words(
    en="a sample of shape {came} came, but this model was fitted on shape {known}",
    bn="একটি নমুনার আকার {came}, অথচ মডেলটি শিখেছে {known} আকারের নমুনা থেকে",
)


class Measured(TransformerMixin, BaseEstimator):
    """The columns of one feature file; `unit` is the folder, such as "image", `name` the file's name.

    `fit` records the shape of a sample and nothing else. The length of a series or sound is free, the size of
    an image or clip and the number of channels are not: other samples raise DataError.
    """

    def __init__(self, unit: str, name: str):
        self.unit = unit
        self.name = name

    def fit(self, samples: Sequence[np.ndarray] | np.ndarray, targets: object = None) -> Measured:
        """Record the shape of the first sample."""
        self.sample_shape_ = tuple(int(length) for length in np.shape(samples[0]))
        return self

    def transform(self, samples: Sequence[np.ndarray] | np.ndarray) -> np.ndarray:
        """Columns float32 [n, d] of n >= 1 samples."""
        measure = self._file().measure
        columns = None
        for rows, batch in _batches(samples):
            self._check(batch.shape[1:])
            values = measure(batch)  # [m, d]
            if columns is None:
                columns = np.empty((len(samples), values.shape[1]), dtype=np.float32)
            columns[rows] = np.clip(values, -3e38, 3e38)  # so that huge samples stay finite in float32
        if columns is None:
            raise DataError(_NO_SAMPLES.format(feature=self.name))
        return columns

    def get_feature_names_out(self, input_features: object = None) -> np.ndarray:
        """Names of the columns, for samples of the shape seen by `fit`."""
        return np.array(self._file().names(self.sample_shape_), dtype=object)

    def lay(self, sample: np.ndarray, shares: np.ndarray) -> np.ndarray | None:
        """Each column's share on the places that it measures, as the file's `locations` says: picture [S, S],
        series [length], sound [bands, moments]. None where the file tells nothing."""
        if not hasattr(self._file(), "locations"):
            return None
        maps, which = self._file().locations(np.shape(sample))
        return np.tensordot(np.bincount(which, shares, minlength=len(maps)), maps, 1)

    def _file(self) -> ModuleType:
        return _load(f"classical/features/{self.unit}", self.name)

    def _check(self, shape: tuple[int, ...]) -> None:
        known = getattr(self, "sample_shape_", shape)
        fixed = slice(None, -1) if self.unit in FREE_LENGTH else slice(None)
        if len(shape) != len(known) or shape[fixed] != tuple(known)[fixed]:
            raise DataError(_OTHER_SHAPE.format(came=str(list(shape)), known=str(list(known))))

    def __sklearn_is_fitted__(self) -> bool:
        return True


def _batches(samples: Sequence[np.ndarray] | np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """(positions [m], samples [m, ...]) of equally shaped samples, a cache full at a time."""
    if isinstance(samples, np.ndarray) and samples.dtype != object:
        groups = [np.arange(len(samples))] if len(samples) else []
    else:
        by_shape: dict[tuple[int, ...], list[int]] = {}
        for row in range(len(samples)):
            by_shape.setdefault(np.shape(samples[row]), []).append(row)
        groups = [np.array(rows) for rows in by_shape.values()]
    for group in groups:
        step = max(1, BATCH_VALUES // max(1, np.size(samples[int(group[0])])))
        for start in range(0, len(group), step):
            rows = group[start : start + step]
            if isinstance(samples, np.ndarray) and samples.dtype != object:
                yield rows, np.asarray(samples[rows[0] : rows[-1] + 1])
            else:
                yield rows, np.stack([np.asarray(samples[int(row)]) for row in rows])
