"""Fine-tuning schedule of given weights: the head first, then all layers, with smaller learning rates for
early layers.

Howard & Ruder 2018 (https://arxiv.org/abs/1801.06146, sections 3.2 and 3.3: learning rates that fall from
layer to layer); Kumar et al. 2022 (https://arxiv.org/abs/2202.10054: a head that fits before the rest
moves keeps the features from being torn).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Layers:
    """early: beginnings of the weights' names, layer by layer from the input (a tuple where a layer has
    several); head: those of the last layer, which starts anew; part: the part of the network that these
    names are in, "" for all of it. What is outside starts anew too."""

    early: tuple[str | tuple[str, ...], ...] = ()
    head: tuple[str, ...] = ()
    part: str = ""

    def new(self, name: str) -> bool:
        """Whether a weight is newly initialised.

        >>> layers = Layers(head=("fc.",), part="body")
        >>> [layers.new(name) for name in ("body.conv.weight", "body.fc.weight", "boxes.weight")]
        [False, True, True]
        """
        inside = name.removeprefix(f"{self.part}.") if self.part else name
        return inside.startswith(self.head) or (bool(self.part) and inside == name)

    def share(self, name: str, first: float) -> float:
        """A weight's share of the learning rate: `first` in the first layer, rising evenly in the
        logarithm to 1 behind the last.

        >>> layers = Layers(("stem.", "body."), ("head.",))
        >>> [round(layers.share(f"{name}.weight", 0.01), 4) for name in ("stem", "body", "norm", "head")]
        [0.01, 0.1, 1.0, 1.0]
        """
        name = name.removeprefix(f"{self.part}.")
        for number, beginning in enumerate(self.early):
            if name.startswith(beginning):
                return first ** (1 - number / len(self.early))
        return 1.0
