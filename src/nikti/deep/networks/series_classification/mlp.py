"""A multi-layer perceptron on the moments of a series, with any number of hidden layers (Wang et al.
2017, https://arxiv.org/abs/1611.06455, section 2.1: dropout that grows towards the end)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nikti.core.words import Words
from nikti.deep.methods import PERCEPTRON
from nikti.deep.shapes import SeriesShape

if TYPE_CHECKING:
    from torch import nn

TITLE = Words(en="multi-layer perceptron on the series", bn="সময়ক্রমের উপর বহুস্তর পারসেপট্রন")
PRESETS = ("fast", "medium", "best")
METHOD = PERCEPTRON
REPRESENTS = False
ENCODER = {"max_length": 256}
RECIPE = {"epochs": 30, "min_steps": 600, "max_epochs": 120, "batch": 64}
CANDIDATES = (
    {"hidden": (256, 128), "dropout": 0.2, "lr": 2e-3},
    {"hidden": (500, 500, 500), "dropout": 0.3, "lr": 1e-3},
    {"hidden": (128,), "dropout": 0.1, "lr": 2e-3},
)
#: Measured on one thread, in batches of 64.
SECONDS_FIXED, SECONDS_PER_WEIGHT = 2.7e-5, 1.8e-10


def build(
    shape: SeriesShape, outputs: int, hidden: tuple[int, ...] = (256, 128), dropout: float = 0.2
) -> nn.Module:
    """[B, C, L] -> logits [B, outputs]. `hidden` are the layers' widths; () gives a linear model."""
    from torch import nn

    widths = [shape.channels * shape.length, *hidden]
    layers: list[nn.Module] = [nn.Flatten(), nn.Dropout(dropout / 2)]  # [B, C * L]
    for before, after in zip(widths, widths[1:], strict=False):
        layers += [nn.Linear(before, after), nn.ReLU(), nn.Dropout(dropout)]
    return nn.Sequential(*layers, nn.Linear(widths[-1], outputs))


def accepts(shape: SeriesShape, outputs: int, n: int) -> Words | None:
    """Any shape and any number of rows."""
    return None


def seconds_per_sample(
    shape: SeriesShape, outputs: int, hidden: tuple[int, ...] = (256, 128), dropout: float = 0.2
) -> float:
    """Training seconds of one sample on one thread."""
    widths = [shape.channels * shape.length, *hidden, outputs]
    weights = sum(before * after for before, after in zip(widths, widths[1:], strict=False))
    return SECONDS_FIXED + SECONDS_PER_WEIGHT * weights
