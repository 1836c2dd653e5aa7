"""The boxes in a picture. A detector is a network with

    loss(raw, boxes) -> scalar   boxes float32 [B, K, 5]: corners in shares of the picture, class; -1 pads
    boxes(raw) -> [B, k, 6]      corners in shares, class, score; 0 pads; k is the same for every picture

Pictures are squashed to a square for the network; shares do not mind."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from nikti.core.answers import CLASS, SCORE, Boxes
from nikti.core.decoding import ToPictures
from nikti.core.errors import UsageError
from nikti.core.graph import Missing
from nikti.core.inputs import Inputs
from nikti.core.words import Words
from nikti.deep.schedule import Recipe
from nikti.modalities.image import picture_sizes

if TYPE_CHECKING:
    import torch
    from torch import nn

PROBABILITIES = False

#: Share of a picture's width that an augmented picture shows: things become up to twice as large, or
#: a quarter smaller with the mean colour around.
ZOOMS = (0.5, 1.25)
#: How much narrower or wider a thing may become in one direction.
STRETCH = (0.85, 1.18)
#: A box of which less than this is left in the cut picture is no longer that thing.
LEAST_LEFT = 0.25

_NO_METHOD = Words(
    en="{network} has no method {verb}: a network that answers with boxes needs loss(raw, boxes) and "
    "boxes(raw). nikti/deep/answers/boxes.py says what they take and give.",
    bn="{network}-এ {verb} নামে মেথড নেই: যে নেটওয়ার্ক ঘর (box) দিয়ে উত্তর দেয় তার loss(raw, boxes) "
    "আর boxes(raw) লাগে। nikti/deep/answers/boxes.py ফাইলে লেখা আছে এগুলো কী নেয় আর কী দেয়।",
)


def outputs(classes: int) -> int:
    """Number of classes; a detector adds a class for background itself if it needs one."""
    return classes


def learnable(targets: Boxes, inputs: Inputs, encoder: Any) -> tuple[np.ndarray, tuple[float, float]]:
    """float32 [n, K, 5]: corners in shares 0..1, class; K is the most boxes of a picture, class -1 pads."""
    counts = targets.counts()
    padded = np.full((len(targets), max(1, int(counts.max(initial=0))), 5), -1.0, np.float32)
    rows = targets.pictures()
    places = np.arange(len(rows)) - targets.offsets[rows]
    padded[rows, places] = targets.scaled(np.ones_like(targets.sizes)).flat[:, :5]
    return padded, (0.0, 1.0)


def augment(
    encoder: Any, batch: tuple[torch.Tensor], targets: torch.Tensor, generator: torch.Generator
) -> tuple[tuple[torch.Tensor], torch.Tensor]:
    """Each picture [B, C, S, S] is zoomed, stretched and moved, its light changes, and half of the photos
    are mirrored; the boxes [B, K, 5] go with it, cut at the edges."""
    import torch
    import torch.nn.functional as F

    from nikti.deep.encoders.image import light, uniform

    (images,) = batch
    n = len(images)
    zoom, stretch = uniform(generator, n, *ZOOMS, images), uniform(generator, n, *STRETCH, images).sqrt()
    scale = torch.stack([zoom * stretch, zoom / stretch], 1)  # [B, 2] share seen, across and down
    move = torch.stack([uniform(generator, n, -1, 1, images) for _ in range(2)], 1) * (1 - scale).abs()
    mirror = uniform(generator, n, -1 if encoder.photo else 0, 1, images).sign()
    mirrored = torch.stack([mirror, torch.ones_like(mirror)], 1) * scale
    theta = torch.cat([torch.diag_embed(mirrored), move[:, :, None]], 2)  # [B, 2, 3]
    grid = F.affine_grid(theta, list(images.shape), align_corners=False)
    seen = F.grid_sample(images, grid, padding_mode="zeros", align_corners=False)
    images = light(seen, generator).contiguous(memory_format=torch.channels_last)
    return (images,), moved(targets, mirrored, move)


def moved(boxes: torch.Tensor, scale: torch.Tensor, move: torch.Tensor) -> torch.Tensor:
    """Boxes [B, K, 5] of pictures of which now is shown what lies at scale * x + move, x in -1..1 (scale
    and move [B, 2], a negative scale mirrors). Those that are cut to slivers become padding."""
    import torch

    scale, move = scale[:, None], move[:, None]
    one = ((2 * boxes[..., :2] - 1 - move) / scale + 1) / 2
    two = ((2 * boxes[..., 2:4] - 1 - move) / scale + 1) / 2
    low, high = torch.minimum(one, two), torch.maximum(one, two)
    left = (high.clamp(0, 1) - low.clamp(0, 1)).prod(-1) / (high - low).prod(-1).clamp(min=1e-12)
    keep = (boxes[..., 4] >= 0) & (left >= LEAST_LEFT)
    codes = torch.where(keep, boxes[..., 4], -1.0)
    return torch.cat([low.clamp(0, 1), high.clamp(0, 1), codes[..., None]], -1)


def loss(network: nn.Module, raw: Any, targets: torch.Tensor, recipe: Recipe) -> torch.Tensor:
    """The detector's own loss."""
    return _own(network, "loss")(raw, _trimmed(targets))


