"""EfficientNet (Tan & Le 2019, https://arxiv.org/abs/1905.11946) as timm builds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nikti.core.words import Words
from nikti.deep.methods import CONVOLUTIONAL
from nikti.deep.shapes import ImageShape

if TYPE_CHECKING:
    from torch import nn

TITLE = Words(en="EfficientNet", bn="এফিশিয়েন্টনেট (EfficientNet)")
TOO_SMALL = Words(
    en="it halves the image five times and needs {needed} px; these images have {size}",
    bn="এটি ছবিকে পাঁচবার অর্ধেক করে, তাই অন্তত {needed} পিক্সেল লাগে; এই ছবিগুলো {size} পিক্সেলের",
)
#: By name, or from given weights: with it and VGG from scratch on 1,200 photos the two hours of `best` allow
#: all networks 25 passes, and the residual network needs 60.
PRESETS = ()
METHOD = CONVOLUTIONAL
REPRESENTS = False
ENCODER = {"max_size": 96}
RECIPE = {"epochs": 15, "min_steps": 800, "max_epochs": 40, "batch": 64}
CANDIDATES = (
    {"variant": "efficientnet_b0", "dropout": 0.2, "lr": 2e-3, "weight_decay": 5e-2},
    {"variant": "efficientnet_b0", "dropout": 0.4, "lr": 4e-3, "weight_decay": 5e-2},
)
PRETRAINED = {
    "models": {
        "efficientnet_b0.ra_in1k": {"variant": "efficientnet_b0"},
        "efficientnet_b0.ra4_e3600_r224_in1k": {"variant": "efficientnet_b0"},
        "efficientnet_b1.ft_in1k": {"variant": "efficientnet_b1"},
        "efficientnet_b2.ra_in1k": {"variant": "efficientnet_b2"},
        "efficientnet_b3.ra2_in1k": {"variant": "efficientnet_b3"},
        "tf_efficientnet_lite0.in1k": {"variant": "tf_efficientnet_lite0"},
    },
    "sign": "conv_stem.weight",
    "head": ("classifier.",),
    "layers": ("conv_stem.", "bn1.", *(f"blocks.{number}." for number in range(7)), "conv_head.", "bn2."),
}
SMALLEST = 32

#: {size: (cost beside B0's, width of the features)}: timm's counts at one image size; of Lite0, which has
#: fewer layers that wait for memory, measured.
VARIANTS = {
    "efficientnet_b0": (1.0, 1280),
    "efficientnet_b1": (1.5, 1280),
    "efficientnet_b2": (1.7, 1408),
    "efficientnet_b3": (2.5, 1536),
    "tf_efficientnet_lite0": (0.58, 1280),
}
#: B0's training seconds per pixel and per sample besides, one thread, measured:
#: depthwise convolutions wait for memory.
SECONDS_PER_PIXEL = 2.4e-6
SECONDS_FIXED = 1.5e-3


def build(
    shape: ImageShape, outputs: int, variant: str = "efficientnet_b0", dropout: float = 0.2
) -> nn.Module:
    """[B, C, S, S] -> logits [B, outputs]."""
    import timm

    return timm.create_model(variant, num_classes=outputs, in_chans=shape.channels, drop_rate=dropout)


def accepts(shape: ImageShape, outputs: int, n: int) -> Words | None:
    """Images that are wide enough."""
    if shape.size < SMALLEST:
        return TOO_SMALL.format(needed=SMALLEST, size=shape.size)
    return None


def seconds_per_sample(
    shape: ImageShape, outputs: int, variant: str = "efficientnet_b0", dropout: float = 0.2
) -> float:
    """Training seconds of one sample."""
    return VARIANTS[variant][0] * (SECONDS_FIXED + SECONDS_PER_PIXEL * shape.size**2)
