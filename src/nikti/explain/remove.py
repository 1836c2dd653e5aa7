"""Samples with some of their regions taken away.

What stands in a removed region's place must tell nothing of the sample and still look like data: a
picture's cells and a row's columns come from other samples, drawn once and used for every model
(Covert, Lundberg, Lee, Explaining by Removing, JMLR 2021, section 4: marginal imputation), a word is left
out, a stretch of a series becomes the straight line between its ends. How, is for the modality to say.
"""

from __future__ import annotations

import numpy as np

from nikti import modalities
from nikti.core.inputs import Inputs
from nikti.explain.regions import REGIONS

#: Samples drawn to fill what is removed; their answers are averaged.
DRAWS = 4

#: Samples kept with what fills them: the same one is needed many times.
KEPT = 8


class Remover:
    """Takes regions away, with the same draws whatever the model.

    modality: of the samples, by name. background: samples to draw from, or None: then nothing is known of
    others. draws: samples per removal; one where nothing is drawn.
    """

    def __init__(self, modality: str, background: Inputs | None, draws: int = DRAWS, seed: int = 0):
        self.modality, self.background, self.seed = modalities.of(modality), background, seed
        self.draws = draws if background is not None and self.modality.FILLED else 1
        self._pools: dict[int, tuple[Inputs, Inputs]] = {}

    def regions(self, inputs: Inputs, row: int, most: int = REGIONS) -> np.ndarray:
        """The region map of one sample, int64; numbers from 0, at most about `most` regions."""
        return self.modality.regions(inputs, row, most)

    def without(self, inputs: Inputs, row: int, labels: np.ndarray, masks: np.ndarray) -> Inputs:
        """The sample once for each mask and draw, draws side by side: m * draws samples.

        labels: the sample's region map; masks: bool [m, regions], True is removed.
        """
        removed = np.hstack([masks, np.zeros((len(masks), 1), bool)])[:, labels]  # [m, ...]; -1 never is
        return self.modality.without(self._pool(inputs, row), removed)

    def _pool(self, inputs: Inputs, row: int) -> Inputs:
        """The sample, then those that fill its gaps."""
        held = self._pools.pop(row, None)
        if held is None or held[0] is not inputs:
            others = self.background if self.modality.FILLED else None
            donors = None if others is None else others.take(self._donors(row, len(others)))
            held = inputs, self.modality.pool(inputs, row, donors)
        self._pools[row] = held
        if len(self._pools) > KEPT:
            del self._pools[next(iter(self._pools))]
        return held[1]

    def _donors(self, row: int, n: int) -> np.ndarray:
        """Those of n rows of the background that fill this sample's gaps."""
        return np.random.default_rng([self.seed, row]).integers(0, n, self.draws)
