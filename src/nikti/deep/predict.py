"""What a network says of many samples, in batches of bounded memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nikti.deep import answers
from nikti.deep.samples import Samples

if TYPE_CHECKING:
    from torch import nn

BATCH = 256


def outputs(
    network: nn.Module, encoder: Any, samples: Samples, *, device: str, kind: str, batch: int = BATCH
) -> np.ndarray:
    """What `nikti.deep.answers.<kind>.read` keeps of each sample, [n, ...], n > 0."""
    import torch

    answer = answers.of(kind)
    network.eval()
    found = []
    with torch.inference_mode():
        for rows in samples.rows.split(batch):
            raw = network(*encoder.batch(samples.gather(rows, device)))
            found.append(answer.read(network, in_float(raw)).cpu())
    return torch.cat(found).numpy()


def in_float(raw: Any) -> Any:
    """A network's tensor, or each of its tensors, in float32."""
    return tuple(part.float() for part in raw) if isinstance(raw, tuple | list) else raw.float()
