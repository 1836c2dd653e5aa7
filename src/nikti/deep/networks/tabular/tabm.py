"""TabM: k perceptrons that share their weight matrices and differ in cheap scales, trained side by
side (Gorishniy et al. 2024, https://arxiv.org/abs/2410.24210, section 3.3; the shared layers are
those of BatchEnsemble, Wen et al. 2020, https://arxiv.org/abs/2002.06715)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nikti.core.words import Words
from nikti.deep.methods import PERCEPTRON
from nikti.deep.networks.tabular._widths import columns_seconds, columns_width
from nikti.deep.shapes import TableShape

if TYPE_CHECKING:
    from torch import Tensor, nn

TITLE = Words(en="TabM, an ensemble of perceptrons in one", bn="TabM, একের ভেতরে অনেক পারসেপট্রনের দল")
PRESETS = ("fast", "medium", "best")
METHOD = PERCEPTRON
REPRESENTS = True
RECIPE = {"epochs": 12, "min_steps": 400, "max_epochs": 40, "batch": 256, "label_smoothing": 0.0}
CANDIDATES = (
    {"members": 8, "width": 128, "blocks": 2, "dropout": 0.1, "lr": 2e-3},
    {"members": 16, "width": 128, "blocks": 3, "dropout": 0.2, "lr": 1e-3},
    {"members": 8, "width": 64, "blocks": 2, "dropout": 0.0, "lr": 3e-3},
)
#: Length of the vector that a number becomes.
NUMBER_WIDTH = 8
#: Measured on one thread, in batches of 256.
SECONDS_FIXED, SECONDS_PER_WEIGHT, SECONDS_PER_VALUE = 1.0e-5, 1.2e-10, 1.0e-8


def build(
    shape: TableShape,
    outputs: int,
    members: int = 8,
    width: int = 128,
    blocks: int = 2,
    dropout: float = 0.1,
) -> nn.Module:
    """(numbers, codes, tokens ...) -> logits [B, members, outputs]."""
    import torch
    from torch import nn

    from nikti.deep.networks.tabular._columns import Columns

    class SharedLinear(nn.Module):
        """A linear layer W for all members; member i answers s_i * (W (r_i * x)) + b_i. The first
        layer's r are random signs, all other scales start at one: members differ, but gently."""

        def __init__(self, before: int, after: int, first: bool):
            super().__init__()
            plain = nn.Linear(before, after)
            self.weight = plain.weight  # [after, before]
            self.bias = nn.Parameter(plain.bias.detach().expand(members, after).clone())
            signs = torch.randint(0, 2, (members, before)) * 2.0 - 1.0
            self.r = nn.Parameter(signs if first and members > 1 else torch.ones(members, before))
            self.s = nn.Parameter(torch.ones(members, after))

        def forward(self, x: Tensor) -> Tensor:
            return nn.functional.linear(x * self.r, self.weight) * self.s + self.bias

    class TabM(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.columns = Columns(shape, NUMBER_WIDTH)
            widths, layers = [self.columns.width] + [width] * blocks, []
            for place, (before, after) in enumerate(zip(widths, widths[1:], strict=False)):
                layers += [SharedLinear(before, after, place == 0), nn.ReLU(), nn.Dropout(dropout)]
            self.layers = nn.Sequential(*layers)
            bound = width**-0.5
            self.head = nn.Parameter(torch.empty(members, width, outputs).uniform_(-bound, bound))
            self.bias = nn.Parameter(torch.empty(members, 1, outputs).uniform_(-bound, bound))

        def forward(self, numbers: Tensor, codes: Tensor, *tokens: Tensor) -> Tensor:
            x = self.columns(numbers, codes, *tokens)  # [B, width of the columns]
            x = self.layers(x.unsqueeze(1).expand(-1, members, -1))  # [B, k, width]
            x = torch.baddbmm(self.bias, x.transpose(0, 1), self.head)  # [k, B, outputs]
            return x.transpose(0, 1)

    return TabM()


def accepts(shape: TableShape, outputs: int, n: int) -> Words | None:
    """Any shape and any number of rows."""
    return None


def seconds_per_sample(
    shape: TableShape,
    outputs: int,
    members: int = 8,
    width: int = 128,
    blocks: int = 2,
    dropout: float = 0.1,
) -> float:
    """Training seconds of one sample on one thread."""
    before = columns_width(shape, NUMBER_WIDTH)
    weights = before * width + (blocks - 1) * width**2 + width * outputs
    values = before + blocks * width
    each = SECONDS_PER_WEIGHT * weights + SECONDS_PER_VALUE * values
    return columns_seconds(shape) + SECONDS_FIXED + members * each
