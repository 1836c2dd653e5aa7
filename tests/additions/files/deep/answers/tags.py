"""A set of classes for each sample: a yes or no to each, by binary cross-entropy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nikti.core.graph import Missing
from nikti.core.inputs import Inputs
from nikti.deep.schedule import Recipe

if TYPE_CHECKING:
    import torch
    from torch import nn

PROBABILITIES = False


def outputs(classes: int) -> int:
    """A logit for each class."""
    return classes


def learnable(targets: np.ndarray, inputs: Inputs, encoder: Any) -> tuple[np.ndarray, tuple[float, float]]:
    """0 or 1 for each class, float32 [n, C]."""
    return np.asarray(targets, np.float32), (0.0, 1.0)


def augment(encoder: Any, batch: tuple, targets: torch.Tensor, generator: torch.Generator) -> tuple:
    """The samples change, their tags stay."""
    return encoder.augment(batch, generator), targets


def loss(network: nn.Module, raw: torch.Tensor, targets: torch.Tensor, recipe: Recipe) -> torch.Tensor:
    """Mean over the batch and the classes; logits [B, C]."""
    import torch.nn.functional as F

    return F.binary_cross_entropy_with_logits(raw, targets)


def read(network: nn.Module, raw: torch.Tensor) -> torch.Tensor:
    """Probabilities [B, C]."""
    return raw.sigmoid()


def finish(found: np.ndarray, scaling: tuple[float, float], inputs: Inputs, encoder: Any) -> np.ndarray:
    """Tags that are more probable than not, bool [n, C]."""
    return found > 0.5


def decoding(network: nn.Module, scaling: tuple[float, float]) -> tuple[tuple[Any, ...], tuple[Missing, ...]]:
    """No step says it yet."""
    return (), (Missing("decoding", "a tag is there where its logit is above 0"),)
