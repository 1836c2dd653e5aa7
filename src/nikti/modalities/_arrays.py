"""What pictures, series and sounds have in common: each sample is an array."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nikti.core.errors import DataError
from nikti.core.inputs import Inputs, Ragged, Stack
from nikti.core.words import Words

_OTHER_DIMENSIONS = Words(
    en="input {row} has the shape {came}; this model was trained on {what} {shape}. Give one of that kind.",
    bn="{row} নম্বর ইনপুটের আকার {came}; মডেলটি শিখেছে {what} {shape} থেকে। তেমন একটি দিন।",
)


def packed(samples: Sequence[np.ndarray], dimensions: int) -> Stack | Ragged:
    """A `Stack` where shapes agree, else `Ragged`."""
    if not len(samples):
        return Ragged.of((), dimensions)
    same = len({sample.shape for sample in samples}) == 1
    return Stack(np.stack(samples)) if same else Ragged.of(samples)


def checked(inputs: Inputs, dimensions: int, what: Words, shape: str) -> Inputs:
    """The inputs, in memory. Raises DataError for a sample with another number of dimensions."""
    inputs = inputs.decoded()
    for row, sample in enumerate(inputs):
        if np.ndim(sample) != dimensions:
            raise DataError(
                _OTHER_DIMENSIONS.format(row=row, came=str(list(np.shape(sample))), what=what, shape=shape)
            )
    return inputs
