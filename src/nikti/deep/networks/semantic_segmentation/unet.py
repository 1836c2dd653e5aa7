"""U-Net (Ronneberger et al. 2015, https://arxiv.org/abs/1505.04597): an encoder that halves the map, a
decoder that doubles it again, and shortcuts between maps of the same size. With batch normalisation, padded
so that every pixel gets its answer, and narrow enough for a processor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nikti.core.words import Words
from nikti.deep.answers.mask import WINDOW, windows
from nikti.deep.methods import CONVOLUTIONAL

if TYPE_CHECKING:
    from torch import nn

    from nikti.deep.shapes import ImageShape

TITLE = Words(en="U-Net", bn="ইউ-নেট (U-Net)")
PRESETS = ("medium", "best")
METHOD = CONVOLUTIONAL
REPRESENTS = False
RECIPE = {"epochs": 20, "min_steps": 300, "max_epochs": 60, "label_smoothing": 0.0}
CANDIDATES = ({"width": 16, "lr": 1e-2, "weight_decay": 1e-2},)

DEPTH = 4  # halvings
#: Training seconds per multiplication and per value of a map of full size, one thread, measured.
SECONDS_PER_PRODUCT = 5.0e-11
SECONDS_PER_VALUE = 1.2e-7


def build(shape: ImageShape, outputs: int, width: int = 16) -> nn.Module:
    """[B, C, H, W] -> logits [B, outputs, H, W], of any size."""
    from nikti.deep.networks.semantic_segmentation._parts import UNet

    return UNet(shape.channels, outputs, width, DEPTH)


def recipe(shape: ImageShape) -> dict[str, int]:
    """Few windows a step: it is the number of steps that counts (on 40 pictures of 64 px steps of 4 gave a
    mean IoU of 0.84, steps of 8 in more time 0.62)."""
    return {"batch": max(2, 4 // windows(shape.size))}


def accepts(shape: ImageShape, outputs: int, n: int) -> Words | None:
    """Images of any size."""
    return None


def seconds_per_sample(shape: ImageShape, outputs: int, width: int = 16) -> float:
    """Training seconds of one sample: of its windows."""
    each = SECONDS_PER_PRODUCT * products(shape.channels, width, DEPTH)
    pixels = windows(shape.size) * min(shape.size, WINDOW) ** 2
    return pixels * (each + SECONDS_PER_VALUE * (width + outputs / 3))


def products(channels: int, width: int, depth: int) -> int:
    """Multiplications for each pixel: convolutions of full size, and those of each halving with the way up to
    it, which come to as many for each."""
    return 9 * width * (channels + width) + depth * 72 * width**2
