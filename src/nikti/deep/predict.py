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
    """Probabilities float32 [n, C] (kind "classification") or values float32 [n] ("regression"), n > 0.

    Members of an ensemble ([B, k, outputs]) are averaged as probabilities or as values.
    """
    import torch

    network.eval()
    found = []
    with torch.inference_mode():
        for rows in samples.rows.split(batch):
            logits = network(*encoder.batch(samples.gather(rows, device)))
            found.append(_answers(logits.float(), kind).cpu())
    return torch.cat(found).numpy()


def _answers(logits: torch.Tensor, kind: str) -> torch.Tensor:
    if kind == "classification":
        answers = logits.softmax(-1)
        return answers.mean(1) if answers.ndim == 3 else answers  # [B, k, C] -> [B, C]
    answers = logits.squeeze(-1)
    return answers.mean(1) if answers.ndim == 2 else answers  # [B, k] -> [B]
