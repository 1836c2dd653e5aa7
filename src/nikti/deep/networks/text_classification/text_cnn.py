"""Convolutions of several widths over the token vectors and the largest answer of each filter
(Kim 2014, https://aclanthology.org/D14-1181, section 2; vectors learned from scratch), beside the mean of the
vectors: which words are there says much, and the largest alone forgets it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nikti.core.words import Words
from nikti.deep.methods import CONVOLUTIONAL
from nikti.deep.shapes import TextShape

if TYPE_CHECKING:
    from torch import Tensor, nn

TITLE = Words(en="convolutional network on tokens", bn="শব্দখণ্ডের উপর কনভোলিউশনাল নেটওয়ার্ক")
PRESETS = ("fast", "medium", "best")
METHOD = CONVOLUTIONAL
REPRESENTS = True
ENCODER = {"part": 256}
RECIPE = {"epochs": 12, "min_steps": 300, "max_epochs": 30, "batch": 64}
CANDIDATES = (
    {"width": 64, "filters": 64, "dropout": 0.5, "lr": 5e-3},
    {"width": 128, "filters": 128, "dropout": 0.5, "lr": 3e-3},
    {"width": 64, "filters": 64, "dropout": 0.3, "lr": 3e-3},
)
#: Measured on one thread, in batches of 64.
SECONDS_PER_PRODUCT, SECONDS_PER_VALUE = 1.2e-10, 2.2e-8


def build(
    shape: TextShape,
    outputs: int,
    width: int = 64,
    filters: int = 64,
    widths: tuple[int, ...] = (2, 3),
    dropout: float = 0.5,
) -> nn.Module:
    """int64 [B, L] -> logits [B, outputs]. widths: tokens that a filter sees at once."""
    import torch
    from torch import nn

    from nikti.deep.networks.text_classification._tokens import embedding, largest, mean, present

    class TextCNN(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.tokens = embedding(shape.vocabulary, width, 0.3)
            self.convolutions = nn.ModuleList(
                nn.Conv1d(width, filters, size, padding=size // 2) for size in widths
            )
            found = width + len(widths) * filters
            self.head = nn.Sequential(nn.BatchNorm1d(found), nn.Dropout(dropout), nn.Linear(found, outputs))
            self.dropout = nn.Dropout(dropout / 2)

        def forward(self, tokens: Tensor) -> Tensor:
            there = present(tokens)  # [B, L, 1]
            x = self.dropout(self.tokens(tokens))  # [B, L, D]
            parts = [mean(x, there)]
            for conv in self.convolutions:
                found = conv(x.transpose(1, 2))[..., : x.shape[1]]  # [B, F, L]; even widths give one more
                parts.append(largest(found.transpose(1, 2).relu(), there))  # [B, F]
            return self.head(torch.cat(parts, 1))

    return TextCNN()


def accepts(shape: TextShape, outputs: int, n: int) -> Words | None:
    """Any shape and any number of rows."""
    return None


def seconds_per_sample(
    shape: TextShape,
    outputs: int,
    width: int = 64,
    filters: int = 64,
    widths: tuple[int, ...] = (2, 3),
    dropout: float = 0.5,
) -> float:
    """Training seconds of one sample on one thread."""
    products = shape.trained * width * filters * sum(widths)
    values = shape.trained * filters * len(widths)
    return SECONDS_PER_PRODUCT * products + SECONDS_PER_VALUE * values
