"""One linear layer on the features of a frozen network: logistic regression, trained as networks are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nikti.core.words import Words
from nikti.deep.methods import CONVOLUTIONAL
from nikti.deep.shapes import EmbeddingShape

if TYPE_CHECKING:
    from torch import Tensor, nn

TITLE = Words(en="linear layer", bn="একটি রৈখিক স্তর")
PRESETS = ("medium", "best")
METHOD = CONVOLUTIONAL
REPRESENTS = False
RECIPE = {
    **{"epochs": 30, "min_steps": 600, "max_epochs": 100, "batch": 256, "clip": 0.0, "augment": False},
    **{"label_smoothing": 0.0},
}
CANDIDATES = (
    {"lr": 3e-3, "weight_decay": 1e-1},
    {"lr": 1e-2, "weight_decay": 1.0},
    {"lr": 3e-3, "weight_decay": 1e-3},
)
#: How much faster than a weight the offset of a class moves: a step of the optimizer moves all numbers alike,
#: and of few texts of which a sixth are spam 100 steps learned the order (area under the curve 0.96) but not
#: how rare spam is (accuracy 0.75, below that of always saying ham).
OFFSET_PACE = 20.0
#: Training seconds per weight and sample, per sample besides, and of a step that no sample pays for (the
#: optimizer, Python; larger networks take more), one thread, measured.
SECONDS_PER_WEIGHT, SECONDS_FIXED, STEP_SECONDS = 1.0e-10, 1.0e-6, 5.5e-4


def build(shape: EmbeddingShape, outputs: int) -> nn.Module:
    """[B, width] -> logits [B, outputs], all 0 before training."""
    from torch import nn

    class Head(nn.Linear):
        def forward(self, features: Tensor) -> Tensor:
            return nn.functional.linear(features, self.weight, OFFSET_PACE * self.bias)

    head = Head(shape.width, outputs)
    nn.init.zeros_(head.weight)
    nn.init.zeros_(head.bias)
    return head


def accepts(shape: EmbeddingShape, outputs: int, n: int) -> Words | None:
    """None: features of any width will do."""
    return None


def seconds_per_sample(shape: EmbeddingShape, outputs: int) -> float:
    """Training seconds of one sample whose features are known."""
    return SECONDS_FIXED + SECONDS_PER_WEIGHT * shape.width * outputs
