"""InceptionTime's network: blocks that look through windows of several lengths at once, with a
shortcut around every three (Ismail Fawaz et al. 2020, https://arxiv.org/abs/1909.04939, section 3.2;
one network of half its size, not an ensemble of five)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nikti.core.words import Words
from nikti.deep.methods import CONVOLUTIONAL
from nikti.deep.shapes import SeriesShape

if TYPE_CHECKING:
    from torch import Tensor, nn

TITLE = Words(en="InceptionTime-like convolutional network", bn="InceptionTime-এর মতো কনভোলিউশনাল নেটওয়ার্ক")
PRESETS = ("fast", "medium", "best")
METHOD = CONVOLUTIONAL
REPRESENTS = True
ENCODER = {"max_length": 256}
RECIPE = {"epochs": 25, "min_steps": 400, "max_epochs": 100, "batch": 64}
CANDIDATES = (
    {"filters": 16, "depth": 3, "lr": 3e-3},
    {"filters": 32, "depth": 6, "lr": 2e-3},
    {"filters": 16, "depth": 6, "dropout": 0.2, "lr": 2e-3},
)
#: Lengths of the windows; no longer than the series.
KERNELS = (39, 19, 9)
#: Measured on one thread, in batches of 64.
SECONDS_FIXED, SECONDS_PER_PRODUCT, SECONDS_PER_VALUE = 1e-4, 1.7e-10, 2.5e-8


def build(
    shape: SeriesShape, outputs: int, filters: int = 16, depth: int = 3, dropout: float = 0.0
) -> nn.Module:
    """[B, C, L] -> logits [B, outputs]. A block gives four times `filters` channels."""
    import torch
    from torch import nn

    width = 4 * filters
    kernels = [min(kernel, shape.length - 1 + shape.length % 2) for kernel in KERNELS]  # odd

    class Block(nn.Module):
        def __init__(self, channels: int):
            super().__init__()
            narrow = channels > filters
            self.bottleneck = nn.Conv1d(channels, filters, 1, bias=False) if narrow else nn.Identity()
            before = filters if narrow else channels
            self.windows = nn.ModuleList(
                nn.Conv1d(before, filters, kernel, padding=kernel // 2, bias=False) for kernel in kernels
            )
            self.peak = nn.Sequential(
                nn.MaxPool1d(3, stride=1, padding=1), nn.Conv1d(channels, filters, 1, bias=False)
            )
            self.norm = nn.BatchNorm1d(width)

        def forward(self, x: Tensor) -> Tensor:
            y = self.bottleneck(x)  # [B, <= F, L]
            found = [window(y) for window in self.windows] + [self.peak(x)]  # each [B, F, L]
            return self.norm(torch.cat(found, 1)).relu()  # [B, 4 F, L]

    class Inception(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.blocks = nn.ModuleList(Block(width if i else shape.channels) for i in range(depth))
            self.shortcuts = nn.ModuleList(
                nn.Sequential(
                    nn.Conv1d(width if i else shape.channels, width, 1, bias=False), nn.BatchNorm1d(width)
                )
                for i in range(depth // 3)
            )
            self.head = nn.Sequential(nn.Dropout(dropout), nn.Linear(width, outputs))

        def forward(self, x: Tensor) -> Tensor:
            kept = x
            for place, block in enumerate(self.blocks):
                x = block(x)
                if place % 3 == 2:
                    x = (x + self.shortcuts[place // 3](kept)).relu()
                    kept = x
            return self.head(x.mean(2))  # [B, 4 F] -> [B, outputs]

    return Inception()


def accepts(shape: SeriesShape, outputs: int, n: int) -> Words | None:
    """Any shape and any number of rows."""
    return None


def seconds_per_sample(
    shape: SeriesShape, outputs: int, filters: int = 16, depth: int = 3, dropout: float = 0.0
) -> float:
    """Training seconds of one sample on one thread."""
    windows = sum(KERNELS) * filters * (shape.channels + (depth - 1) * filters)
    joins = (2 * depth + 4 * (depth // 3)) * 4 * filters**2
    each = SECONDS_PER_PRODUCT * (windows + joins) + SECONDS_PER_VALUE * 4 * filters * depth
    return SECONDS_FIXED + shape.length * each
