"""Convolutions on each frame, and a recurrent network that reads the frames in their order, both ways (J.
Donahue et al., Long-term recurrent convolutional networks, CVPR 2015; GRU: Cho et al. 2014,
https://arxiv.org/abs/1406.1078)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nikti.core.words import Words
from nikti.deep.methods import RECURRENT
from nikti.deep.networks.video_classification import _frames
from nikti.deep.shapes import VideoShape

if TYPE_CHECKING:
    from torch import Tensor, nn

TITLE = Words(
    en="convolutions on each frame, then a GRU over time", bn="প্রতি ফ্রেমে কনভোলিউশন, তারপর সময় ধরে GRU"
)
PRESETS = ("medium", "best")
METHOD = RECURRENT
REPRESENTS = False
ENCODER = {"max_size": 32}
RECIPE = {"epochs": 15, "min_steps": 300, "max_epochs": 50, "batch": 16}
CANDIDATES = (
    {"width": 16, "hidden": 64, "dropout": 0.2, "lr": 2e-3},
    {"width": 16, "hidden": 96, "dropout": 0.4, "lr": 1e-3},
)
#: Places along a side of the last map that are told apart, so that what moves is seen to.
PLACES = 3
SECONDS_FIXED, SECONDS_PER_STEP = 2e-4, 2.0e-5


def build(
    shape: VideoShape, outputs: int, width: int = 16, hidden: int = 64, dropout: float = 0.2
) -> nn.Module:
    """[B, C, T, S, S] -> logits [B, outputs]."""
    import torch
    from torch import nn

    last = _frames.convolutions(shape, width)[-1][1]

    class Recurrent(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.frames = nn.Sequential(*_frames.layers(shape, width))
            self.places = nn.AdaptiveAvgPool3d((None, PLACES, PLACES))
            self.narrow = nn.Linear(last * PLACES**2, hidden)
            self.read = nn.GRU(hidden, hidden, batch_first=True, bidirectional=True)
            self.head = nn.Sequential(nn.Dropout(dropout), nn.Linear(4 * hidden, outputs))

        def forward(self, x: Tensor) -> Tensor:
            x = self.places(self.frames(x)).transpose(1, 2).flatten(2)  # [B, T, features * places]
            x = self.read(self.narrow(x).relu())[0]  # [B, T, 2 H]
            return self.head(torch.cat([x.mean(1), x.amax(1)], 1))

    return Recurrent()


def accepts(shape: VideoShape, outputs: int, n: int) -> Words | None:
    """Clips of any size."""
    return None


def seconds_per_sample(
    shape: VideoShape, outputs: int, width: int = 16, hidden: int = 64, dropout: float = 0.2
) -> float:
    """Training seconds of one clip on one thread."""
    return SECONDS_FIXED + _frames.seconds(shape, width) + SECONDS_PER_STEP * shape.frames * hidden / 64
