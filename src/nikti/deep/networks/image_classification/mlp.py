"""A multi-layer perceptron: pixels in a row, any number of hidden layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nikti.core.words import Words
from nikti.deep.methods import PERCEPTRON
from nikti.deep.shapes import ImageShape

if TYPE_CHECKING:
    from torch import nn

TITLE = Words(en="multi-layer perceptron on the pixels", bn="পিক্সেলের উপর বহুস্তর পারসেপট্রন")
PRESETS = ("fast", "medium", "best")
METHOD = PERCEPTRON
REPRESENTS = False
ENCODER = {"max_size": 32}
RECIPE = {"epochs": 10, "min_steps": 150, "max_epochs": 25, "batch": 128, "clip": 0.0}
CANDIDATES = (
    {"hidden": (256, 128), "dropout": 0.2, "lr": 4e-3},
    {"hidden": (512, 256), "dropout": 0.2, "lr": 2e-3},
    {"hidden": (1024, 512, 256), "dropout": 0.4, "lr": 1e-3},
)

#: Seconds per weight and sample, and per step's share of fixed work (measured, one thread).
SECONDS_PER_WEIGHT = 1.2e-10
SECONDS_FIXED = 2.0e-5


def build(
    shape: ImageShape, outputs: int, hidden: tuple[int, ...] = (256, 128), dropout: float = 0.2
) -> nn.Module:
    """[B, C, S, S] -> logits [B, outputs]. `hidden` are the layers' widths; () gives a linear model."""
    from torch import nn

    widths = _widths(shape, hidden)
    layers: list[nn.Module] = [nn.Flatten()]
    for before, after in zip(widths, widths[1:], strict=False):
        layers += [
            nn.Linear(before, after, bias=False),
            nn.BatchNorm1d(after),
            nn.ReLU(),
            nn.Dropout(dropout),
        ]
    return nn.Sequential(*layers, nn.Linear(widths[-1], outputs))


def accepts(shape: ImageShape, outputs: int, n: int) -> Words | None:
    """Images of any size."""
    return None


def seconds_per_sample(
    shape: ImageShape, outputs: int, hidden: tuple[int, ...] = (256, 128), dropout: float = 0.2
) -> float:
    """Training seconds of one sample."""
    widths = [*_widths(shape, hidden), outputs]
    weights = sum(a * b for a, b in zip(widths, widths[1:], strict=False))
    return SECONDS_FIXED + SECONDS_PER_WEIGHT * weights


def _widths(shape: ImageShape, hidden: tuple[int, ...]) -> list[int]:
    return [shape.channels * shape.size**2, *hidden]
