"""Bag of tokens: the mean of the vectors of tokens and of hashed token pairs, then a small
perceptron (Joulin et al. 2016, fastText, https://arxiv.org/abs/1607.01759). It knows no order
beyond neighbours, and with few texts usually beats networks that do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nikti.deep.shapes import TextShape

if TYPE_CHECKING:
    from torch import nn

TITLE = "bag of tokens and token pairs with a perceptron"
PRESETS = ("fast", "medium", "best")
METHOD = "bag of tokens"
REPRESENTS = False
ENCODER = {"part": 256}
RECIPE = {"epochs": 12, "min_steps": 600, "max_epochs": 40, "batch": 64, "weight_decay": 1e-2}
CANDIDATES = (
    {"width": 128, "buckets": 8192, "dropout": 0.3, "lr": 3e-3},
    {"width": 128, "buckets": 8192, "dropout": 0.5, "lr": 5e-3},
    {"width": 256, "buckets": 16384, "dropout": 0.4, "lr": 2e-3},
)
#: Measured on one thread, in batches of 64; the optimizer passes over all weights.
SECONDS_PER_WEIGHT, SECONDS_PER_VALUE = 4.5e-11, 1.5e-8


def build(
    shape: TextShape, outputs: int, width: int = 128, buckets: int = 8192, dropout: float = 0.3
) -> nn.Module:
    """int64 [B, L] -> logits [B, outputs]. buckets: rows that the token pairs share."""
    import torch
    from torch import nn

    from nikti.deep.networks.text_classification._tokens import embedding, largest, mean, present

    class Bag(nn.Module):
        def __init__(self):
            super().__init__()
            self.tokens = embedding(shape.vocabulary, width, 0.1)
            self.pairs = embedding(buckets + 1, width, 0.1)
            self.head = nn.Sequential(
                nn.BatchNorm1d(2 * width),
                nn.Dropout(dropout),
                nn.Linear(2 * width, width),
                nn.ReLU(),
                nn.Dropout(dropout),
                nn.Linear(width, outputs),
            )

        def forward(self, tokens):
            there = present(tokens)  # [B, L, 1]
            after = torch.cat([tokens[:, 1:], torch.zeros_like(tokens[:, :1])], 1)
            pairs = (tokens * 31337 + after * 7919) % buckets + 1
            pairs = pairs * (after != 0)  # the last token has no pair
            x = self.tokens(tokens)  # [B, L, D]
            y = self.pairs(pairs)  # [B, L, D]
            return self.head(torch.cat([mean(x + y, there), largest(x, there)], 1))

    return Bag()


def accepts(shape: TextShape, outputs: int, n: int) -> str | None:
    """Any shape and any number of rows."""
    return None


def seconds_per_sample(
    shape: TextShape, outputs: int, width: int = 128, buckets: int = 8192, dropout: float = 0.3
) -> float:
    """Training seconds of one sample on one thread."""
    weights = (shape.vocabulary + buckets) * width
    return SECONDS_PER_WEIGHT * weights + SECONDS_PER_VALUE * shape.trained * width
