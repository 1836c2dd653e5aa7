"""A small convolutional network on the log mel bands: convolutions over frequency and time, each followed by
a halving, then mean and maximum over what remains (after Hershey et al. 2017,
https://arxiv.org/abs/1609.09430, and Kong et al. 2020, https://arxiv.org/abs/1912.10211, far smaller)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nikti.core.words import Words
from nikti.deep.encoders.sound import SoundShape
from nikti.deep.methods import CONVOLUTIONAL
from nikti.deep.networks.sound_classification import _front

if TYPE_CHECKING:
    from torch import Tensor, nn

TITLE = Words(
    en="small convolutional network on the log-mel spectrogram",
    bn="লগ-মেল স্পেকট্রোগ্রামের উপর ছোট কনভোলিউশনাল নেটওয়ার্ক (CNN)",
)
PRESETS = ("fast", "medium", "best")
METHOD = CONVOLUTIONAL
REPRESENTS = True
RECIPE = {"epochs": 24, "min_steps": 480, "max_epochs": 80, "batch": 32}
CANDIDATES = (
    {"width": 16, "dropout": 0.1, "lr": 3e-3, "weight_decay": 2e-2},
    {"width": 24, "dropout": 0.3, "lr": 2e-3, "weight_decay": 5e-2},
)
DEPTH = 4
#: Measured on one thread, in batches of 32.
SECONDS_PER_PRODUCT, SECONDS_PER_VALUE, SECONDS_PER_SAMPLE_OF_SOUND = 1.5e-10, 3.0e-9, 1.5e-8


def build(shape: SoundShape, outputs: int, width: int = 16, dropout: float = 0.2) -> nn.Module:
    """[B, samples] -> logits [B, outputs]. width: maps of the first convolution."""
    import torch
    from torch import nn

    class Network(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.front = _front.log_mel(shape)
            self.layers = nn.Sequential(
                *(layer for before, after in _widths(width) for layer in convolution(before, after))
            )
            self.head = nn.Sequential(nn.Dropout(dropout), nn.Linear(2 * _widths(width)[-1][1], outputs))

        def forward(self, waves: Tensor) -> Tensor:
            x = self.layers(self.front(waves)).mean(2)  # [B, maps, frames / 16]
            return self.head(torch.cat([x.mean(2), x.amax(2)], 1))

    return Network()


def convolution(before: int, after: int) -> list[nn.Module]:
    """[B, before, F, T] -> [B, after, F / 2, T / 2]"""
    from torch import nn

    return [
        nn.Conv2d(before, after, 3, padding=1, bias=False),
        nn.BatchNorm2d(after),
        nn.ReLU(),
        nn.MaxPool2d(2),
    ]


def _widths(width: int) -> list[tuple[int, int]]:
    maps = [1, *(width * 2**k for k in range(DEPTH))]
    return list(zip(maps[:-1], maps[1:], strict=True))


def accepts(shape: SoundShape, outputs: int, n: int) -> Words | None:
    """Sounds of any length."""
    return None


def seconds_per_sample(shape: SoundShape, outputs: int, width: int = 16, dropout: float = 0.2) -> float:
    """Training seconds of one sound on one thread."""
    places, seconds = float(_front.BANDS * _front.frames(shape)), SECONDS_PER_SAMPLE_OF_SOUND * shape.samples
    for before, after in _widths(width):
        seconds += places * (9 * before * after * SECONDS_PER_PRODUCT + after * SECONDS_PER_VALUE)
        places /= 4
    return seconds
