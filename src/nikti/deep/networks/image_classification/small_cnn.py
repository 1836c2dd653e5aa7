"""A small convolutional network that grows with the image: convolutions, each followed by a halving,
until fewer than 7 pixels are left; then the mean over what remains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nikti.core.words import Words
from nikti.deep.methods import CONVOLUTIONAL
from nikti.deep.shapes import ImageShape

if TYPE_CHECKING:
    from torch import nn

TITLE = Words(en="small convolutional network", bn="ছোট কনভোলিউশনাল নেটওয়ার্ক (CNN)")
#: Larger images are made this small; from here on images are photos, which take longer to learn (on
#: 1,200 photos of cats and dogs 24 passes gave 0.80, and 8 passes of 64 px 0.66, in the same time).
PHOTO = 48
#: From `medium` on there is time for the small residual network, which learns more in it.
PRESETS = ("fast",)
METHOD = CONVOLUTIONAL
REPRESENTS = True
ENCODER = {"max_size": PHOTO}
RECIPE = {"epochs": 8, "min_steps": 160, "max_epochs": 25, "batch": 128}
CANDIDATES = (
    {"width": 24, "dropout": 0.2, "lr": 8e-3, "weight_decay": 2e-2},
    {"width": 40, "dropout": 0.3, "lr": 4e-3, "weight_decay": 5e-2},
)
#: Weights that `nikti pretrain` learned; the convolutions depend on the size of its images.
PRETRAINED = {
    "models": {"small_cnn": {}},
    "sign": "layers.0.weight",
    "head": ("head.",),
    "layers": ("layers.",),
    "recipe": {"lr": 2e-3, "min_steps": 300},
}

#: Training seconds per multiplication and per value of a feature map and per sample besides, one
#: thread, measured.
SECONDS_PER_PRODUCT = 1.4e-10
SECONDS_PER_VALUE = 1.0e-9
SECONDS_FIXED = 4.0e-5

#: In narrower images it matters where something is, so the mean is taken over 4 x 4 places.
TINY = 16


def build(shape: ImageShape, outputs: int, width: int = 24, dropout: float = 0.2) -> nn.Module:
    """[B, C, S, S] -> logits [B, outputs]."""
    from collections import OrderedDict

    from torch import nn

    layers: list[nn.Module] = []
    for before, after, stride in _convolutions(shape, width):
        layers += [nn.Conv2d(before, after, 3, padding=1, bias=False), nn.BatchNorm2d(after), nn.ReLU()]
        if stride == 2:
            layers.append(nn.MaxPool2d(2))
    last = _convolutions(shape, width)[-1][1]
    side = 4 if shape.size < TINY else 1
    return nn.Sequential(
        OrderedDict(
            layers=nn.Sequential(*layers),
            pool=nn.AdaptiveAvgPool2d(side),
            flat=nn.Flatten(),
            dropout=nn.Dropout(dropout),
            head=nn.Linear(last * side**2, outputs),
        )
    )


def recipe(shape: ImageShape) -> dict[str, int]:
    """More passes over photos."""
    return {"min_steps": 450, "max_epochs": 40} if shape.whole >= PHOTO else {}


def accepts(shape: ImageShape, outputs: int, n: int) -> Words | None:
    """Images of any size."""
    return None


def seconds_per_sample(shape: ImageShape, outputs: int, width: int = 24, dropout: float = 0.2) -> float:
    """Training seconds of one sample."""
    size, seconds = shape.size, SECONDS_FIXED
    for before, after, stride in _convolutions(shape, width):
        seconds += size**2 * (9 * before * after * SECONDS_PER_PRODUCT + after * SECONDS_PER_VALUE)
        size //= stride
    return seconds


def _convolutions(shape: ImageShape, width: int) -> list[tuple[int, int, int]]:
    """(channels before, channels after, 2 where the width is halved afterwards) of each convolution."""
    size, before, found = shape.size, shape.channels, []
    while True:
        found.append((before, width, 1))
        if size < 7:
            return found
        found[-1] = (before, width, 2)
        before, size, width = width, size // 2, min(2 * width, 256)
