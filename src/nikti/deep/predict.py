"""Predictions of a network for many samples, in batches of bounded memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nikti.deep import answers
from nikti.deep.samples import Samples

if TYPE_CHECKING:
    import torch
    from torch import nn

BATCH = 256
#: Numbers of encoded samples in a batch: 256 images of 64 x 64 grey pixels, 16 of 256 x 256. A network that
#: answers for every pixel makes many maps of that size.
MOST_NUMBERS = 1 << 20
#: A token becomes a vector: numbers that it counts for.
TOKEN = 16


def outputs(network: nn.Module, encoder: Any, samples: Samples, *, device: str, answer: str) -> np.ndarray:
    """What `nikti.deep.answers.<answer>.read` keeps of each sample, [n, ...], n > 0."""
    import torch

    read = answers.of(answer).read
    network.eval()
    batch = at_once(samples.tensors)
    # Samples of similar length go together, so that little padding is computed.
    order = torch.arange(len(samples)) if samples.lengths is None else samples.lengths.argsort(stable=True)
    found = []
    with torch.inference_mode():
        for rows in samples.rows[order].split(batch):
            raw = network(*encoder.batch(samples.gather(rows, device)))
            found.append(read(network, in_float(raw)).cpu())
    return torch.cat(found)[order.argsort()].numpy()


def at_once(tensors: Sequence[torch.Tensor], most: int = BATCH) -> int:
    """How many samples go through a network together, of such as these [n, ...]; at most so many."""
    import torch

    weighs = {torch.int32: TOKEN, torch.int64: TOKEN}
    return fitting(sum(tensor[:1].numel() * weighs.get(tensor.dtype, 1) for tensor in tensors), most)


def fitting(numbers: float, most: int = BATCH) -> int:
    """How many samples of so many numbers each go through a network together.

    >>> fitting(28 * 28), fitting(3 * 512 * 512)
    (256, 1)
    """
    return max(1, min(most, int(MOST_NUMBERS // max(1, numbers))))


def in_float(raw: Any) -> Any:
    """A network's tensor, or each of its tensors, in float32."""
    return tuple(part.float() for part in raw) if isinstance(raw, tuple | list) else raw.float()
