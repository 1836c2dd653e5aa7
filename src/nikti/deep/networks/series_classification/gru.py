"""A recurrent network over short patches of the series, read both ways (GRU: Cho et al. 2014,
https://arxiv.org/abs/1406.1078)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nikti.core.words import Words
from nikti.deep.methods import RECURRENT
from nikti.deep.shapes import SeriesShape

if TYPE_CHECKING:
    from torch import Tensor, nn

TITLE = Words(en="bidirectional GRU over patches of the series", bn="সময়ক্রমের টুকরোর উপর দুই দিকে পড়া GRU")
PRESETS = ("medium", "best")
METHOD = RECURRENT
REPRESENTS = False
ENCODER = {"max_length": 256}
RECIPE = {"epochs": 30, "min_steps": 600, "max_epochs": 120, "batch": 64}
CANDIDATES = (
    {"hidden": 64, "dropout": 0.2, "lr": 3e-3},
    {"hidden": 96, "dropout": 0.4, "lr": 2e-3},
    {"hidden": 64, "dropout": 0.2, "lr": 3e-3, "cell": "lstm"},
)
#: More steps than this are slow to learn through; longer series are read in longer patches.
STEPS = 48
#: Measured on one thread, in batches of 64.
SECONDS_FIXED, SECONDS_PER_PRODUCT, SECONDS_PER_VALUE = 1e-4, 1.7e-10, 1.0e-7


def build(
    shape: SeriesShape, outputs: int, hidden: int = 64, cell: str = "gru", dropout: float = 0.2
) -> nn.Module:
    """[B, C, L] -> logits [B, outputs]. cell: "gru" or "lstm"."""
    import torch
    from torch import nn

    patch = _patch(shape)

    class Recurrent(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            kind = {"gru": nn.GRU, "lstm": nn.LSTM}[cell]
            self.patches = nn.Conv1d(shape.channels, hidden, 2 * patch - 1, stride=patch, padding=patch - 1)
            self.read = kind(hidden, hidden, batch_first=True, bidirectional=True)
            self.head = nn.Sequential(nn.Dropout(dropout), nn.Linear(4 * hidden, outputs))

        def forward(self, x: Tensor) -> Tensor:
            x = self.patches(x).relu().transpose(1, 2)  # [B, steps, H]
            x = self.read(x)[0]  # [B, steps, 2 H]
            return self.head(torch.cat([x.mean(1), x.amax(1)], 1))

    return Recurrent()


def _patch(shape: SeriesShape) -> int:
    """Moments that one step goes forward."""
    return -(-shape.length // STEPS)


def accepts(shape: SeriesShape, outputs: int, n: int) -> Words | None:
    """Any shape and any number of rows."""
    return None


def seconds_per_sample(
    shape: SeriesShape, outputs: int, hidden: int = 64, cell: str = "gru", dropout: float = 0.2
) -> float:
    """Training seconds of one sample on one thread."""
    steps = -(-shape.length // _patch(shape))
    each = SECONDS_PER_PRODUCT * 12 * hidden**2 + SECONDS_PER_VALUE * hidden
    return SECONDS_FIXED + steps * each
