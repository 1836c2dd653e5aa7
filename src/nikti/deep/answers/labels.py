"""A set of labels for each sample: a yes or no to each of them, by binary cross-entropy. A network may answer
with several members [B, k, outputs] that are trained side by side; their probabilities are averaged."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from nikti.answers.labels import decided
from nikti.core.decoding import AtLeast, Sigmoid
from nikti.core.graph import Missing
from nikti.core.inputs import Inputs
from nikti.deep.answers.label import augment  # noqa: F401  the samples change, their labels stay
from nikti.deep.schedule import Recipe

if TYPE_CHECKING:
    import torch
    from torch import nn

PROBABILITIES = LINEAR = True


def outputs(classes: int) -> int:
    """A logit for each label."""
    return classes


def learnable(targets: np.ndarray, inputs: Inputs, encoder: Any) -> tuple[np.ndarray, tuple[float, float]]:
    """0 or 1 for each label, float32 [n, C]."""
    return np.asarray(targets, np.float32), (0.0, 1.0)


def loss(network: nn.Module, raw: torch.Tensor, targets: torch.Tensor, recipe: Recipe) -> torch.Tensor:
    """Mean over the batch and over members, sum over the labels; logits [B, C] or [B, k, C], answers [B, C].
    The sum, as the mean would make the gradient, and with it the pace, smaller the more labels there are.
    Smoothing moves answers towards one half."""
    import torch.nn.functional as F

    if raw.ndim == 3:
        targets = targets[:, None].expand_as(raw)
    smooth = targets * (1 - recipe.label_smoothing) + recipe.label_smoothing / 2
    return F.binary_cross_entropy_with_logits(raw, smooth, reduction="none").sum(-1).mean()


def read(network: nn.Module, raw: torch.Tensor) -> torch.Tensor:
    """Probabilities [B, C]."""
    found = raw.sigmoid()
    return found.mean(1) if found.ndim == 3 else found  # [B, k, C] -> [B, C]


def finish(found: np.ndarray, scaling: tuple[float, float], inputs: Inputs, encoder: Any) -> np.ndarray:
    """Labels that are as probable as not, bool [n, C]."""
    return decided(found)


def proba(found: np.ndarray) -> np.ndarray:
    """float64 [n, C], of each label by itself."""
    return found.astype(np.float64)


def valid_loss(found: np.ndarray, truth: np.ndarray, scaling: tuple[float, float]) -> float:
    """Mean over the samples of the negative log likelihood of their sets."""
    right = np.where(truth, found, 1 - found.astype(np.float64))
    return float(-np.log(np.maximum(right, 1e-12)).sum(axis=1).mean())


def explained(code: int) -> Callable[[torch.Tensor], torch.Tensor]:
    """The label's own logit, which is its log-odds."""
    from nikti.deep.gradients import logit

    return logit(code)


def decoding(network: nn.Module, scaling: tuple[float, float]) -> tuple[tuple[Any, ...], tuple[Missing, ...]]:
    """Probabilities, and the labels that are as probable as not."""
    return (Sigmoid(), AtLeast()), ()
