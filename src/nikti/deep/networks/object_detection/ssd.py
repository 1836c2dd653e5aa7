"""SSD (Liu et al. 2016, https://arxiv.org/abs/1512.02325): boxes of several sizes and
shapes stand ready at every place of four maps, and each says how it must be moved to fit a thing, and which.
From scratch on a small backbone, or on a residual network with weights from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nikti.core.words import Words
from nikti.deep.methods import CONVOLUTIONAL
from nikti.deep.shapes import ImageShape

if TYPE_CHECKING:
    from torch import nn

TITLE = Words(en="single-shot detector (SSD)", bn="এক নজরে জিনিস খোঁজা নেটওয়ার্ক, তৈরি ঘর সরিয়ে (SSD)")
TOO_SMALL = Words(
    en="it halves the picture six times and needs {needed} px; these pictures have {size}",
    bn="এটি ছবিকে ছয়বার অর্ধেক করে, তাই অন্তত {needed} পিক্সেল লাগে; এই ছবিগুলো {size} পিক্সেলের",
)
PRESETS = ("medium", "best")
METHOD = CONVOLUTIONAL
REPRESENTS = False
ENCODER = {"max_size": 192}
RECIPE = {
    **{"lr": 2e-3, "weight_decay": 5e-2, "batch": 16, "epochs": 8, "min_steps": 600, "max_epochs": 40},
    **{"warmup": 0.1, "ema": 0.998, "clip": 10.0},
}
CANDIDATES = (
    {"width": 20},
    {"width": 28, "epochs": 20, "min_steps": 1500, "max_epochs": 100},
)
#: Names in the timm collection, what `build` needs for each, and a tensor that tells such weights.
PRETRAINED = {
    "models": {"resnet18.a1_in1k": {"body": "resnet18"}, "resnet18.tv_in1k": {"body": "resnet18"}},
    "sign": "layer1.0.conv1.weight",
    "head": ("fc.",),
    "layers": ("conv1.", "bn1.", "layer1.", "layer2.", "layer3.", "layer4."),
    "part": "backbone.body",
    "recipe": {"lr": 5e-4, "min_steps": 600, "max_epochs": 40, "epochs": 8, "ema": 0.99},
    "encoding": {"max_size": 192},
}
SMALLEST = 32

#: Training seconds per pixel, per channel of the stem and per such channel squared, and of a residual
#: network; and per picture besides. One thread, measured.
SECONDS_PER_WIDTH, SECONDS_PER_SQUARE, SECONDS_FIXED = 1.2e-8, 3.0e-10, 2e-3
SECONDS_PER_PIXEL = {"resnet18": 2.1e-6}


def build(shape: ImageShape, outputs: int, width: int = 20, body: str = "small") -> nn.Module:
    """[B, C, S, S] -> [B, boxes, 4 + 1 + outputs]; see `_ssd.Ssd`. body: "small", as wide as `width`
    says, or the name of a timm network whose maps are taken instead."""
    from nikti.deep.networks.object_detection._ssd import Ssd

    return Ssd(shape, outputs, width, body)


def accepts(shape: ImageShape, outputs: int, n: int) -> Words | None:
    """Pictures that are wide enough."""
    if shape.size < SMALLEST:
        return TOO_SMALL.format(needed=SMALLEST, size=shape.size)
    return None


def seconds_per_sample(shape: ImageShape, outputs: int, width: int = 20, body: str = "small") -> float:
    """Training seconds of one sample."""
    small = SECONDS_PER_WIDTH * width + SECONDS_PER_SQUARE * width**2
    return SECONDS_FIXED + shape.size**2 * SECONDS_PER_PIXEL.get(body, small)
