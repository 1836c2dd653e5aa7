"""A linear layer on how strong each frequency is, which does not change when a series is moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nikti.core.words import Words
from nikti.deep.shapes import SeriesShape

if TYPE_CHECKING:
    from torch import nn

TITLE = Words(en="linear layer on the spectrum of the series", bn="সময়ক্রমের বর্ণালির উপর একটি রৈখিক স্তর")
PRESETS = ("medium", "best")
METHOD = Words(en="spectral", bn="বর্ণালি")
REPRESENTS = False
RECIPE = {"epochs": 20, "min_steps": 400, "batch": 64}
TOO_SHORT = Words(en="a series of one moment has no frequencies", bn="এক মুহূর্তের সময়ক্রমে কোনো কম্পাঙ্ক থাকে না")
CANDIDATES = ({"lr": 1e-2}, {"lr": 3e-3})


def build(shape: SeriesShape, outputs: int) -> nn.Module:
    """[B, C, L] -> logits [B, outputs]."""
    import torch
    from torch import nn

    class Spectrum(nn.Module):
        def forward(self, series: torch.Tensor) -> torch.Tensor:
            return torch.fft.rfft(series).abs().log1p().flatten(1)  # [B, C * (L // 2 + 1)]

    frequencies = shape.channels * (shape.length // 2 + 1)
    return nn.Sequential(Spectrum(), nn.BatchNorm1d(frequencies), nn.Linear(frequencies, outputs))


def accepts(shape: SeriesShape, outputs: int, n: int) -> Words | None:
    """Series of two moments or more."""
    return TOO_SHORT if shape.length < 2 else None


def seconds_per_sample(shape: SeriesShape, outputs: int) -> float:
    """Training seconds of one sample on one thread."""
    return 2e-5 + 2e-8 * shape.channels * shape.length
