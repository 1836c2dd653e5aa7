"""The boxes that stand ready at every place of SSD's maps, and how a network moves them (Liu et al. 2016,
https://arxiv.org/abs/1512.02325, section 2.2). Numbers are torchvision's to the last bit, so that models and
scores of earlier versions stay what they are; its own parts load a compiler in every process."""

from __future__ import annotations

import math

import torch

from nikti.deep.networks.object_detection._assign import overlaps
from nikti.deep.networks.object_detection._backbone import STRIDES, places

#: Side of the ready boxes of each map, as a share of the picture's, and (last) beyond the coarsest map; the
#: paper starts at 0.1 of 300 px, and pictures of cells or streets have smaller things.
SCALES = (0.07, 0.16, 0.35, 0.65, 0.95)
#: Beside squares there are boxes twice as wide as high, and twice as high as wide.
RATIO = 2
#: Squares of two sizes, and one box of each shape.
PER_PLACE = 4
MAPS = (*STRIDES, 2 * STRIDES[-1])

#: What centres and sides are multiplied by, so that what is learned is about as large as the classes' part;
#: and the largest logarithm of a stretch, of a box 62 times as wide (both torchvision's).
WEIGHTS = (10.0, 10.0, 5.0, 5.0)
MOST_STRETCH = math.log(1000.0 / 16)

#: A ready box is to fit a true one that it overlaps by so much.
FITS = 0.5


def ready_boxes(size: int) -> torch.Tensor:
    """Corners in pixels [A, 4], map after map, place after place."""
    found = []
    with torch.device("cpu"):  # also where a network is only sketched on "meta"
        for step, scale, beyond in zip(MAPS, SCALES[:-1], SCALES[1:], strict=True):
            between, longer, shorter = (
                math.sqrt(scale * beyond),
                scale * math.sqrt(RATIO),
                scale / math.sqrt(RATIO),
            )
            sides = torch.tensor([[scale, scale], [between, between], [longer, shorter], [shorter, longer]])
            middles = (torch.arange(places(size, step)) + 0.5) / (size / step)
            y, x = torch.meshgrid(middles, middles, indexing="ij")
            centres = torch.stack([x, y], -1).reshape(-1, 1, 2)
            half = 0.5 * sides.clamp(max=1)
            found.append(torch.cat([centres - half, centres + half], -1).reshape(-1, 4) * size)
    return torch.cat(found)


def _centred(corners: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """(centres, sides) [..., 2] of boxes [..., 4]."""
    sides = corners[..., 2:] - corners[..., :2]
    return corners[..., :2] + 0.5 * sides, sides


def moves(true: torch.Tensor, ready: torch.Tensor) -> torch.Tensor:
    """What moves each ready box onto its true one: [N, 4] and [N, 4] in pixels -> [N, 4]."""
    weights = true.new_tensor(WEIGHTS)
    (centre, sides), (from_centre, from_sides) = _centred(true), _centred(ready)
    shift = weights[:2] * (centre - from_centre) / from_sides
    return torch.cat([shift, weights[2:] * torch.log(sides / from_sides)], -1)


def moved(raw: torch.Tensor, ready: torch.Tensor) -> torch.Tensor:
    """The ready boxes [A, 4] moved as a network says [..., A, 4]: corners in pixels [..., A, 4]."""
    weights = raw.new_tensor(WEIGHTS)
    centre, sides = _centred(ready.to(raw.dtype))
    to_centre = raw[..., :2] / weights[:2] * sides + centre
    half = 0.5 * (torch.exp((raw[..., 2:] / weights[2:]).clamp(max=MOST_STRETCH)) * sides)
    return torch.cat([to_centre - half, to_centre + half], -1)


def matched(true: torch.Tensor, ready: torch.Tensor) -> torch.Tensor:
    """The number of the true box [K, 4] that each ready one is to fit, int64 [A]: the one it overlaps most,
    -1 where that is by less than FITS. A true box always has the ready one that fits it best."""
    if len(true) == 0:
        return torch.full((len(ready),), -1, device=ready.device)
    overlap = overlaps(true[None], ready[None])[0]  # [K, A]
    most, box = overlap.max(0)
    found = torch.where(most < FITS, -1, box)
    found[overlap.argmax(1)] = torch.arange(len(true), device=ready.device)
    return found
