"""What the first layer of a network looks for, where that can be drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from torch import nn


def filters(network: nn.Module, encoder: Any, most: int) -> np.ndarray | None:
    """The strongest filters of the first layer, as small pictures [f, H, W, C] or series [f, C, length] of
    the raw sample's kind; None where the first layer has none that can be drawn."""
    from torch import nn

    shape = encoder.shape
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.Conv1d) and min(module.kernel_size) > 1:
            if module.in_channels != getattr(shape, "channels", None):
                return None
            weights = module.weight.detach().cpu().numpy()
        elif isinstance(module, nn.Linear) and hasattr(shape, "channels"):
            sides = (shape.size, shape.size) if hasattr(shape, "size") else (shape.length,)
            if module.in_features != shape.channels * int(np.prod(sides)):
                return None
            weights = module.weight.detach().cpu().numpy().reshape(-1, shape.channels, *sides)
        elif isinstance(module, nn.Linear | nn.Embedding | nn.EmbeddingBag):
            return None
        else:
            continue
        strength = (weights.reshape(len(weights), -1) ** 2).sum(1)
        kept = weights[np.sort(np.argsort(-strength, kind="stable")[:most])]
        return kept.transpose(0, 2, 3, 1) if kept.ndim == 4 else kept
    return None
