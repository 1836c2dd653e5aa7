"""A multi-layer perceptron on x and y."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nikti.core.words import Words
from nikti.deep.methods import PERCEPTRON

if TYPE_CHECKING:
    from nikti.deep.encoders.point import PointShape
    from torch import nn

TITLE = Words(en="multi-layer perceptron on the point", bn="বিন্দুর উপর বহুস্তর পারসেপট্রন")
PRESETS = ("fast", "medium", "best")
METHOD = PERCEPTRON
REPRESENTS = True
RECIPE = {"epochs": 20, "min_steps": 300, "batch": 32}
CANDIDATES = ({"lr": 1e-2}, {"lr": 3e-3})


def build(shape: PointShape, outputs: int, width: int = 32) -> nn.Module:
    """[B, 2] -> logits [B, outputs]."""
    from torch import nn

    return nn.Sequential(
        *(nn.Linear(shape.axes, width), nn.ReLU()),
        *(nn.Linear(width, width), nn.ReLU()),
        nn.Linear(width, outputs),
    )


def accepts(shape: PointShape, outputs: int, n: int) -> Words | None:
    """Any number of points."""
    return None


def seconds_per_sample(shape: PointShape, outputs: int, width: int = 32) -> float:
    """Training seconds of one sample on one thread."""
    return 1e-5
