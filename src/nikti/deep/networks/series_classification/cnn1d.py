"""A fully convolutional network: three convolutions over time, then the mean over time (Wang et al.
2017, https://arxiv.org/abs/1611.06455, section 2.2; a quarter to a half of its filters)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nikti.core.words import Words
from nikti.deep.methods import CONVOLUTIONAL
from nikti.deep.shapes import SeriesShape

if TYPE_CHECKING:
    from torch import nn

TITLE = Words(en="fully convolutional network over time", bn="সময় ধরে চলা পুরোপুরি কনভোলিউশনাল নেটওয়ার্ক")
PRESETS = ("medium", "best")
METHOD = CONVOLUTIONAL
REPRESENTS = True
ENCODER = {"max_length": 256}
RECIPE = {"epochs": 30, "min_steps": 500, "max_epochs": 120, "batch": 64}
CANDIDATES = (
    {"filters": 48, "lr": 3e-3},
    {"filters": 96, "lr": 2e-3},
    {"filters": 32, "dropout": 0.2, "lr": 5e-3},
)
KERNELS = (8, 5, 3)
#: Measured on one thread, in batches of 64.
SECONDS_FIXED, SECONDS_PER_PRODUCT, SECONDS_PER_VALUE = 5e-5, 1.0e-10, 1.2e-8


def build(shape: SeriesShape, outputs: int, filters: int = 48, dropout: float = 0.0) -> nn.Module:
    """[B, C, L] -> logits [B, outputs]. The middle convolution has twice the filters."""
    from torch import nn

    widths, layers = [shape.channels, filters, 2 * filters, filters], []
    for before, after, kernel in zip(widths, widths[1:], KERNELS, strict=False):
        layers += [
            nn.Conv1d(before, after, kernel, padding=kernel // 2, bias=False),  # [B, after, ~L]
            nn.BatchNorm1d(after),
            nn.ReLU(),
        ]
    return nn.Sequential(
        *layers, nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Dropout(dropout), nn.Linear(filters, outputs)
    )


def accepts(shape: SeriesShape, outputs: int, n: int) -> Words | None:
    """Any shape and any number of rows."""
    return None


def seconds_per_sample(shape: SeriesShape, outputs: int, filters: int = 48, dropout: float = 0.0) -> float:
    """Training seconds of one sample on one thread."""
    weights = 8 * shape.channels * filters + 16 * filters**2
    each = SECONDS_PER_PRODUCT * weights + SECONDS_PER_VALUE * 4 * filters
    return SECONDS_FIXED + shape.length * each
