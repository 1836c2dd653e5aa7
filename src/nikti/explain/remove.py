"""Samples with some of their regions taken away.

What stands in a removed region's place must tell nothing of the sample and still look like data: a
picture's cells and a row's columns come from other samples, drawn once and used for every model
(Covert, Lundberg, Lee, Explaining by Removing, JMLR 2021, section 4: marginal imputation), a word is left
out, a stretch of a series becomes the straight line between its ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from nikti.core.inputs import Frame, Inputs, Question, Questions, Ragged, Stack, Texts
from nikti.explain.regions import in_one

#: Samples drawn to fill what is removed; their answers are averaged.
DRAWS = 4


class Remover:
    """Takes regions away, with the same draws whatever the model.

    background: samples of the same kind to draw from, or None: then a picture's cell takes the mean
    colour of its picture, and a column is missing. draws: samples per removal; one where nothing is drawn.
    """

    def __init__(self, background: Inputs | None, draws: int = DRAWS, seed: int = 0):
        self.background, self.seed = background, seed
        drawn = background is not None and (isinstance(background, Frame) or _picture(background))
        self.draws = draws if drawn else 1
        self._pools: dict[int, tuple[Frame, Any]] = {}

    def without(self, inputs: Inputs, row: int, labels: np.ndarray, masks: np.ndarray) -> Inputs:
        """The sample once for each mask and draw, draws side by side: m * draws samples.

        labels: the sample's region map; masks: bool [m, regions], True is removed.
        """
        if isinstance(inputs, Frame):
            return self._rows(inputs, row, labels, masks)
        sample = inputs[row]
        gone = np.hstack([masks, np.zeros((len(masks), 1), bool)])[:, labels]  # [m, ...]; -1 is never gone
        if isinstance(sample, Question):
            text = in_one(sample)
            kept = [_left(text, one).partition("\n") for one in gone]
            return Questions([q for q, _, _ in kept], [p for _, _, p in kept], np.arange(len(kept)))
        if isinstance(sample, str):
            return Texts([_left(sample, one) for one in gone])
        if sample.ndim == 3:
            return Stack(self._pictures(sample, row, gone))
        return Ragged.of([_bridged(sample, one) for one in gone])

    def _donors(self, row: int) -> np.ndarray:
        """The rows of the background that fill this sample's gaps."""
        rng = np.random.default_rng([self.seed, row])
        return rng.integers(0, len(self.background), self.draws)

    def _pictures(self, image: np.ndarray, row: int, gone: np.ndarray) -> np.ndarray:
        """uint8 [m * draws, H, W, C]"""
        if self.background is None:
            mean = image.mean((0, 1)).round().astype(image.dtype)
            return np.where(gone[..., None], mean, image)
        fill = [_sized(self.background[int(donor)], image) for donor in self._donors(row)]
        filled = np.where(gone[:, None, ..., None], np.stack(fill)[None], image)  # [m, draws, H, W, C]
        return filled.reshape(-1, *image.shape)

    def _rows(self, inputs: Frame, row: int, labels: np.ndarray, masks: np.ndarray) -> Frame:
        import pandas as pd

        known = self._pools.get(row)
        if known is None or known[0] is not inputs:  # made once: a row is asked for again and again
            known = self._pools[row] = (inputs, self._pool(inputs, row))
        pool = known[1]
        sources = np.tile(np.arange(1, 1 + self.draws), len(masks))
        gone = np.repeat(masks, self.draws, axis=0)[:, labels]  # [m * draws, columns]
        columns = {
            name: pool[name].take(np.where(gone[:, place], sources, 0)).reset_index(drop=True)
            for place, name in enumerate(pool.columns)
        }
        return Frame(pd.DataFrame(columns))

    def _pool(self, inputs: Frame, row: int) -> Any:
        """The row, then those that fill its gaps, in the row's own kinds of columns."""
        import pandas as pd

        own = inputs.frame.iloc[[row]]
        if self.background is None:
            missing = own.reindex([-1])
            return pd.concat([own, missing], ignore_index=True).astype(own.dtypes, errors="ignore")
        pool = pd.concat([own, self.background.frame.iloc[self._donors(row)]], ignore_index=True)
        # A category that only the others have is one of the column's all the same.
        kinds = {n: "category" if isinstance(k, pd.CategoricalDtype) else k for n, k in own.dtypes.items()}
        return pool.astype({name: kind for name, kind in kinds.items() if pool[name].dtype != kind})


def joined(parts: Sequence[Inputs]) -> Inputs:
    """Inputs of one kind, one after another; pictures of unequal sizes become `Ragged`."""
    first = parts[0]
    if len(parts) == 1:
        return first
    if isinstance(first, Frame):
        import pandas as pd

        return Frame(pd.concat([part.frame for part in parts], ignore_index=True))
    if isinstance(first, Texts):
        return Texts([text for part in parts for text in part])
    if isinstance(first, Questions):
        asked = [sample for part in parts for sample in part]
        return Questions([s.question for s in asked], [s.passage for s in asked], np.arange(len(asked)))
    stacked = all(isinstance(part, Stack) for part in parts)
    if stacked and len({part.sample_shape for part in parts}) == 1:
        return Stack(np.concatenate([part.array() for part in parts]))
    return Ragged.of([sample for part in parts for sample in part])


def _picture(inputs: Inputs) -> bool:
    sample = inputs[0] if len(inputs) else None
    return isinstance(sample, np.ndarray) and sample.ndim == 3


def _sized(other: np.ndarray, image: np.ndarray) -> np.ndarray:
    """Another picture in the size and channels of this one."""
    if other.shape == image.shape:
        return other
    import cv2

    height, width, channels = image.shape
    other = cv2.resize(other, (width, height), interpolation=cv2.INTER_AREA).reshape(height, width, -1)
    if other.shape[2] == channels:
        return other
    mean = other.mean(2, keepdims=True).round().astype(image.dtype)
    return np.repeat(mean, channels, axis=2)


def _left(text: str, gone: np.ndarray) -> str:
    """What is left of a text; the white space between two words that stay is kept once."""
    return "".join(letter for letter, lost in zip(text, gone, strict=True) if not lost)


def _bridged(series: np.ndarray, gone: np.ndarray) -> np.ndarray:
    """[channels, length] with straight lines over what is gone; 0 where nothing is left."""
    stay = np.flatnonzero(~gone)
    if not len(stay):
        return np.zeros_like(series)
    moments = np.arange(series.shape[1])
    filled = series.copy()
    for channel in filled:
        known = stay[np.isfinite(channel[stay])]
        channel[gone] = np.interp(moments[gone], known, channel[known]) if len(known) else 0.0
    return filled
