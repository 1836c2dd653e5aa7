"""One class for each pixel, by cross-entropy and soft Dice. Training looks at windows of each picture, the
trained network at whole pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nikti.core.answers import IGNORE
from nikti.core.decoding import Argmax, ToPictures
from nikti.core.graph import Missing
from nikti.core.images import resize_mask
from nikti.core.inputs import Inputs
from nikti.deep.schedule import Recipe
from nikti.deep.shapes import ImageShape
from nikti.modalities.image import picture_sizes

if TYPE_CHECKING:
    import torch
    from torch import nn

    from nikti.deep.shapes import ImageShape

PROBABILITIES = False
#: Validation pictures that a training is judged by: each has thousands of pixels, and is seen whole.
MOST_JUDGED = 60

#: Pixels of a training window's side.
WINDOW = 128
#: A window shows between these shares of its own width, in pixels of the picture.
ZOOMS = (0.75, 1.25)


def outputs(classes: int) -> int:
    """All classes of the data set, also those that no pixel among these rows has."""
    return classes


def windows(size: int) -> int:
    """Windows of each picture in a pass: as many as lie side by side. They cost a half of a picture of 256 px
    and a quarter of one of 512 px, and show as much variety."""
    return max(1, size // WINDOW)


def seen(shape: ImageShape) -> float:
    """Share of a picture's pixels that one training step uses.

    >>> from nikti.deep.shapes import ImageShape
    >>> seen(ImageShape(3, 64)), seen(ImageShape(3, 256)), seen(ImageShape(3, 512))
    (1.0, 0.5, 0.25)
    """
    return windows(shape.size) * (min(shape.size, WINDOW) / shape.size) ** 2


def learnable(targets: np.ndarray, inputs: Inputs, encoder: Any) -> tuple[np.ndarray, tuple[float, float]]:
    """Masks uint8 [n, S, S] of the side that the network sees."""
    side = (encoder.shape.size,) * 2
    if targets.shape[1:] != side:
        targets = np.stack([resize_mask(mask, side) for mask in targets])
    return np.ascontiguousarray(targets), (0.0, 1.0)


def augment(encoder: Any, batch: tuple, targets: torch.Tensor, generator: torch.Generator) -> tuple:
    """Windows of each picture and of its mask, mirrored and zoomed, in other light. Pictures that are no
    photos (microscopes, scans) have no up and down: they are turned by quarters too."""
    import torch
    import torch.nn.functional as F

    size = batch[0].shape[-1]
    images, targets = (part.repeat_interleave(windows(size), 0) for part in (batch[0], targets))
    n, channels = images.shape[:2]
    window = min(size, WINDOW)

    def uniform(low: float, high: float) -> torch.Tensor:
        return torch.empty(n).uniform_(low, high, generator=generator)

    share = (uniform(*ZOOMS) * window / size).clamp(max=1.0)  # of the picture's side
    room = 1 - share
    across, down = uniform(-1, 1) * room, uniform(-1, 1) * room
    mirror = uniform(-1, 1).sign()
    quarter = torch.zeros(n, dtype=torch.long)
    if not encoder.photo:
        quarter = torch.randint(0, 4, (n,), generator=generator)
    cos, sin = torch.tensor([1.0, 0.0, -1.0, 0.0])[quarter], torch.tensor([0.0, 1.0, 0.0, -1.0])[quarter]
    theta = torch.stack(
        [
            torch.stack([share * cos * mirror, -share * sin, across], 1),
            torch.stack([share * sin * mirror, share * cos, down], 1),
        ],
        1,
    )  # [B, 2, 3]
    grid = F.affine_grid(theta, [n, channels, window, window], align_corners=False).to(images.device)
    images = F.grid_sample(images, grid, padding_mode="border", align_corners=False)
    masks = F.grid_sample(
        targets[:, None].float(), grid, mode="nearest", padding_mode="border", align_corners=False
    )
    contrast, light = uniform(0.75, 1.25).to(images.device), uniform(-0.25, 0.25).to(images.device)
    images = images * contrast.view(n, 1, 1, 1) + light.view(n, 1, 1, 1)
    return (images.contiguous(memory_format=torch.channels_last),), masks[:, 0].to(targets.dtype)


def loss(network: nn.Module, raw: torch.Tensor, targets: torch.Tensor, recipe: Recipe) -> torch.Tensor:
    """Cross-entropy plus 1 - soft Dice (Milletari et al. 2016, arXiv 1606.04797, without the squares), which
    weighs classes alike however few pixels they have: of each class that the batch's truth has, its mean.

    raw: logits [B, C, S, S]; targets: uint8 [B, S, S], IGNORE counts nowhere.
    """
    import torch
    import torch.nn.functional as F

    valid = targets != IGNORE
    codes = torch.where(valid, targets, 0).long()
    each = F.cross_entropy(raw, codes, reduction="none", label_smoothing=recipe.label_smoothing)
    entropy = (each * valid).sum() / valid.sum().clamp(min=1)
    truth = F.one_hot(codes, raw.shape[1]).permute(0, 3, 1, 2) * valid[:, None]  # [B, C, S, S]
    predicted = raw.softmax(1) * valid[:, None]
    shared, either = ((part).sum((0, 2, 3)) for part in (truth * predicted, truth + predicted))
    present = truth.sum((0, 2, 3)) > 0
    dice = torch.where(present, 2 * shared / either.clamp(min=1e-6), 0).sum() / present.sum().clamp(min=1)
    return entropy + (1 - dice)


def read(network: nn.Module, raw: torch.Tensor) -> torch.Tensor:
    """Classes uint8 [B, S, S]."""
    import torch

    return raw.argmax(1).to(torch.uint8)


def finish(
    found: np.ndarray, scaling: tuple[float, float], inputs: Inputs, encoder: Any
) -> np.ndarray | list[np.ndarray]:
    """Masks uint8 of the pictures' own sizes: one array where these are what the network gave, else a list
    of [H, W]."""
    sizes = picture_sizes(inputs)
    if (sizes == found.shape[1:]).all():
        return found
    return [resize_mask(mask, tuple(size)) for mask, size in zip(found, sizes.tolist(), strict=True)]


def valid_loss(found: np.ndarray, truth: np.ndarray, scaling: tuple[float, float]) -> float:
    """Share of pixels with the wrong class, on masks of the side of `found`."""
    truth = np.stack([resize_mask(mask, found.shape[1:]) for mask in truth])
    return float((found != truth)[truth != IGNORE].mean())


def decoding(network: nn.Module, scaling: tuple[float, float]) -> tuple[tuple[Any, ...], tuple[Missing, ...]]:
    """The likeliest class of each pixel, in the pictures' own sizes."""
    return (Argmax(1), ToPictures("masks")), ()
