"""Two images in one, whose loss is shared between their answers: mixup (Zhang et al. 2018,
https://arxiv.org/abs/1710.09412) and CutMix (Yun et al. 2019, https://arxiv.org/abs/1905.04899).

Both papers draw the share from Beta(a, a); with a = 1, as CutMix has it, that is any share alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


def mix(
    images: torch.Tensor, often: float, generator: torch.Generator
) -> tuple[torch.Tensor, torch.Tensor | None, float]:
    """(images [B, C, H, W], the partner of each or None, the share of its own answer in the loss).

    often: the share of batches that are mixed, half of them by fading and half by pasting a rectangle.
    Random numbers are drawn from the CPU generator, as many for every batch.
    """
    import torch

    chance, way, share = torch.rand(3, generator=generator).tolist()
    corner = torch.rand(2, generator=generator)
    order = torch.randperm(len(images), generator=generator)
    if chance >= often:
        return images, None, 1.0
    order = order.to(images.device)
    if way < 0.5:
        return torch.lerp(images[order], images, share), order, share
    height, width = images.shape[2:]
    tall, wide = (round(side * (1 - share) ** 0.5) for side in (height, width))
    top, left = int(corner[0] * (height - tall + 1)), int(corner[1] * (width - wide + 1))
    box = (..., slice(top, top + tall), slice(left, left + wide))
    pasted = images.clone()
    pasted[box] = images[order][box]
    return pasted, order, 1 - tall * wide / (height * width)
