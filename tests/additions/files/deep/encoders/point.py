"""Points standardised: what a network reads is [B, 2], as it reads other features."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nikti.core.inputs import Inputs
from nikti.core.steps import SAMPLE, Standardise, Value
from nikti.deep.shapes import Shape

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class PointShape(Shape):
    """Float points [B, axes]."""

    axes: int

    @property
    def values(self) -> int:
        """One for each axis."""
        return self.axes

    def example(self) -> tuple[torch.Tensor]:
        """Two points."""
        import torch

        return (torch.zeros(2, self.axes),)


def forecast(data: Any, options: dict[str, Any]) -> PointShape:
    """The shape `fit` gives."""
    return PointShape(2)


def fit(inputs: Inputs, *, seed: int, options: dict[str, Any], targets: Any = None) -> PointEncoder:
    """Mean and deviation of x and y."""
    points = np.array(list(inputs), np.float64)
    return PointEncoder(points.mean(axis=0).tolist(), (points.std(axis=0) + 1e-8).tolist())


def from_state(facts: dict[str, Any], tensors: dict[str, torch.Tensor]) -> PointEncoder:
    """The inverse of `PointEncoder.state`."""
    return PointEncoder(**facts)


@dataclass
class PointEncoder:
    """See `nikti.deep.encoders` for the verbs."""

    mean: list[float]
    deviation: list[float]
    views = None
    shape = PointShape(2)

    def state(self) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
        """(plain facts, no tensors) from which the encoder is made again."""
        return {"mean": self.mean, "deviation": self.deviation}, {}

    def graph(self) -> tuple[tuple[Value, ...], tuple[Standardise, ...], tuple[Value, ...]]:
        """(what a raw sample is, the steps, what the network reads); see `nikti.core.graph`."""
        step = Standardise(SAMPLE, "point", np.array(self.mean), 1 / np.array(self.deviation))
        shape = (None, 2)
        return (Value(SAMPLE, "float32", shape),), (step,), (Value("point", "float32", shape),)

    def encode(self, inputs: Inputs) -> tuple[torch.Tensor]:
        """float32 [n, 2]."""
        import torch

        points = np.array(list(inputs), np.float32).reshape(-1, 2)
        points = (points - np.float32(self.mean)) / np.float32(self.deviation)
        return (torch.from_numpy(points),)

    def batch(self, tensors: tuple[torch.Tensor]) -> tuple[torch.Tensor]:
        """As encoded."""
        return tensors

    def augment(self, batch: tuple[torch.Tensor], generator: torch.Generator) -> tuple[torch.Tensor]:
        """As they are."""
        return batch


def lay(encoder: PointEncoder, one: Inputs, parts: Any) -> np.ndarray:
    """What was found of x and y, [2]."""
    return parts.inputs[0]
