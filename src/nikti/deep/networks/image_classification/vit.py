"""A vision transformer (Dosovitskiy et al. 2021, https://arxiv.org/abs/2010.11929) in timm's small
sizes, with patches that cut the image into about 8 x 8."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nikti.core.words import Words
from nikti.deep.methods import TRANSFORMER
from nikti.deep.shapes import ImageShape

if TYPE_CHECKING:
    import torch
    from torch import nn

TITLE = Words(en="vision transformer (ViT)", bn="ছবির ট্রান্সফরমার (ViT)")
TOO_SMALL = Words(
    en="it cuts the image into patches and needs {needed} px; these images have {size}",
    bn="এটি ছবিকে টুকরো করে কাটে, তাই অন্তত {needed} পিক্সেল লাগে; এই ছবিগুলো {size} পিক্সেলের",
)
#: By name only: without weights from elsewhere it needs far more images than people have.
PRESETS = ()
METHOD = TRANSFORMER
REPRESENTS = False
ENCODER = {"max_size": 96}
RECIPE = {"epochs": 30, "min_steps": 1500, "max_epochs": 100, "batch": 64}
CANDIDATES = (
    {"variant": "vit_tiny", "drop_path": 0.1, "lr": 5e-4, "weight_decay": 5e-2},
    {"variant": "vit_small", "drop_path": 0.1, "lr": 5e-4, "weight_decay": 5e-2},
)
PRETRAINED = {
    "models": {
        "vit_tiny_patch16_224.augreg_in21k_ft_in1k": {"variant": "vit_tiny", "patch": 16},
        "vit_small_patch16_224.augreg_in21k_ft_in1k": {"variant": "vit_small", "patch": 16},
        "vit_base_patch16_224.augreg2_in21k_ft_in1k": {"variant": "vit_base", "patch": 16},
    },
    "sign": "blocks.0.attn.qkv.weight",
    "head": ("head.",),
    "layers": (("patch_embed.", "pos_embed", "cls_token"), *(f"blocks.{number}." for number in range(12))),
}
SMALLEST = 16
#: Patches along one side, where the size of a patch is free.
ALONG = 8

#: {size: (multiplications per patch, width of the features)}: twelve blocks of 12 width^2 each.
VARIANTS = {"vit_tiny": (5.3e6, 192), "vit_small": (2.1e7, 384), "vit_base": (8.5e7, 768)}
#: Training seconds per multiplication, one thread, measured.
SECONDS_PER_PRODUCT = 6.5e-11


def build(
    shape: ImageShape,
    outputs: int,
    variant: str = "vit_tiny",
    patch: int | None = None,
    drop_path: float = 0.0,
) -> nn.Module:
    """[B, C, S, S] -> logits [B, outputs]. patch: pixels along a patch; None fits it to the size. An
    image that it does not divide gets a margin."""
    import timm

    patch = patch or _patch(shape)
    return timm.create_model(
        f"{variant}_patch16_224",
        num_classes=outputs,
        in_chans=shape.channels,
        img_size=-(-shape.size // patch) * patch,
        patch_size=patch,
        dynamic_img_size=True,
        dynamic_img_pad=True,
        drop_path_rate=drop_path,
    )


def accepts(shape: ImageShape, outputs: int, n: int) -> Words | None:
    """Images that can be cut into patches."""
    if shape.size < SMALLEST:
        return TOO_SMALL.format(needed=SMALLEST, size=shape.size)
    return None


def seconds_per_sample(
    shape: ImageShape,
    outputs: int,
    variant: str = "vit_tiny",
    patch: int | None = None,
    drop_path: float = 0.0,
) -> float:
    """Training seconds of one sample."""
    patches = (-(-shape.size // (patch or _patch(shape)))) ** 2 + 1
    return SECONDS_PER_PRODUCT * VARIANTS[variant][0] * patches


def adapted(tensors: dict[str, torch.Tensor], network: Any) -> dict[str, torch.Tensor]:
    """Given weights whose positions are those of an image of another size: interpolated."""
    from timm.layers import resample_abs_pos_embed

    if "pos_embed" in tensors:
        grid = list(network.patch_embed.grid_size)
        tensors = tensors | {"pos_embed": resample_abs_pos_embed(tensors["pos_embed"], grid)}
    return tensors


def _patch(shape: ImageShape) -> int:
    return max(2, round(shape.whole / ALONG))
