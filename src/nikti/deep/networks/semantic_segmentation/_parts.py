"""What U-Nets are made of."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn


class UNet(nn.Module):
    """[B, channels, H, W] -> [B, outputs, H, W], of any size: `depth` halvings, twice as wide after each."""

    def __init__(self, channels: int, outputs: int, width: int, depth: int):
        super().__init__()
        widths = [width * 2**level for level in range(depth + 1)]
        before = [channels, *widths[:-1]]
        self.depth = depth
        self.down = nn.ModuleList(double(a, b) for a, b in zip(before, widths, strict=True))
        self.up = nn.ModuleList(double(3 * a, a) for a in reversed(widths[:-1]))
        self.head = nn.Conv2d(width, outputs, 1)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        high, wide = images.shape[2:]
        x, kept = self.down[0](padded(images, 2**self.depth)), []
        for block in self.down[1:]:
            kept.append(x)
            x = block(F.max_pool2d(x, 2))
        return self.head(climb(self.up, x, kept))[:, :, :high, :wide]


def double(before: int, after: int) -> nn.Sequential:
    """Two convolutions, each normalised: [B, before, H, W] -> [B, after, H, W]."""
    layers: list[nn.Module] = []
    for channels in (before, after):
        layers += [nn.Conv2d(channels, after, 3, padding=1, bias=False), nn.BatchNorm2d(after), nn.ReLU()]
    return nn.Sequential(*layers)


def padded(images: torch.Tensor, multiple: int) -> torch.Tensor:
    """The images with their lower and right edge repeated until both sides divide by that."""
    height, width = images.shape[2:]
    more = (0, -width % multiple, 0, -height % multiple)
    return F.pad(images, more, mode="replicate") if any(more) else images


def climb(up: nn.ModuleList, x: torch.Tensor, kept: list[torch.Tensor]) -> torch.Tensor:
    """The decoder: at each step the map is doubled in size and joined with the encoder's map of that
    size. kept: encoder maps from the finest to the coarsest."""
    for block, beside in zip(up, reversed(kept), strict=True):
        x = block(torch.cat([beside, F.interpolate(x, scale_factor=2.0)], 1))
    return x