def _trimmed(boxes: torch.Tensor) -> torch.Tensor:
    """Boxes first, and no more columns of padding than the fullest picture of the batch needs."""
    real = boxes[..., 4] >= 0
    order = real.int().argsort(dim=1, descending=True, stable=True)[:, : int(real.sum(1).max())]
    return boxes.gather(1, order[..., None].expand(-1, -1, boxes.shape[2]))


def read(network: nn.Module, raw: Any) -> torch.Tensor:
    """[B, k, 6]: corners in shares, class, score; score 0 pads."""
    return _own(network, "boxes")(raw)


def _own(network: nn.Module, verb: str) -> Callable[..., torch.Tensor]:
    """A method that a user's own network may lack."""
    if not callable(getattr(network, verb, None)):
        raise UsageError(_NO_METHOD.format(network=type(network).__name__, verb=verb))
    return getattr(network, verb)


def finish(found: np.ndarray, scaling: tuple[float, float], inputs: Inputs, encoder: Any) -> Boxes:
    """Boxes with six columns, in pixels of the pictures."""
    each = [boxes[boxes[:, SCORE] > 0] for boxes in found]
    return Boxes.of(each, np.ones((len(found), 2)), columns=6).scaled(picture_sizes(inputs))


def valid_loss(found: np.ndarray, truth: Boxes, scaling: tuple[float, float]) -> float:
    """Mean over true boxes of 1 - score * IoU, of the predicted box of the same class for which that is
    least. It changes smoothly where mAP jumps."""
    shares = truth.scaled(np.ones_like(truth.sizes))
    missed = [1 - _best(found[row], shares[row]) for row in range(len(shares))]
    flat = np.concatenate(missed) if missed else np.zeros(0)
    return float(flat.mean()) if len(flat) else 0.0


def _best(found: np.ndarray, true: np.ndarray) -> np.ndarray:
    """The largest score * IoU that each true box [k, 5] gets from a found one [m, 6] of its class, [k]."""
    low = np.maximum(true[:, None, :2], found[None, :, :2])
    high = np.minimum(true[:, None, 2:4], found[None, :, 2:4])
    shared = np.maximum(high - low, 0).prod(-1)  # [k, m]
    areas = [np.maximum(boxes[:, 2:4] - boxes[:, :2], 0).prod(-1) for boxes in (true, found)]
    overlap = shared / np.maximum(areas[0][:, None] + areas[1] - shared, 1e-12)
    same = true[:, None, CLASS] == found[None, :, CLASS]
    return (overlap * same * found[:, SCORE]).max(1, initial=0.0)


def decoding(network: nn.Module, scaling: tuple[float, float]) -> tuple[tuple[Any, ...], tuple[Missing, ...]]:
    """The detector's own `decoding`; a user's network may lack one."""
    if not hasattr(network, "decoding"):
        return (), (Missing("boxes", f"{type(network).__name__}.boxes is Python code of yours"),)
    return (*network.decoding(), ToPictures("boxes")), ()
