"""What U-Nets are made of."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn


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
    """The way up: at each step twice as large, and joined with what was kept there on the way down (from the
    finest to the coarsest)."""
    for block, beside in zip(up, reversed(kept), strict=True):
        x = block(torch.cat([beside, F.interpolate(x, scale_factor=2.0)], 1))
    return x
