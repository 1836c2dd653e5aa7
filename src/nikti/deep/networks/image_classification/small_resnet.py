"""A small residual network that learns in few passes, after ResNet-9 (Coleman et al. 2017, DAWNBench;
https://myrtle.ai/learn/how-to-train-your-resnet): a stem that goes by the size of the picture, then stages
that double the channels, halve the map and add a residual pair; then the mean over what remains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nikti.core.words import Words
from nikti.deep.methods import CONVOLUTIONAL
from nikti.deep.shapes import ImageShape

if TYPE_CHECKING:
    from torch import Tensor, nn

TITLE = Words(en="small residual network", bn="ছোট রেসিডুয়াল নেটওয়ার্ক (ResNet)")
PRESETS = ("medium", "best")
METHOD = CONVOLUTIONAL
REPRESENTS = True
ENCODER = {"max_size": 64}
#: From here on pictures are photos: what they show is coarse, and the stem halves them twice at once. In
#: narrower ones than TINY it matters where something is: one stage, and no mean over its PLACES x PLACES.
PHOTO, TINY, PLACES = 48, 16, 4
#: Stages after the stem of others: 28 px become 4 wide, photos of 64 px 2.
STAGES = 3
RECIPE = {"epochs": 8, "min_steps": 400, "max_epochs": 25, "batch": 64, "ema": 0.99}
CANDIDATES = (
    {"width": 16, "lr": 5e-3, "weight_decay": 5e-2},
    {"width": 24, "lr": 3e-3, "weight_decay": 5e-2},
)
#: How many times wider a network of photos is: its maps have a quarter of the pixels.
WIDER = 2

#: Training seconds per multiplication, per value of a feature map, per weight of a step (of so many samples),
#: per pixel that is augmented and per sample besides, one thread, measured.
SECONDS_PER_PRODUCT = 7.8e-11
SECONDS_PER_VALUE = 5.0e-9
SECONDS_PER_WEIGHT = 9.2e-9 / 32
SECONDS_PER_PIXEL = 9.0e-8
SECONDS_FIXED = 5.0e-5


def build(shape: ImageShape, outputs: int, width: int = 16) -> nn.Module:
    """[B, C, S, S] -> logits [B, outputs]. width: channels of the first stage, of photos WIDER times as
    many."""
    from collections import OrderedDict

    from torch import nn

    def convolution(before: int, after: int, stride: int = 1) -> list[nn.Module]:
        layer = nn.Conv2d(before, after, 3, stride=stride, padding=1, bias=False)
        return [layer, nn.BatchNorm2d(after), nn.ReLU(inplace=True)]

    class Residual(nn.Module):
        def __init__(self, width: int):
            super().__init__()
            self.pair = nn.Sequential(*convolution(width, width), *convolution(width, width))

        def forward(self, x: Tensor) -> Tensor:
            return x + self.pair(x)

    def stage(before: int) -> nn.Module:
        halved = nn.MaxPool2d(2, ceil_mode=True)
        return nn.Sequential(*convolution(before, 2 * before), halved, Residual(2 * before))

    first, stages, places = _first(shape, width), _stages(shape), PLACES if _stages(shape) == 1 else 1
    if _photo(shape):
        stem = [*convolution(shape.channels, first // 2, 2), *convolution(first // 2, first), nn.MaxPool2d(2)]
    else:
        stem = convolution(shape.channels, first)
    return nn.Sequential(
        OrderedDict(
            stem=nn.Sequential(*stem),
            stages=nn.Sequential(*(stage(first * 2**number) for number in range(stages))),
            pool=nn.AdaptiveAvgPool2d(places),
            flat=nn.Flatten(),
            head=nn.Linear(first * 2**stages * places**2, outputs),
        )
    )


def recipe(shape: ImageShape) -> dict[str, float]:
    """More passes over photos, small pictures first, and mixed in pairs."""
    if not _photo(shape):
        return {}
    return {"min_steps": 1500, "max_epochs": 40, "batch": 32, "first_side": 0.5, "mixing": 0.2}


def accepts(shape: ImageShape, outputs: int, n: int) -> Words | None:
    """Images of any size."""
    return None


def seconds_per_sample(shape: ImageShape, outputs: int, width: int = 16) -> float:
    """Training seconds of one sample."""
    return (
        SECONDS_FIXED
        + SECONDS_PER_PIXEL * shape.size**2
        + sum(
            side**2 * after * (9 * before * SECONDS_PER_PRODUCT + SECONDS_PER_VALUE)
            + 9 * before * after * SECONDS_PER_WEIGHT
            for before, after, side in _convolutions(shape, width)
        )
    )


def _photo(shape: ImageShape) -> bool:
    return shape.whole >= PHOTO


def _first(shape: ImageShape, width: int) -> int:
    return WIDER * width if _photo(shape) else width


def _stages(shape: ImageShape) -> int:
    return STAGES if shape.whole >= TINY else 1


def _convolutions(shape: ImageShape, width: int) -> list[tuple[int, int, int]]:
    """(channels before, channels after, side of its map) of each convolution."""
    first, side = _first(shape, width), shape.size
    if _photo(shape):
        found = [(shape.channels, first // 2, side // 2), (first // 2, first, side // 2)]
        side //= 4
    else:
        found = [(shape.channels, first, side)]
    for stage in range(_stages(shape)):
        wide = first * 2 ** (stage + 1)
        found.append((wide // 2, wide, side))
        side = -(-side // 2)
        found += [(wide, wide, side)] * 2
    return found
