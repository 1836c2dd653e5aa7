"""U-Net (Ronneberger et al. 2015, https://arxiv.org/abs/1505.04597): down to see far, up to see sharply, and
what was sharp on the way down handed over. With batch normalisation, padded so that every pixel gets its
answer, and narrow enough for a processor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nikti.deep.answers.segmentation import WINDOW, windows

if TYPE_CHECKING:
    from torch import nn

    from nikti.deep.shapes import ImageShape

TITLE = "U-Net"
PRESETS = ("fast", "medium", "best")
METHOD = "convolutional"
REPRESENTS = True
RECIPE = {"epochs": 20, "min_steps": 300, "max_epochs": 60, "label_smoothing": 0.0}
CANDIDATES = ({"width": 16, "lr": 1e-2, "weight_decay": 1e-2},)

DEPTH = 4  # halvings
#: Training seconds per multiplication and per value of a map of full size, one thread, measured.
SECONDS_PER_PRODUCT = 3.5e-11
SECONDS_PER_VALUE = 8.4e-8


def build(shape: ImageShape, outputs: int, width: int = 16) -> nn.Module:
    """[B, C, H, W] -> logits [B, outputs, H, W], of any size."""
    import torch.nn.functional as F
    from torch import nn

    from nikti.deep.networks.semantic_segmentation._parts import climb, double, padded

    widths = [width * 2**level for level in range(DEPTH + 1)]

    class UNet(nn.Module):
        def __init__(self):
            super().__init__()
            before = [shape.channels, *widths[:-1]]
            self.down = nn.ModuleList(double(a, b) for a, b in zip(before, widths, strict=True))
            self.up = nn.ModuleList(double(3 * a, a) for a in reversed(widths[:-1]))
            self.head = nn.Conv2d(width, outputs, 1)

        def forward(self, images):
            high, wide = images.shape[2:]
            x, kept = self.down[0](padded(images, 2**DEPTH)), []
            for block in self.down[1:]:
                kept.append(x)
                x = block(F.max_pool2d(x, 2))
            return self.head(climb(self.up, x, kept))[:, :, :high, :wide]

    return UNet()


def recipe(shape: ImageShape) -> dict[str, int]:
    """Few windows a step: it is the number of steps that counts (on 40 pictures of 64 px steps of 4 gave a
    mean IoU of 0.84, steps of 8 in more time 0.62)."""
    return {"batch": max(2, 4 // windows(shape.size))}


def accepts(shape: ImageShape, outputs: int, n: int) -> str | None:
    """Images of any size."""
    return None


def seconds_per_sample(shape: ImageShape, outputs: int, width: int = 16) -> float:
    """Training seconds of one sample: of its windows."""
    products = 9 * width * (shape.channels + width) + DEPTH * 72 * width**2
    pixels = windows(shape.size) * min(shape.size, WINDOW) ** 2
    return pixels * (SECONDS_PER_PRODUCT * products + SECONDS_PER_VALUE * (width + outputs / 3))
