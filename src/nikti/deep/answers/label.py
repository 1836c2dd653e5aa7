"""One class per sample, by cross-entropy. A network may answer with several members [B, k, outputs] that
are trained side by side; their probabilities are averaged."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from nikti.core.decoding import Argmax, Softmax
from nikti.core.graph import Missing
from nikti.core.inputs import Inputs
from nikti.deep.schedule import Recipe

if TYPE_CHECKING:
    import torch
    from torch import nn

PROBABILITIES = LINEAR = True


def outputs(classes: int) -> int:
    """All classes of the data set, also those that have no sample among these rows."""
    return classes


def learnable(targets: np.ndarray, inputs: Inputs, encoder: Any) -> tuple[np.ndarray, tuple[float, float]]:
    """Class codes int64 [n] as they are."""
    return targets.astype(np.int64), (0.0, 1.0)


def augment(encoder: Any, batch: tuple, targets: torch.Tensor, generator: torch.Generator) -> tuple:
    """Samples as the encoder augments them; the codes stay the same."""
    return encoder.augment(batch, generator), targets


def loss(network: nn.Module, raw: torch.Tensor, targets: torch.Tensor, recipe: Recipe) -> torch.Tensor:
    """Mean over the batch and over members; logits [B, C] or [B, k, C], codes [B]."""
    import torch.nn.functional as F

    if raw.ndim == 3:
        targets = targets.repeat_interleave(raw.shape[1])
        raw = raw.flatten(0, 1)  # [B*k, C]
    return F.cross_entropy(raw, targets, label_smoothing=recipe.label_smoothing)


def read(network: nn.Module, raw: torch.Tensor) -> torch.Tensor:
    """Probabilities [B, C]."""
    found = raw.softmax(-1)
    return found.mean(1) if found.ndim == 3 else found  # [B, k, C] -> [B, C]


def finish(found: np.ndarray, scaling: tuple[float, float], inputs: Inputs, encoder: Any) -> np.ndarray:
    """Class codes int64 [n]."""
    return found.argmax(1).astype(np.int64)


def proba(found: np.ndarray) -> np.ndarray:
    """float64 [n, C], rows adding up to 1."""
    found = found.astype(np.float64)
    return found / found.sum(1, keepdims=True)


def valid_loss(found: np.ndarray, truth: np.ndarray, scaling: tuple[float, float]) -> float:
    """Mean negative log likelihood."""
    right = found[np.arange(len(truth)), truth].astype(np.float64)
    return float(-np.log(np.maximum(right, 1e-12)).mean())


def explained(code: int) -> Callable[[torch.Tensor], torch.Tensor]:
    """The log-odds of the class."""
    from nikti.deep.gradients import log_odds

    return log_odds(code)


def decoding(network: nn.Module, scaling: tuple[float, float]) -> tuple[tuple[Any, ...], tuple[Missing, ...]]:
    """Probabilities, and the likeliest class."""
    return (Softmax(), Argmax(1)), ()
