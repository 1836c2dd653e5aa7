"""A small convolutional network on each frame, and the mean over the frames: what is to be seen, in whatever
order (A. Karpathy et al., Large-scale video classification with convolutional neural networks, CVPR 2014,
section 3.1, "single frame")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nikti.core.words import Words
from nikti.deep.methods import CONVOLUTIONAL
from nikti.deep.networks.video_classification import _frames
from nikti.deep.shapes import VideoShape

if TYPE_CHECKING:
    from torch import nn

TITLE = Words(
    en="convolutional network on each frame, mean over time", bn="প্রতি ফ্রেমে কনভোলিউশনাল নেটওয়ার্ক, সময়ের উপর গড়"
)
PRESETS = ("medium", "best")
METHOD = CONVOLUTIONAL
REPRESENTS = False
#: Every second frame shows what there is to be seen.
ENCODER = {"max_size": 48, "frames": 8}
RECIPE = {"epochs": 12, "min_steps": 200, "max_epochs": 40, "batch": 16}
CANDIDATES = (
    {"width": 16, "dropout": 0.2, "lr": 4e-3, "weight_decay": 2e-2},
    {"width": 24, "dropout": 0.4, "lr": 2e-3, "weight_decay": 5e-2},
)
SECONDS_FIXED = 1e-4


def build(shape: VideoShape, outputs: int, width: int = 16, dropout: float = 0.2) -> nn.Module:
    """[B, C, T, S, S] -> logits [B, outputs]."""
    from torch import nn

    last = _frames.convolutions(shape, width)[-1][1]
    return nn.Sequential(
        *_frames.layers(shape, width),
        nn.AdaptiveAvgPool3d(1),
        nn.Flatten(),
        nn.Dropout(dropout),
        nn.Linear(last, outputs),
    )


def accepts(shape: VideoShape, outputs: int, n: int) -> Words | None:
    """Clips of any size."""
    return None


def seconds_per_sample(shape: VideoShape, outputs: int, width: int = 16, dropout: float = 0.2) -> float:
    """Training seconds of one clip on one thread."""
    return SECONDS_FIXED + _frames.seconds(shape, width)
