"""A multi-layer perceptron on the columns, its numbers embedded (Gorishniy et al. 2022,
https://arxiv.org/abs/2203.05556), with any number of hidden layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nikti.core.words import Words
from nikti.deep.methods import PERCEPTRON
from nikti.deep.networks.tabular._widths import columns_seconds, columns_width
from nikti.deep.shapes import TableShape

if TYPE_CHECKING:
    from torch import Tensor, nn

TITLE = Words(en="multi-layer perceptron on the columns", bn="কলামের উপর বহুস্তর পারসেপট্রন")
PRESETS = ("fast", "medium", "best")
METHOD = PERCEPTRON
REPRESENTS = True
RECIPE = {"epochs": 20, "min_steps": 500, "max_epochs": 50, "batch": 256, "label_smoothing": 0.0}
CANDIDATES = (
    {"hidden": (128, 64), "dropout": 0.1, "lr": 2e-3},
    {"hidden": (256, 128, 64), "dropout": 0.3, "lr": 1e-3},
    {"hidden": (64,), "dropout": 0.0, "lr": 3e-3},
)
#: Length of the vector that a number becomes.
NUMBER_WIDTH = 8
#: Measured on one thread, in batches of 256.
SECONDS_PER_WEIGHT = 3.5e-10


def build(
    shape: TableShape, outputs: int, hidden: tuple[int, ...] = (128, 64), dropout: float = 0.1
) -> nn.Module:
    """(numbers, codes, tokens ...) -> logits [B, outputs]. `hidden` are the layers' widths; () leaves
    a linear layer on the columns."""
    from torch import nn

    from nikti.deep.networks.tabular._columns import Columns

    class Perceptron(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.columns = Columns(shape, NUMBER_WIDTH)
            widths, layers = [self.columns.width, *hidden], []
            for before, after in zip(widths, widths[1:], strict=False):
                layers += [nn.Linear(before, after), nn.ReLU(), nn.Dropout(dropout)]
            self.layers = nn.Sequential(*layers, nn.Linear(widths[-1], outputs))

        def forward(self, numbers: Tensor, codes: Tensor, *tokens: Tensor) -> Tensor:
            return self.layers(self.columns(numbers, codes, *tokens))

    return Perceptron()


def accepts(shape: TableShape, outputs: int, n: int) -> Words | None:
    """Any shape and any number of rows."""
    return None


def seconds_per_sample(
    shape: TableShape, outputs: int, hidden: tuple[int, ...] = (128, 64), dropout: float = 0.1
) -> float:
    """Training seconds of one sample on one thread."""
    widths = [columns_width(shape, NUMBER_WIDTH), *hidden, outputs]
    weights = sum(before * after for before, after in zip(widths, widths[1:], strict=False))
    return columns_seconds(shape) + SECONDS_PER_WEIGHT * weights
