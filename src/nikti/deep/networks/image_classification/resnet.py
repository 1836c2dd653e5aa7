"""A residual network (He et al. 2016, https://arxiv.org/abs/1512.03385) as timm builds it, with a
stem that spares small images the early halvings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nikti.core.words import Words
from nikti.deep.methods import CONVOLUTIONAL
from nikti.deep.shapes import ImageShape

if TYPE_CHECKING:
    from torch import nn

TITLE = Words(en="residual network (ResNet)", bn="রেসিডুয়াল নেটওয়ার্ক (ResNet)")
PRESETS = ("best",)
METHOD = CONVOLUTIONAL
REPRESENTS = True
ENCODER = {"max_size": 64}
#: Long, with pictures mixed in pairs: on 900 photos of cats and dogs it was right in 0.80 of 300 others where
#: the short recipe of the small network was in 0.63 to 0.70 (see benchmarks/PICTURES.md).
RECIPE = {
    **{"epochs": 15, "min_steps": 1200, "max_epochs": 60, "batch": 32, "ema": 0.99, "mixing": 0.5},
}
CANDIDATES = (
    {"variant": "resnet10t", "lr": 2e-3, "weight_decay": 5e-2},
    {"variant": "resnet18", "lr": 2e-3, "weight_decay": 5e-2},
)
#: Names in the timm collection, what `build` needs for each, and a tensor that tells such weights.
PRETRAINED = {
    "models": {
        "resnet18.a1_in1k": {"variant": "resnet18", "stem": "photo"},
        "resnet18.tv_in1k": {"variant": "resnet18", "stem": "photo"},
        "resnet34.a1_in1k": {"variant": "resnet34", "stem": "photo"},
        "resnet50.a1_in1k": {"variant": "resnet50", "stem": "photo"},
    },
    "sign": "layer1.0.conv1.weight",
    "head": ("fc.",),
    "layers": ("conv1.", "bn1.", "layer1.", "layer2.", "layer3.", "layer4."),
    "recipe": {"batch": 64, "ema": 0.0, "mixing": 0.0},
}

#: {size: (multiplications per pixel of a photo, width of the features)}: timm's counts at 224 px.
VARIANTS = {
    "resnet10t": (2.2e4, 512),
    "resnet14t": (3.4e4, 2048),
    "resnet18": (3.6e4, 512),
    "resnet26": (4.7e4, 2048),
    "resnet34": (7.3e4, 512),
    "resnet50": (8.2e4, 2048),
    "resnet101": (1.6e5, 2048),
}
#: Millions of weights.
WEIGHTS = {
    **{"resnet10t": 4.9, "resnet14t": 8.1, "resnet18": 11.2, "resnet26": 14.0},
    **{"resnet34": 21.3, "resnet50": 23.5, "resnet101": 42.5},
}
#: Training seconds per multiplication, and per million weights of a step (of so many samples), one thread,
#: measured.
SECONDS_PER_PRODUCT = 0.9e-10
SECONDS_PER_MILLION = 9.2e-3 / 32


def build(
    shape: ImageShape, outputs: int, variant: str = "resnet18", stem: str = "auto", dropout: float = 0.0
) -> nn.Module:
    """[B, C, S, S] -> logits [B, outputs]. stem: "photo" halves twice before the first block,
    "small" once, "tiny" not at all; "auto" goes by the size."""
    import timm
    from torch import nn

    network = timm.create_model(
        variant, num_classes=outputs, in_chans=shape.channels, drop_rate=dropout, zero_init_last=False
    )
    stem = _stem(shape, stem)
    if stem != "photo":
        width = network.layer1[0].conv1.in_channels
        stride = 2 if stem == "small" else 1
        network.conv1 = nn.Conv2d(shape.channels, width, 3, stride=stride, padding=1, bias=False)
        network.bn1 = nn.BatchNorm2d(width)
        network.maxpool = nn.Identity()
    return network


def accepts(shape: ImageShape, outputs: int, n: int) -> Words | None:
    """Images of any size."""
    return None


def seconds_per_sample(
    shape: ImageShape, outputs: int, variant: str = "resnet18", stem: str = "auto", dropout: float = 0.0
) -> float:
    """Training seconds of one sample."""
    halvings_spared = {"photo": 0, "small": 1, "tiny": 2}[_stem(shape, stem)]
    products = VARIANTS[variant][0] * shape.size**2 * 4**halvings_spared
    return SECONDS_PER_PRODUCT * products + SECONDS_PER_MILLION * WEIGHTS[variant]


def _stem(shape: ImageShape, stem: str) -> str:
    if stem != "auto":
        return stem
    return "photo" if shape.whole >= 64 else "small" if shape.whole >= 24 else "tiny"
