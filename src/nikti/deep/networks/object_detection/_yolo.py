"""The network of `yolo.py`."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import nn

from nikti.core.decoding import PointBoxes, Suppress
from nikti.deep.networks.object_detection._assign import assign
from nikti.deep.networks.object_detection._backbone import STRIDES, Backbone, centres, convolution
from nikti.deep.networks.object_detection._boxes import generalised_iou_loss, in_pixels, kept, suppression
from nikti.deep.shapes import ImageShape

#: What a place believes at first: that it sees nothing (Lin et al. 2017, https://arxiv.org/abs/1708.02002,
#: section 4.1), and that edges are about two strides away.
PRIOR, FIRST_DISTANCE = 0.01, 2.0
#: Weight of the boxes' loss beside that of the classes (TOOD).
BOX_WEIGHT = 2.0


class Neck(nn.Module):
    """Feature pyramid: coarse maps are added to fine ones, then fine maps to coarse ones (Liu et al. 2018,
    PANet, https://arxiv.org/abs/1803.01534), by sums of maps of one width."""

    def __init__(self, widths: tuple[int, ...], width: int):
        super().__init__()
        self.enter = nn.ModuleList(convolution(before, width, 1) for before in widths)
        self.down = nn.ModuleList(convolution(width, width) for _ in widths[1:])
        self.halve = nn.ModuleList(convolution(width, width, 3, 2) for _ in widths[1:])
        self.up = nn.ModuleList(convolution(width, width) for _ in widths[1:])

    def forward(self, maps: list[torch.Tensor]) -> list[torch.Tensor]:
        maps = [enter(x) for enter, x in zip(self.enter, maps, strict=True)]
        for i in reversed(range(len(self.down))):
            coarse = F.interpolate(maps[i + 1], size=maps[i].shape[2:], mode="nearest")
            maps[i] = self.down[i](maps[i] + coarse)
        for i, (halve, up) in enumerate(zip(self.halve, self.up, strict=True)):
            maps[i + 1] = up(maps[i + 1] + halve(maps[i]))
        return maps


class Head(nn.Module):
    """One map -> [B, places, 4 + classes]: what and where are read by convolutions of their own."""

    def __init__(self, width: int, classes: int):
        super().__init__()
        self.where = nn.Sequential(convolution(width, width), nn.Conv2d(width, 4, 1))
        self.what = nn.Sequential(convolution(width, width), nn.Conv2d(width, classes, 1))
        nn.init.constant_(self.where[-1].bias, FIRST_DISTANCE)
        nn.init.constant_(self.what[-1].bias, -math.log(1 / PRIOR - 1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.cat([self.where(x), self.what(x)], 1).flatten(2).transpose(1, 2)


class Yolo(nn.Module):
    """images [B, C, S, S] -> raw [B, A, 4 + classes] for the A places of all maps: distances of the left,
    upper, right and lower edge (in strides, before softplus) and the logit of each class."""

    def __init__(self, shape: ImageShape, classes: int, width: int):
        super().__init__()
        self.size = shape.size
        self.backbone = Backbone(shape.channels, width)
        self.neck = Neck(self.backbone.widths, 4 * width)
        self.heads = nn.ModuleList(Head(4 * width, classes) for _ in STRIDES)
        points, strides = centres(shape.size, STRIDES)
        self.register_buffer("points", points, persistent=False)
        self.register_buffer("strides", strides, persistent=False)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        maps = self.neck(self.backbone(images))
        return torch.cat([head(x) for head, x in zip(self.heads, maps, strict=True)], 1)

    def loss(self, raw: torch.Tensor, boxes: torch.Tensor) -> torch.Tensor:
        """Cross-entropy of every place's scores against the quality it should have, and generalised IoU
        (Rezatofighi et al. 2019, https://arxiv.org/abs/1902.09630) of the assigned ones, weighted by it.

        boxes [B, K, 5] in shares of the picture; class -1 pads.
        """
        corners, logits = self._corners(raw), raw[..., 4:]
        true, codes, real = in_pixels(boxes, self.size)
        box, quality = assign(
            logits.detach().sigmoid(), corners.detach(), self.points, true, codes, real, STRIDES[0]
        )
        total = quality.sum().clamp(min=1.0)
        each = torch.arange(len(raw), device=raw.device)[:, None].expand_as(box)
        wanted = torch.zeros_like(logits)
        taken = quality > 0
        wanted[each[taken], taken.nonzero()[:, 1], codes[each[taken], box[taken]]] = quality[taken]
        what = F.binary_cross_entropy_with_logits(logits, wanted, reduction="sum")
        where = generalised_iou_loss(corners[taken], true[each[taken], box[taken]])
        return (what + BOX_WEIGHT * (where * quality[taken]).sum()) / total

    def boxes(self, raw: torch.Tensor) -> torch.Tensor:
        """[B, MOST_BOXES, 6]; see `_boxes.kept`."""
        return kept(self._corners(raw), raw[..., 4:].sigmoid(), self.size)

    def _corners(self, raw: torch.Tensor) -> torch.Tensor:
        """Distances -> corners in pixels [B, A, 4]."""
        away = F.softplus(raw[..., :4]) * self.strides
        return torch.cat([self.points - away[..., :2], self.points + away[..., 2:]], -1)

    def decoding(self) -> tuple[PointBoxes, Suppress]:
        """What `boxes` does, as plain data."""
        points = PointBoxes(self.points.cpu().numpy(), self.strides.cpu().numpy())
        return points, suppression(self.size)
