"""The network of `ssd.py`."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from nikti.core.decoding import AnchorBoxes, Suppress
from nikti.deep.networks.object_detection._backbone import Backbone, convolution
from nikti.deep.networks.object_detection._boxes import in_pixels, kept, suppression
from nikti.deep.networks.object_detection._ready import (
    MOST_STRETCH,
    PER_PLACE,
    WEIGHTS,
    matched,
    moved,
    moves,
    ready_boxes,
)
from nikti.deep.shapes import ImageShape

#: For each ready box with a thing so many without one are learned from.
HARDEST = 3


class Maps(nn.Module):
    """[B, C, S, S] -> four maps: three of the body, and one at half the width of the last."""

    def __init__(self, body: nn.Module, widths: list[int]):
        super().__init__()
        self.body = body
        self.extra = nn.Sequential(
            convolution(widths[-1], widths[-1] // 2, 1), convolution(widths[-1] // 2, widths[-1], 3, 2)
        )

    def forward(self, images: torch.Tensor) -> list[torch.Tensor]:
        maps = list(self.body(images))
        return [*maps, self.extra(maps[-1])]


def _maps(channels: int, width: int, body: str) -> tuple[Maps, list[int]]:
    """The backbone, and the channels of its maps."""
    if body == "small":
        network = Backbone(channels, width)
        widths = list(network.widths)
    else:
        import timm

        network = timm.create_model(body, in_chans=channels, features_only=True, out_indices=(2, 3, 4))
        widths = network.feature_info.channels()
    return Maps(network, widths), [*widths, widths[-1]]


class Answers(nn.Module):
    """Maps [B, C, S, S] each -> [B, A, columns], a row for each ready box, by one convolution for each map.
    Named as torchvision names it, so that models of earlier versions are read."""

    def __init__(self, widths: list[int], columns: int):
        super().__init__()
        self.columns = columns
        self.module_list = nn.ModuleList(
            nn.Conv2d(width, PER_PLACE * columns, 3, padding=1) for width in widths
        )
        for layer in self.module_list:
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, maps: list[torch.Tensor]) -> torch.Tensor:
        found = []
        for layer, x in zip(self.module_list, maps, strict=True):
            said = layer(x).unflatten(1, (PER_PLACE, self.columns))  # [B, boxes of a place, columns, S, S]
            found.append(said.permute(0, 3, 4, 1, 2).reshape(len(x), -1, self.columns))
        return torch.cat(found, 1)


class Head(nn.Module):
    """What each ready box holds, and how it moves."""

    def __init__(self, widths: list[int], classes: int):
        super().__init__()
        self.classification_head = Answers(widths, classes)
        self.regression_head = Answers(widths, 4)

    def forward(self, maps: list[torch.Tensor]) -> torch.Tensor:
        return torch.cat([self.regression_head(maps), self.classification_head(maps)], -1)


class Ssd(nn.Module):
    """images [B, C, S, S] -> raw [B, A, 4 + 1 + classes] for the A ready boxes of all maps: how to move and
    stretch each, then the logits of "nothing" and of each class."""

    def __init__(self, shape: ImageShape, classes: int, width: int, body: str):
        super().__init__()
        self.backbone, widths = _maps(shape.channels, width, body)
        self.head = Head(widths, classes + 1)
        self.size = shape.size
        self.register_buffer("ready", ready_boxes(shape.size), persistent=False)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.head(self.backbone(images))

    def loss(self, raw: torch.Tensor, boxes: torch.Tensor) -> torch.Tensor:
        """The paper's (section 2.2): how far ready boxes that fit a true one still are from it, and the
        cross-entropy of these and of the hardest others. The hardest of the whole batch, not of each picture
        as in the paper: there a picture without boxes teaches nothing.

        boxes [B, K, 5] in shares of the picture; class -1 pads.
        """
        true, codes, real = in_pixels(boxes, self.size)
        found = torch.stack([self._matched(t[r], r) for t, r in zip(true, real, strict=True)])  # [B, A]
        taken = found >= 0
        picture, place = taken.nonzero(as_tuple=True)
        box = found[taken]
        wanted = torch.zeros_like(found)
        wanted[taken] = codes[picture, box] + 1
        what = F.cross_entropy(raw[..., 4:].flatten(0, 1), wanted.flatten(), reduction="none")
        count = taken.sum().clamp(min=1)
        others = what.masked_fill(taken.flatten(), 0.0)
        hardest = others.topk(min(HARDEST * int(count), len(others))).values
        wanted_moves = moves(true[picture, box], self.ready[place])
        where = F.smooth_l1_loss(raw[..., :4][taken], wanted_moves, reduction="sum")
        return (where + what[taken.flatten()].sum() + hardest.sum()) / count

    def _matched(self, boxes: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
        """Number of the true box of each ready one, int64 [A], -1 for none; boxes are those that are real
        (bool [K])."""
        found = matched(boxes, self.ready)
        return (
            found
            if len(boxes) == 0
            else torch.where(found >= 0, real.nonzero()[:, 0][found.clamp(min=0)], -1)
        )

    def boxes(self, raw: torch.Tensor) -> torch.Tensor:
        """[B, MOST_BOXES, 6]; see `_boxes.kept`."""
        return kept(moved(raw[..., :4], self.ready), raw[..., 4:].softmax(-1)[..., 1:], self.size)

    def decoding(self) -> tuple[AnchorBoxes, Suppress]:
        """What `boxes` does, as plain data."""
        return AnchorBoxes(self.ready.cpu().numpy(), WEIGHTS, MOST_STRETCH), suppression(self.size)
