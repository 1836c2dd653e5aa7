"""Encoded samples as the training loop and the prediction see them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from nikti.core.inputs import Inputs, Stack

if TYPE_CHECKING:
    import torch

#: Samples smaller than this are moved to an accelerator as a whole.
RESIDENT_BYTES = 4 << 30
#: Batches among which samples of similar length find each other.
POOL = 50


@dataclass(frozen=True)
class Samples:
    """tensors: compact, [m, ...] each; rows int64 [n]: which of the m; targets [n]: int64 codes or
    standardised float32, None when only predicting; lengths int64 [n]: of samples that a batch pads to its
    longest one, None where all are alike."""

    tensors: tuple[torch.Tensor, ...]
    rows: torch.Tensor
    targets: torch.Tensor | None = None
    lengths: torch.Tensor | None = None

    def __len__(self) -> int:
        return len(self.rows)

    def gather(self, rows: torch.Tensor, device: str) -> tuple[torch.Tensor, ...]:
        """The compact tensors of these rows (of `self.rows`), on the device."""
        if self.tensors[0].device.type == "cpu":
            return tuple(tensor[rows].to(device, non_blocking=True) for tensor in self.tensors)
        rows = rows.to(device)
        return tuple(tensor[rows] for tensor in self.tensors)

    def batches(self, steps: int, generator: torch.Generator) -> list[torch.Tensor]:
        """Every place of 0..n-1 once, in random batches of nearly equal size. Where samples have lengths, a
        batch holds such of similar length: each POOL of batches drawn at random is sorted within, and the
        batches are shuffled."""
        import torch

        order = torch.randperm(len(self), generator=generator)
        if len(order) == 1:
            order = order.repeat(2)  # batch normalisation needs two samples
        if self.lengths is None:
            return list(order.tensor_split(steps))
        drawn = order.tensor_split(-(-steps // POOL))
        pools = [pool[self.lengths[pool].argsort(stable=True)] for pool in drawn]
        pools[1::2] = [pool.flip(0) for pool in pools[1::2]]  # so that neighbours meet at similar lengths
        batches = torch.cat(pools).tensor_split(steps)
        return [batches[place] for place in torch.randperm(steps, generator=generator).tolist()]

    def resident(self, device: str) -> Samples:
        """On an accelerator as a whole where they are small enough, else as they are."""
        size = sum(tensor.numel() * tensor.element_size() for tensor in self.tensors)
        if device == "cpu" or size > RESIDENT_BYTES:
            return self
        return replace(self, tensors=tuple(tensor.to(device) for tensor in self.tensors))


def encoded(encoder: Any, inputs: Inputs, targets: np.ndarray | None = None) -> Samples:
    """Raw inputs through an encoder. A stored Stack that the encoder can view is not copied: its
    row numbers are kept and each batch is read from the memory map."""
    import torch

    stored = inputs.mapped()
    if stored is not None and encoder.views == cast(Stack, inputs).sample_shape:
        whole, places = stored
        tensors, rows = encoder.encode(whole), torch.from_numpy(np.asarray(places))
    else:
        tensors, rows = encoder.encode(inputs), torch.arange(len(inputs))
    lengths = encoder.lengths(tensors)[rows] if hasattr(encoder, "lengths") else None
    return Samples(tensors, rows, None if targets is None else torch.from_numpy(targets), lengths)
