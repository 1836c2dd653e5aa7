"""The network of `ssd.py`."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn
from torchvision.models.detection.anchor_utils import DefaultBoxGenerator
from torchvision.models.detection.image_list import ImageList
from torchvision.models.detection.ssd import SSD, SSDHead
from torchvision.ops import box_iou

from nikti.core.decoding import AnchorBoxes, Suppress
from nikti.deep.networks.object_detection._backbone import STRIDES, Backbone, convolution, places
from nikti.deep.networks.object_detection._boxes import in_pixels, kept, suppression
from nikti.deep.shapes import ImageShape

#: Side of the ready boxes of each map, as a share of the picture's, and (last) beyond the coarsest map; the
#: paper starts at 0.1 of 300 px, and pictures of cells or streets have smaller things.
SCALES = [0.07, 0.16, 0.35, 0.65, 0.95]
#: Beside squares there are boxes twice as wide as high, and twice as high as wide.
RATIOS = [2]
#: For each ready box with a thing so many without one are learned from.
HARDEST = 3
MAPS = (*STRIDES, 2 * STRIDES[-1])


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


def _ready(generator: DefaultBoxGenerator, size: int) -> torch.Tensor:
    """Corners of the ready boxes in pixels [A, 4]."""
    with torch.device("cpu"):  # where the generator lives, also when a network is only sketched on "meta"
        blank = ImageList(torch.zeros(1, 1, size, size), [(size, size)])
        grids = [torch.zeros(1, 1, places(size, step), places(size, step)) for step in MAPS]
        return generator(blank, grids)[0]


class Ssd(SSD):
    """images [B, C, S, S] -> raw [B, A, 4 + 1 + classes] for the A ready boxes of all maps: how to move and
    stretch each, then the logits of "nothing" and of each class."""

    def __init__(self, shape: ImageShape, classes: int, width: int, body: str):
        maps, widths = _maps(shape.channels, width, body)
        generator = DefaultBoxGenerator([RATIOS] * len(MAPS), scales=SCALES, steps=list(MAPS))
        head = SSDHead(widths, generator.num_anchors_per_location(), classes + 1)
        super().__init__(maps, generator, (shape.size, shape.size), classes + 1, head=head)
        self.size = shape.size
        self.register_buffer("ready", _ready(generator, shape.size), persistent=False)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        said = self.head(self.backbone(images))
        return torch.cat([said["bbox_regression"], said["cls_logits"]], -1)

    def loss(self, raw: torch.Tensor, boxes: torch.Tensor) -> torch.Tensor:
        """The paper's (section 2.2): how far ready boxes that fit a true one still are from it, and the
        cross-entropy of these and of the hardest others. The hardest of the whole batch, not of each picture
        as in the paper and in torchvision: there a picture without boxes teaches nothing.

        boxes [B, K, 5] in shares of the picture; class -1 pads.
        """
        true, codes, real = in_pixels(boxes, self.size)
        matched = torch.stack([self._matched(t[r], r) for t, r in zip(true, real, strict=True)])  # [B, A]
        taken = matched >= 0
        picture, place = taken.nonzero(as_tuple=True)
        box = matched[taken]
        wanted = torch.zeros_like(matched)
        wanted[taken] = codes[picture, box] + 1
        what = F.cross_entropy(raw[..., 4:].flatten(0, 1), wanted.flatten(), reduction="none")
        count = taken.sum().clamp(min=1)
        others = what.masked_fill(taken.flatten(), 0.0)
        hardest = others.topk(min(HARDEST * int(count), len(others))).values
        moves = self.box_coder.encode_single(true[picture, box], self.ready[place])
        where = F.smooth_l1_loss(raw[..., :4][taken], moves, reduction="sum")
        return (where + what[taken.flatten()].sum() + hardest.sum()) / count

    def _matched(self, boxes: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
        """Number of the true box of each ready one, int64 [A], -1 for none; boxes are those that are real
        (bool [K])."""
        if len(boxes) == 0:
            return torch.full((len(self.ready),), -1, device=self.ready.device)
        found = self.proposal_matcher(box_iou(boxes, self.ready))
        return torch.where(found >= 0, real.nonzero()[:, 0][found.clamp(min=0)], -1)

    def boxes(self, raw: torch.Tensor) -> torch.Tensor:
        """[B, MOST_BOXES, 6]; see `_boxes.kept`."""
        corners = torch.stack([self.box_coder.decode_single(moves, self.ready) for moves in raw[..., :4]])
        return kept(corners, raw[..., 4:].softmax(-1)[..., 1:], self.size)

    def decoding(self) -> tuple[AnchorBoxes, Suppress]:
        """What `boxes` does, as plain data."""
        coder = self.box_coder
        anchors = AnchorBoxes(self.ready.cpu().numpy(), tuple(coder.weights), float(coder.bbox_xform_clip))
        return anchors, suppression(self.size)
