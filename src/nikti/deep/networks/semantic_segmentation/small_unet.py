"""A U-Net on folded pictures: 2 x 2 pixels become one place with four times the channels, and are unfolded at
the end (Shi et al. 2016, https://arxiv.org/abs/1609.05158, section 2.2, both ways). Nothing is lost of the
picture, and the maps that cost most are a quarter as large."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nikti.core.words import Words
from nikti.deep.answers.mask import WINDOW, windows
from nikti.deep.methods import CONVOLUTIONAL
from nikti.deep.networks.semantic_segmentation import unet
from nikti.deep.networks.semantic_segmentation.unet import recipe  # noqa: F401  steps as there

if TYPE_CHECKING:
    from torch import Tensor, nn

    from nikti.deep.shapes import ImageShape

TITLE = Words(en="small U-Net on folded pictures", bn="ভাঁজ করা ছবির উপর ছোট ইউ-নেট (U-Net)")
PRESETS = ("fast", "medium", "best")
METHOD = CONVOLUTIONAL
REPRESENTS = True
BLOCKS = ("body.down", "body.up", "body.head")
RECIPE = {"epochs": 10, "min_steps": 300, "max_epochs": 40, "label_smoothing": 0.0}
CANDIDATES = ({"width": 16, "lr": 5e-3, "weight_decay": 1e-2},)

#: Pixels of a side that are folded into channels; halvings after that.
FOLD, DEPTH = 2, 3


def build(shape: ImageShape, outputs: int, width: int = 16) -> nn.Module:
    """[B, C, H, W] -> logits [B, outputs, H, W], of any size."""
    import torch.nn.functional as F
    from torch import nn

    from nikti.deep.networks.semantic_segmentation._parts import UNet, padded

    class Folded(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.body = UNet(FOLD**2 * shape.channels, FOLD**2 * outputs, width, DEPTH)

        def forward(self, images: Tensor) -> Tensor:
            high, wide = images.shape[2:]
            x = F.pixel_unshuffle(padded(images, FOLD), FOLD)  # [B, 4 C, H / 2, W / 2]
            return F.pixel_shuffle(self.body(x), FOLD)[:, :, :high, :wide]

    return Folded()


def accepts(shape: ImageShape, outputs: int, n: int) -> Words | None:
    """Images of any size."""
    return None


def seconds_per_sample(shape: ImageShape, outputs: int, width: int = 16) -> float:
    """Training seconds of one sample: of its windows."""
    products = unet.products(FOLD**2 * shape.channels, width, DEPTH)
    folded = unet.SECONDS_PER_PRODUCT * products + unet.SECONDS_PER_VALUE * width
    pixels = windows(shape.size) * min(shape.size, WINDOW) ** 2
    return pixels * (folded / FOLD**2 + unet.SECONDS_PER_VALUE * outputs / 3)
