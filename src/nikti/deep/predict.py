"""What a network says of many samples, in batches of bounded memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nikti.deep import answers
from nikti.deep.samples import Samples

if TYPE_CHECKING:
    from torch import nn

BATCH = 256
#: Numbers of encoded samples in a batch: 256 images of 64 x 64 grey pixels, 16 of 256 x 256. A network that
#: answers for every pixel makes many maps of that size.
MOST_NUMBERS = 1 << 20


def outputs(network: nn.Module, encoder: Any, samples: Samples, *, device: str, kind: str) -> np.ndarray:
    """What `nikti.deep.answers.<kind>.read` keeps of each sample, [n, ...], n > 0."""
    import torch

    answer = answers.of(kind)
    network.eval()
    numbers = sum(tensor[:1].numel() for tensor in samples.tensors)
    batch = max(1, min(BATCH, MOST_NUMBERS // max(1, numbers)))
    # Samples of similar length go together, so that little padding is computed.
    order = torch.arange(len(samples)) if samples.lengths is None else samples.lengths.argsort(stable=True)
    found = []
    with torch.inference_mode():
        for rows in samples.rows[order].split(batch):
            raw = network(*encoder.batch(samples.gather(rows, device)))
            found.append(answer.read(network, in_float(raw)).cpu())
    return torch.cat(found)[order.argsort()].numpy()


def in_float(raw: Any) -> Any:
    """A network's tensor, or each of its tensors, in float32."""
    return tuple(part.float() for part in raw) if isinstance(raw, tuple | list) else raw.float()
