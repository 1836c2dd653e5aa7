"""EfficientNet-B0 (Tan & Le 2019, https://arxiv.org/abs/1905.11946) as timm builds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nikti.deep.shapes import ImageShape

if TYPE_CHECKING:
    from torch import nn

TITLE = "EfficientNet-B0"
PRESETS = ("best",)
ENCODER = {"max_size": 96}
RECIPE = {"epochs": 15, "min_steps": 800, "max_epochs": 40, "batch": 64}
CANDIDATES = (
    {"dropout": 0.2, "lr": 2e-3, "weight_decay": 5e-2},
    {"dropout": 0.4, "lr": 4e-3, "weight_decay": 5e-2},
)
PRETRAINED = {
    "models": {"efficientnet_b0.ra_in1k": {}, "efficientnet_b0.ra4_e3600_r224_in1k": {}},
    "sign": "conv_stem.weight",
    "head": ("classifier.",),
}
SMALLEST = 32

#: Training seconds per pixel and per sample besides, one thread, measured:
#: depthwise convolutions wait for memory.
SECONDS_PER_PIXEL = 2.4e-6
SECONDS_FIXED = 1.5e-3


def build(shape: ImageShape, outputs: int, dropout: float = 0.2) -> nn.Module:
    """[B, C, S, S] -> logits [B, outputs]."""
    import timm

    return timm.create_model(
        "efficientnet_b0", num_classes=outputs, in_chans=shape.channels, drop_rate=dropout
    )


def accepts(shape: ImageShape, outputs: int, n: int) -> str | None:
    """Images that are wide enough."""
    if shape.size < SMALLEST:
        return f"it halves the image five times and needs {SMALLEST} px; these images have {shape.size}"
    return None


def seconds_per_sample(shape: ImageShape, outputs: int, dropout: float = 0.2) -> float:
    """Training seconds of one sample."""
    return SECONDS_FIXED + SECONDS_PER_PIXEL * shape.size**2
