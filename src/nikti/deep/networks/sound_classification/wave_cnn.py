"""Convolutions on the wave itself, which find their own frequencies (Dai et al. 2017,
https://arxiv.org/abs/1610.00087, the network M5 with fewer maps)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nikti.core.words import Words
from nikti.deep.encoders.sound import SoundShape
from nikti.deep.methods import CONVOLUTIONAL

if TYPE_CHECKING:
    from torch import Tensor, nn

TITLE = Words(en="convolutional network on the wave itself", bn="সরাসরি শব্দতরঙ্গের উপর কনভোলিউশনাল নেটওয়ার্ক")
PRESETS = ("best",)
METHOD = CONVOLUTIONAL
REPRESENTS = False
RECIPE = {"epochs": 30, "min_steps": 600, "max_epochs": 80, "batch": 32}
CANDIDATES = ({"width": 48, "dropout": 0.2, "lr": 3e-3}, {"width": 64, "dropout": 0.3, "lr": 2e-3})
#: Samples of the first window and from one to the next.
FIRST, STRIDE = 80, 8
POOL, DEPTH = 4, 3
#: Measured on one thread, in batches of 32.
SECONDS_PER_PRODUCT, SECONDS_PER_VALUE = 1.5e-10, 3.0e-9


def build(shape: SoundShape, outputs: int, width: int = 48, dropout: float = 0.2) -> nn.Module:
    """[B, samples] -> logits [B, outputs]."""
    import torch
    from torch import nn

    class Network(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            layers: list[nn.Module] = []
            for before, after, kernel, stride in _convolutions(width):
                layers += [
                    nn.Conv1d(before, after, kernel, stride, kernel // 2, bias=False),
                    nn.BatchNorm1d(after),
                    nn.ReLU(),
                    nn.MaxPool1d(POOL),
                ]
            self.layers = nn.Sequential(*layers)
            last = _convolutions(width)[-1][1]
            self.head = nn.Sequential(nn.Dropout(dropout), nn.Linear(2 * last, outputs))

        def forward(self, waves: Tensor) -> Tensor:
            level = waves.square().mean(1, keepdim=True).sqrt().clamp(min=1e-4)  # as loud as each other
            x = self.layers((waves / level).unsqueeze(1))  # [B, maps, samples / 2048]
            return self.head(torch.cat([x.mean(2), x.amax(2)], 1))

    return Network()


def _convolutions(width: int) -> list[tuple[int, int, int, int]]:
    """(maps before, maps after, window, stride) of each."""
    inner = [(width * 2 ** max(0, k - 1), width * 2**k, 3, 1) for k in range(DEPTH)]
    return [(1, width, FIRST, STRIDE), *inner]


def accepts(shape: SoundShape, outputs: int, n: int) -> Words | None:
    """Sounds of any length."""
    return None


def seconds_per_sample(shape: SoundShape, outputs: int, width: int = 48, dropout: float = 0.2) -> float:
    """Training seconds of one sound on one thread."""
    places, seconds = float(shape.samples), 0.0
    for before, after, kernel, stride in _convolutions(width):
        places /= stride
        seconds += places * (kernel * before * after * SECONDS_PER_PRODUCT + after * SECONDS_PER_VALUE)
        places /= POOL
    return seconds
