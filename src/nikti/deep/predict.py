"""A network's outputs for many samples, in batches of bounded memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nikti.deep.samples import Samples

if TYPE_CHECKING:
    import torch
    from torch import nn

BATCH = 256


def outputs(
    network: nn.Module, encoder: Any, samples: Samples, *, device: str, kind: str, batch: int = BATCH
) -> np.ndarray:
    """Probabilities float32 [n, C] (kind "classification") or values float32 [n] ("regression").

    Members of an ensemble ([B, k, outputs]) are averaged as probabilities or as values.
    """
    import torch

    network.eval()
    found = []
    with torch.inference_mode():
        for index in torch.arange(len(samples)).split(batch):
            logits = network(*encoder.batch(samples.gather(index, device)))
            found.append(_answers(logits.float(), kind).cpu())
    if found:
        return torch.cat(found).numpy()
    return np.zeros(0, np.float32)


def _answers(logits: torch.Tensor, kind: str) -> torch.Tensor:
    if kind == "classification":
        answers = logits.softmax(-1)
        return answers.mean(1) if answers.ndim == 3 else answers  # [B, k, C] -> [B, C]
    answers = logits.squeeze(-1)
    return answers.mean(1) if answers.ndim == 2 else answers  # [B, k] -> [B]
