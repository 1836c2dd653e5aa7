"""VGG with batch normalisation (Simonyan & Zisserman 2015, https://arxiv.org/abs/1409.1556):
timm's convolutions, then the mean over places instead of its 120 million dense weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nikti.core.words import Words
from nikti.deep.methods import CONVOLUTIONAL
from nikti.deep.shapes import ImageShape

if TYPE_CHECKING:
    from torch import nn

TITLE = Words(en="VGG", bn="ভিজিজি (VGG)")
TOO_SMALL = Words(
    en="it halves the image five times and needs {needed} px; these images have {size}",
    bn="এটি ছবিকে পাঁচবার অর্ধেক করে, তাই অন্তত {needed} পিক্সেল লাগে; এই ছবিগুলো {size} পিক্সেলের",
)
#: By name, or from given weights: its time is worth more to the residual network, see efficientnet.py.
PRESETS = ()
METHOD = CONVOLUTIONAL
REPRESENTS = False
ENCODER = {"max_size": 64}
#: Its convolutions of full size need as much room again to work in (measured).
BACKWARD = 6.0
RECIPE = {"epochs": 15, "min_steps": 600, "max_epochs": 40, "batch": 64}
CANDIDATES = (
    {"variant": "vgg11_bn", "dropout": 0.3, "lr": 1e-3, "weight_decay": 5e-2},
    {"variant": "vgg11_bn", "dropout": 0.5, "lr": 5e-4, "weight_decay": 5e-2},
)
PRETRAINED = {
    "models": {
        "vgg11_bn.tv_in1k": {"variant": "vgg11_bn"},
        "vgg13_bn.tv_in1k": {"variant": "vgg13_bn"},
        "vgg16_bn.tv_in1k": {"variant": "vgg16_bn"},
        "vgg19_bn.tv_in1k": {"variant": "vgg19_bn"},
    },
    "sign": "features.0.weight",
    "head": ("head.", "pre_logits."),
    "layers": tuple(f"features.{number}." for number in range(53)),
}
SMALLEST = 32
#: Width after the last convolution.
FEATURES = 512

#: {size: (cost beside VGG-11's, width of the features)}.
VARIANTS = {
    "vgg11_bn": (1.0, FEATURES),
    "vgg13_bn": (1.5, FEATURES),
    "vgg16_bn": (2.0, FEATURES),
    "vgg19_bn": (2.6, FEATURES),
}
#: VGG-11's training seconds per pixel, one thread, measured.
SECONDS_PER_PIXEL = 1.0e-5


def build(shape: ImageShape, outputs: int, variant: str = "vgg11_bn", dropout: float = 0.3) -> nn.Module:
    """[B, C, S, S] -> logits [B, outputs]."""
    from collections import OrderedDict

    import timm
    from torch import nn

    whole = timm.create_model(variant, num_classes=0, in_chans=shape.channels)
    return nn.Sequential(
        OrderedDict(
            features=whole.features,  # [B, 512, S/32, S/32]
            pool=nn.AdaptiveAvgPool2d(1),
            flat=nn.Flatten(),
            dropout=nn.Dropout(dropout),
            head=nn.Linear(FEATURES, outputs),
        )
    )


def accepts(shape: ImageShape, outputs: int, n: int) -> Words | None:
    """Images that are wide enough."""
    if shape.size < SMALLEST:
        return TOO_SMALL.format(needed=SMALLEST, size=shape.size)
    return None


def seconds_per_sample(
    shape: ImageShape, outputs: int, variant: str = "vgg11_bn", dropout: float = 0.3
) -> float:
    """Training seconds of one sample."""
    return VARIANTS[variant][0] * SECONDS_PER_PIXEL * shape.size**2
