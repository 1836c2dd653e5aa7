"""The layers of a trained network and of the same network before training."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nikti.core.inputs import Inputs
from nikti.deep import blocks, raw_table
from nikti.deep import device as devices
from nikti.deep import filters as first_filters
from nikti.deep.blocks import Layer
from nikti.deep.model import DeepModel


@dataclass(frozen=True)
class NetworkLayers:
    """The layers of a model's network; every sample goes through the model's own encoder first."""

    model: DeepModel

    @cached_property
    def _named(self) -> tuple[str, ...]:
        """The parts that the network's file names, () where its structure tells them."""
        return getattr(blocks.file_of(self.model), "BLOCKS", ())

    def through(self, inputs: Inputs, untrained: bool = False) -> list[Layer]:
        """What each layer makes of raw samples; [] where there is none between sample and answer. untrained:
        of the same network with its weights before training."""
        network = blocks.untrained(self.model) if untrained else self.model.network
        with devices.threads(self.model.threads):
            return blocks.activations(
                network, self.model.encoder, inputs, device=self.model.device, named=self._named
            )

    def raw(self, inputs: Inputs) -> np.ndarray:
        """The samples as the network receives them, float32 [n, w]."""
        return raw_table.raw(self.model.encoder, inputs)

    def reach(self, inputs: Inputs) -> list[int]:
        """How far a unit of each layer sees, in pixels or moments of what the network receives; [] for
        samples without places."""
        model = self.model
        return blocks.reach(model.network, model.encoder, inputs, device=model.device, named=self._named)

    def filters(self, most: int) -> np.ndarray | None:
        """The strongest filters of the first layer, see `nikti.deep.filters`."""
        return first_filters.filters(self.model.network, self.model.encoder, most)
