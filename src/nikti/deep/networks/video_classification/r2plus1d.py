"""Convolutions in space and, after each, in time (R(2+1)D: D. Tran et al., A closer look at spatiotemporal
convolutions for action recognition, CVPR 2018, https://arxiv.org/abs/1711.11248), small and without
shortcuts; beside each frame it is given the change since the frame before (L. Wang et al., Temporal segment
networks, ECCV 2016, section 3.2, "RGB difference"), which few clips would not teach it to look for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nikti.core.words import Words
from nikti.deep.methods import CONVOLUTIONAL
from nikti.deep.networks.video_classification import _frames
from nikti.deep.shapes import VideoShape

if TYPE_CHECKING:
    from torch import Tensor, nn

TITLE = Words(
    en="small R(2+1)D: convolutions in space and in time", bn="ছোট R(২+১)D: জায়গা ও সময় ধরে কনভোলিউশন"
)
PRESETS = ("fast", "medium", "best")
METHOD = CONVOLUTIONAL
REPRESENTS = True
ENCODER = {"max_size": 32}
RECIPE = {"epochs": 12, "min_steps": 200, "max_epochs": 40, "batch": 16}
CANDIDATES = (
    {"width": 16, "dropout": 0.2, "lr": 4e-3, "weight_decay": 2e-2},
    {"width": 24, "dropout": 0.4, "lr": 2e-3, "weight_decay": 5e-2},
)
SECONDS_FIXED = 1e-4


def build(shape: VideoShape, outputs: int, width: int = 16, dropout: float = 0.2) -> nn.Module:
    """[B, C, T, S, S] -> logits [B, outputs]."""
    import torch
    from torch import nn

    seen = replace(shape, channels=2 * shape.channels)
    last = _frames.convolutions(seen, width)[-1][1]

    class Network(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layers = nn.Sequential(*_layers(seen, width))
            self.pool = nn.AdaptiveAvgPool3d(1)
            self.head = nn.Sequential(nn.Flatten(), nn.Dropout(dropout), nn.Linear(last, outputs))

        def forward(self, x: Tensor) -> Tensor:
            change = torch.diff(x, dim=2, prepend=x[:, :, :1])
            return self.head(self.pool(self.layers(torch.cat([x, change], 1))))

    return Network()


def _layers(shape: VideoShape, width: int) -> list[nn.Module]:
    """[B, C, T, S, S] -> [B, features, t, s, s]."""
    from torch import nn

    layers: list[nn.Module] = []
    frames = shape.frames
    for number, (before, after, size) in enumerate(_frames.convolutions(shape, width)):
        layers += [
            nn.Conv3d(before, after, (1, 3, 3), padding=(0, 1, 1), bias=False),
            nn.BatchNorm3d(after),
            nn.ReLU(),
            nn.Conv3d(after, after, (3, 1, 1), padding=(1, 0, 0), bias=False),
            nn.BatchNorm3d(after),
            nn.ReLU(),
        ]
        if size > 1:
            halved = 2 if number and frames > 4 else 1  # time is halved from the second on
            layers.append(nn.MaxPool3d((halved, 2, 2)))
            frames //= halved
    return layers


def accepts(shape: VideoShape, outputs: int, n: int) -> Words | None:
    """Clips of any size."""
    return None


def seconds_per_sample(shape: VideoShape, outputs: int, width: int = 16, dropout: float = 0.2) -> float:
    """Training seconds of one clip on one thread."""
    return SECONDS_FIXED + 1.5 * _frames.seconds(shape, width)
