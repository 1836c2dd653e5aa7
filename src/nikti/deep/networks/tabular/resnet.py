"""A residual perceptron (Gorishniy et al. 2021, https://arxiv.org/abs/2106.11959, section 3.2) on
piecewise-linear embeddings of the numbers (Gorishniy et al. 2022, https://arxiv.org/abs/2203.05556)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nikti.core.words import Words
from nikti.deep.methods import RESIDUAL
from nikti.deep.networks.tabular._widths import columns_seconds, columns_width
from nikti.deep.shapes import TableShape

if TYPE_CHECKING:
    from torch import Tensor, nn

TITLE = Words(en="residual perceptron with embedded numbers", bn="রেসিডুয়াল পারসেপট্রন, সংখ্যাগুলো এমবেড করা")
PRESETS = ("medium", "best")
METHOD = RESIDUAL
REPRESENTS = False
RECIPE = {"epochs": 16, "min_steps": 400, "max_epochs": 40, "batch": 256, "label_smoothing": 0.0}
CANDIDATES = (
    {"width": 128, "blocks": 2, "dropout": 0.2, "lr": 1e-3},
    {"width": 192, "blocks": 3, "dropout": 0.3, "lr": 5e-4},
    {"width": 64, "blocks": 2, "dropout": 0.1, "lr": 2e-3},
)
#: Length of the vector that a number becomes.
NUMBER_WIDTH = 8
#: Measured on one thread, in batches of 256.
SECONDS_FIXED, SECONDS_PER_WEIGHT = 1.8e-5, 1.9e-10


def build(
    shape: TableShape, outputs: int, width: int = 128, blocks: int = 2, dropout: float = 0.2
) -> nn.Module:
    """(numbers, codes, tokens ...) -> logits [B, outputs]."""
    from torch import nn

    from nikti.deep.networks.tabular._columns import Columns

    def block() -> nn.Module:
        return nn.Sequential(
            nn.BatchNorm1d(width),
            nn.Linear(width, 2 * width),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Linear(2 * width, width),
            nn.Dropout(dropout / 2),
        )

    class Residual(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.columns = Columns(shape, NUMBER_WIDTH)
            self.first = nn.Linear(self.columns.width, width)
            self.blocks = nn.ModuleList(block() for _ in range(blocks))
            self.head = nn.Sequential(nn.BatchNorm1d(width), nn.ReLU(), nn.Linear(width, outputs))

        def forward(self, numbers: Tensor, codes: Tensor, *tokens: Tensor) -> Tensor:
            x = self.first(self.columns(numbers, codes, *tokens))  # [B, width]
            for part in self.blocks:
                x = x + part(x)
            return self.head(x)

    return Residual()


def accepts(shape: TableShape, outputs: int, n: int) -> Words | None:
    """Any shape and any number of rows."""
    return None


def seconds_per_sample(
    shape: TableShape, outputs: int, width: int = 128, blocks: int = 2, dropout: float = 0.2
) -> float:
    """Training seconds of one sample on one thread."""
    weights = columns_width(shape, NUMBER_WIDTH) * width + blocks * 4 * width**2
    return columns_seconds(shape) + SECONDS_FIXED + SECONDS_PER_WEIGHT * weights
