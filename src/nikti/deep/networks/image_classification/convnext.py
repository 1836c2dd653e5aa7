"""ConvNeXt (Liu et al. 2022, https://arxiv.org/abs/2201.03545) in timm's small sizes, which reads
small images pixel by pixel instead of in patches of 4."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nikti.core.words import Words
from nikti.deep.methods import CONVOLUTIONAL
from nikti.deep.shapes import ImageShape

if TYPE_CHECKING:
    from torch import nn

TITLE = Words(en="ConvNeXt", bn="কনভনেক্সট (ConvNeXt)")
TOO_SMALL = Words(
    en="it halves the image three times and needs {needed} px; these images have {size}",
    bn="এটি ছবিকে তিনবার অর্ধেক করে, তাই অন্তত {needed} পিক্সেল লাগে; এই ছবিগুলো {size} পিক্সেলের",
)
#: By name only: from a few thousand images a residual network learns more in the same time.
PRESETS = ()
METHOD = CONVOLUTIONAL
REPRESENTS = False
ENCODER = {"max_size": 96}
RECIPE = {"epochs": 30, "min_steps": 1000, "max_epochs": 60, "batch": 64}
CANDIDATES = (
    {"variant": "convnext_atto", "drop_path": 0.1, "lr": 2e-3, "weight_decay": 5e-2},
    {"variant": "convnext_femto", "drop_path": 0.1, "lr": 1e-3, "weight_decay": 5e-2},
)
PRETRAINED = {
    "models": {
        "convnext_atto.d2_in1k": {"variant": "convnext_atto", "stem": "photo"},
        "convnext_femto.d1_in1k": {"variant": "convnext_femto", "stem": "photo"},
        "convnext_pico.d1_in1k": {"variant": "convnext_pico", "stem": "photo"},
        "convnext_nano.in12k_ft_in1k": {"variant": "convnext_nano", "stem": "photo"},
        "convnext_tiny.fb_in1k": {"variant": "convnext_tiny", "stem": "photo"},
    },
    "sign": "stages.0.blocks.0.conv_dw.weight",
    "head": ("head.fc.",),
    "layers": ("stem.", "stages.0.", "stages.1.", "stages.2.", "stages.3."),
}
SMALLEST = 16
#: From here on patches of 4 px and three halvings leave more than one place.
PHOTO = 48

#: {size: (multiplications per pixel at a patch of 4, width of the features)}: timm's counts.
VARIANTS = {
    "convnext_atto": (1.1e4, 320),
    "convnext_femto": (1.6e4, 384),
    "convnext_pico": (2.7e4, 512),
    "convnext_nano": (4.9e4, 640),
    "convnext_tiny": (8.9e4, 768),
}
#: Training seconds per multiplication, one thread, measured.
SECONDS_PER_PRODUCT = 1.1e-10


def build(
    shape: ImageShape,
    outputs: int,
    variant: str = "convnext_atto",
    stem: str = "auto",
    drop_path: float = 0.0,
) -> nn.Module:
    """[B, C, S, S] -> logits [B, outputs]. stem: "photo" reads patches of 4 px, "tiny" single pixels;
    "auto" goes by the size."""
    import timm

    return timm.create_model(
        variant,
        num_classes=outputs,
        in_chans=shape.channels,
        patch_size=_patch(shape, stem),
        drop_path_rate=drop_path,
    )


def accepts(shape: ImageShape, outputs: int, n: int) -> Words | None:
    """Images that are wide enough."""
    if shape.size < SMALLEST:
        return TOO_SMALL.format(needed=SMALLEST, size=shape.size)
    return None


def seconds_per_sample(
    shape: ImageShape,
    outputs: int,
    variant: str = "convnext_atto",
    stem: str = "auto",
    drop_path: float = 0.0,
) -> float:
    """Training seconds of one sample."""
    places = (4 * shape.size / _patch(shape, stem)) ** 2  # pixels that a patch of 4 would see as many of
    return SECONDS_PER_PRODUCT * VARIANTS[variant][0] * places


def _patch(shape: ImageShape, stem: str) -> int:
    if stem == "auto":
        stem = "photo" if shape.whole >= PHOTO else "tiny"
    return {"photo": 4, "tiny": 1}[stem]
