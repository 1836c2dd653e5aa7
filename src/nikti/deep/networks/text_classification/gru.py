"""A recurrent network that reads both ways, and attention over what it read (Yang et al. 2016,
https://aclanthology.org/N16-1174, section 2.2). A long text is read in windows, as theirs in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nikti.core.words import Words
from nikti.deep.methods import RECURRENT
from nikti.deep.shapes import TextShape

if TYPE_CHECKING:
    from torch import Tensor, nn

TITLE = Words(en="bidirectional GRU with attention", bn="দুই দিকে পড়া GRU, মনোযোগসহ")
PRESETS = ("medium", "best")
METHOD = RECURRENT
REPRESENTS = False
ENCODER = {"part": 128}
RECIPE = {"epochs": 10, "min_steps": 500, "max_epochs": 30, "batch": 64}
CANDIDATES = (
    {"width": 64, "hidden": 64, "dropout": 0.4, "lr": 3e-3},
    {"width": 128, "hidden": 128, "dropout": 0.5, "lr": 2e-3},
    {"width": 64, "hidden": 64, "dropout": 0.4, "lr": 3e-3, "cell": "lstm"},
)
#: What a text goes through: the two directions stand side by side, see `nikti.deep.blocks`.
BLOCKS = ("tokens", "forth", "attention", "head")
#: Tokens that are read in a row.
WINDOW = 128
#: Measured on one thread, in batches of 64.
SECONDS_PER_PRODUCT, SECONDS_PER_VALUE = 1.7e-10, 1.0e-7


def build(
    shape: TextShape,
    outputs: int,
    width: int = 64,
    hidden: int = 64,
    cell: str = "gru",
    dropout: float = 0.4,
) -> nn.Module:
    """int64 [B, L] -> logits [B, outputs]. cell: "gru" or "lstm"."""
    import torch
    from torch import nn

    from nikti.deep.networks.text_classification._tokens import Windows, embedding, largest, present, reverse

    class Recurrent(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.window = WINDOW
            kind = {"gru": nn.GRU, "lstm": nn.LSTM}[cell]
            self.tokens = embedding(shape.vocabulary, width, 0.3)
            self.forth = kind(width, hidden, batch_first=True)
            self.back = kind(width, hidden, batch_first=True)
            self.attention = nn.Sequential(nn.Linear(2 * hidden, hidden), nn.Tanh(), nn.Linear(hidden, 1))
            self.dropout = nn.Dropout(dropout)
            self.head = nn.Linear(4 * hidden, outputs)

        def forward(self, tokens: Tensor) -> Tensor:
            there = present(tokens)  # [B, L, 1]
            windows = Windows(there, self.window)
            x = windows.cut(self.dropout(self.tokens(tokens)))  # [W, l, D]
            turned = reverse(x, windows.there)
            forth, back = self.forth(x)[0], reverse(self.back(turned)[0], windows.there)
            x = windows.join(self.dropout(torch.cat([forth, back], 2)))  # [B, L, 2 H]
            weights = self.attention(x).masked_fill(~there, float("-inf")).softmax(1)  # [B, L, 1]
            pooled = torch.cat([(weights * x).sum(1), largest(x, there)], 1)  # [B, 4 H]
            return self.head(self.dropout(pooled))

    return Recurrent()


def accepts(shape: TextShape, outputs: int, n: int) -> Words | None:
    """Any shape and any number of rows."""
    return None


def seconds_per_sample(
    shape: TextShape,
    outputs: int,
    width: int = 64,
    hidden: int = 64,
    cell: str = "gru",
    dropout: float = 0.4,
) -> float:
    """Training seconds of one sample on one thread."""
    products = 6 * (width + hidden) * hidden
    return shape.trained * (SECONDS_PER_PRODUCT * products + SECONDS_PER_VALUE * hidden)
