"""The picture as feature maps at 1/8, 1/16 and 1/32 of its width, small enough to learn from a few
hundred pictures without weights from elsewhere."""

from __future__ import annotations

import torch
from torch import nn

#: Pixels of the picture per place of each map.
STRIDES = (8, 16, 32)


def convolution(before: int, after: int, kernel: int = 3, stride: int = 1) -> nn.Sequential:
    """Convolution, batch normalisation, SiLU; halves n places to ceil(n / 2) with stride 2."""
    return nn.Sequential(
        nn.Conv2d(before, after, kernel, stride, kernel // 2, bias=False),
        nn.BatchNorm2d(after),
        nn.SiLU(inplace=True),
    )


class Stage(nn.Module):
    """Half of the channels pass a residual block, half go round it (Wang et al. 2019, CSPNet,
    https://arxiv.org/abs/1911.11929, figure 3b)."""

    def __init__(self, width: int):
        super().__init__()
        half = width // 2
        self.round = convolution(width, half, 1)
        self.enter = convolution(width, half, 1)
        self.block = nn.Sequential(convolution(half, half, 1), convolution(half, half, 3))
        self.join = convolution(2 * half, width, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.enter(x)
        return self.join(torch.cat([self.round(x), y + self.block(y)], 1))


class Backbone(nn.Module):
    """[B, C, S, S] -> a map of each stride, of `widths` channels: multiples of `width`, those of the stem."""

    def __init__(self, channels: int, width: int):
        super().__init__()
        self.widths = (4 * width, 8 * width, 12 * width)
        self.stem = nn.Sequential(
            convolution(channels, width, 3, 2),
            convolution(width, 2 * width, 3, 2),
        )
        before, stages = 2 * width, []
        for after in self.widths:
            stages.append(nn.Sequential(convolution(before, after, 3, 2), Stage(after)))
            before = after
        self.stages = nn.ModuleList(stages)

    def forward(self, images: torch.Tensor) -> list[torch.Tensor]:
        x, maps = self.stem(images), []
        for stage in self.stages:
            x = stage(x)
            maps.append(x)
        return maps


def places(size: int, stride: int) -> int:
    """Places along one side of the map of this stride: the size halved, rounded up each time.

    >>> places(192, 8), places(100, 8), places(100, 32)
    (24, 13, 4)
    """
    return -(-size // stride)


def centres(size: int, strides: tuple[int, ...]) -> tuple[torch.Tensor, torch.Tensor]:
    """Middle of every place of every map in pixels [A, 2] (x, y), row by row, and its stride [A, 1]."""
    points, steps = [], []
    for stride in strides:
        line = (torch.arange(places(size, stride)) + 0.5) * stride
        y, x = torch.meshgrid(line, line, indexing="ij")
        points.append(torch.stack([x.flatten(), y.flatten()], 1))
        steps.append(torch.full((x.numel(), 1), float(stride)))
    return torch.cat(points), torch.cat(steps)
