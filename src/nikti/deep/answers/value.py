"""One number per sample, by squared error on standardised targets. A network may answer with several
members [B, k, 1]; their values are averaged."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from nikti.core.decoding import Rescale
from nikti.core.graph import Missing
from nikti.core.inputs import Inputs
from nikti.deep.answers.label import augment  # noqa: F401  the samples change, their values stay
from nikti.deep.schedule import Recipe

if TYPE_CHECKING:
    import torch
    from torch import nn

PROBABILITIES, LINEAR = False, True


def outputs(classes: int) -> int:
    """1."""
    return 1


def learnable(targets: np.ndarray, inputs: Inputs, encoder: Any) -> tuple[np.ndarray, tuple[float, float]]:
    """Standardised values float32 [n], and (mean, deviation)."""
    centre, spread = float(np.mean(targets)), float(np.std(targets)) or 1.0
    return ((targets - centre) / spread).astype(np.float32), (centre, spread)


def loss(network: nn.Module, raw: torch.Tensor, targets: torch.Tensor, recipe: Recipe) -> torch.Tensor:
    """Mean over the batch and over members; raw [B, 1] or [B, k, 1], values [B]."""
    import torch.nn.functional as F

    if raw.ndim == 3:
        targets = targets.repeat_interleave(raw.shape[1])
        raw = raw.flatten(0, 1)  # [B*k, 1]
    return F.mse_loss(raw.squeeze(-1), targets)


def read(network: nn.Module, raw: torch.Tensor) -> torch.Tensor:
    """Standardised values [B]."""
    found = raw.squeeze(-1)
    return found.mean(1) if found.ndim == 2 else found  # [B, k] -> [B]


def finish(found: np.ndarray, scaling: tuple[float, float], inputs: Inputs, encoder: Any) -> np.ndarray:
    """Values float64 [n] in the answers' own units."""
    return _values(found, scaling)


def _values(found: np.ndarray, scaling: tuple[float, float]) -> np.ndarray:
    return found.astype(np.float64) * scaling[1] + scaling[0]


def valid_loss(found: np.ndarray, truth: np.ndarray, scaling: tuple[float, float]) -> float:
    """Mean squared error of the standardised values."""
    return float(np.mean(((_values(found, scaling) - truth) / scaling[1]) ** 2))


def explained(code: int | None) -> Callable[[torch.Tensor], torch.Tensor]:
    """The value."""
    from nikti.deep.gradients import value

    return value


def decoding(network: nn.Module, scaling: tuple[float, float]) -> tuple[tuple[Any, ...], tuple[Missing, ...]]:
    """Values in the answers' own units."""
    return (Rescale(*scaling),), ()
