"""An embedding of each sample, such that those of one person lie close together and those of two apart.
Learned by telling the training people apart, with a margin between them (ArcFace: Deng et al. 2019,
https://arxiv.org/abs/1801.07698); used on people that were never seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nikti.core.decoding import Divide, UnitLength
from nikti.core.graph import Missing
from nikti.core.inputs import Inputs
from nikti.core.pairs import best_threshold, distances, pairs
from nikti.deep.schedule import Recipe

if TYPE_CHECKING:
    import torch
    from torch import nn

PROBABILITIES = False

#: Numbers in an embedding.
EMBEDDING = 64
#: Radians by which a sample must be nearer to its person than to others, and what cosines are multiplied by
#: before the softmax. The paper's 0.5 and 64 are for millions of pictures of 85,000 people; of a few hundred
#: a network that learns from nothing cannot reach them.
MARGIN, SCALE = 0.2, 16.0


def outputs(classes: int) -> int:
    """The length of an embedding, however many people there are."""
    return EMBEDDING


def learnable(targets: np.ndarray, inputs: Inputs, encoder: Any) -> tuple[np.ndarray, tuple[float, float]]:
    """Codes int64 [n] of the people among these rows, from 0. Unless `calibrated`, the threshold is the
    distance of directions 60 degrees apart, which is 1."""
    return np.unique(targets, return_inverse=True)[1].astype(np.int64), (0.0, 1.0)


def for_training(network: nn.Module, targets: np.ndarray) -> nn.Module:
    """The network with a direction for each person to learn from, float [persons, EMBEDDING]."""
    import torch
    from torch import nn

    network.persons = nn.Parameter(torch.randn(int(targets.max()) + 1, EMBEDDING) / EMBEDDING**0.5)
    return network


def for_prediction(network: nn.Module) -> nn.Module:
    """The network without its weights for the training people."""
    del network.persons
    return network


def augment(encoder: Any, batch: tuple, targets: torch.Tensor, generator: torch.Generator) -> tuple:
    """Pictures as the encoder augments them; the codes stay the same."""
    return encoder.augment(batch, generator), targets


def loss(network: nn.Module, raw: torch.Tensor, targets: torch.Tensor, recipe: Recipe) -> torch.Tensor:
    """Cross-entropy of SCALE * cos(angle to each person), MARGIN added to the angle of the right one (section
    2, equation 3). raw: [B, EMBEDDING]; targets: codes [B]."""
    import torch
    import torch.nn.functional as F

    cos = F.normalize(raw) @ F.normalize(network.persons.float()).T  # [B, persons]
    right = cos.gather(1, targets[:, None])
    # The arc cosine has no slope at its ends. An angle beyond a half turn would come back: it is held there.
    angle = right.clamp(-1 + 1e-6, 1 - 1e-6).acos()
    pushed = (angle + MARGIN).clamp(max=torch.pi).cos()
    return F.cross_entropy(
        SCALE * cos.scatter(1, targets[:, None], pushed), targets, label_smoothing=recipe.label_smoothing
    )


def read(network: nn.Module, raw: torch.Tensor) -> torch.Tensor:
    """Directions [B, EMBEDDING] of length 1."""
    import torch.nn.functional as F

    return F.normalize(raw)


def calibrated(found: np.ndarray, truth: np.ndarray, inputs: Inputs, encoder: Any) -> tuple[float, float]:
    """(0, the distance below which pairs of these samples are best taken for one person)."""
    between = pairs(truth)
    return 0.0, best_threshold(distances(found, between), between)[0] if len(between) else 1.0


def finish(found: np.ndarray, scaling: tuple[float, float], inputs: Inputs, encoder: Any) -> np.ndarray:
    """Embeddings float32 [n, EMBEDDING] in units of the threshold."""
    return (found / scaling[1]).astype(np.float32)


def valid_loss(found: np.ndarray, truth: np.ndarray, scaling: tuple[float, float]) -> float:
    """Mean squared distance of pairs beyond the threshold where they are of one person, below it where they
    are of two (Hadsell et al. 2006, contrastive loss)."""
    between = pairs(truth)
    beyond = distances(found, between) - scaling[1]
    wrong = np.maximum(np.where(between.same, beyond, -beyond), 0.0)
    return float(between.weight @ wrong**2)


def decoding(network: nn.Module, scaling: tuple[float, float]) -> tuple[tuple[Any, ...], tuple[Missing, ...]]:
    """Directions in units of the threshold."""
    return (UnitLength(), Divide(scaling[1])), ()
