"""Bag of n-grams: the sum of the vectors of a text's words, pairs of words and runs of letters, then a small
perceptron (Joulin et al. 2016, fastText, https://arxiv.org/abs/1607.01759; runs of letters as in Bojanowski
et al. 2017, https://aclanthology.org/Q17-1010). It knows no order beyond neighbours, and with few texts
usually beats networks that do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nikti.core.words import Words
from nikti.deep.methods import BAG_OF_NGRAMS
from nikti.deep.shapes import TextShape

if TYPE_CHECKING:
    from torch import Tensor, nn

TITLE = Words(
    en="bag of words, word pairs and runs of letters with a perceptron",
    bn="শব্দ, শব্দজোড়া ও অক্ষরগুচ্ছের থলে, সঙ্গে পারসেপট্রন",
)
PRESETS = ("fast", "medium", "best")
METHOD = BAG_OF_NGRAMS
REPRESENTS = False
ENCODER = {"ngrams": 60_000}
RECIPE = {"epochs": 12, "min_steps": 300, "max_epochs": 30, "batch": 64, "weight_decay": 1e-2}
CANDIDATES = (
    {"width": 64, "hidden": 128, "dropout": 0.3, "lr": 3e-3},
    {"width": 128, "hidden": 256, "dropout": 0.5, "lr": 3e-3},
    {"width": 64, "hidden": 128, "dropout": 0.5, "lr": 1e-2},
)
#: Measured on one thread, in batches of 64; the optimizer passes over all weights.
SECONDS_PER_WEIGHT, SECONDS_PER_VALUE = 5.0e-11, 3.0e-9


def build(
    shape: TextShape, outputs: int, width: int = 64, hidden: int = 128, dropout: float = 0.3
) -> nn.Module:
    """int64 [B, L] -> logits [B, outputs]."""
    from torch import nn

    from nikti.deep.networks.text_classification._tokens import embedding, present

    class Bag(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.tokens = embedding(shape.vocabulary, width, 0.1)
            self.head = nn.Sequential(
                nn.BatchNorm1d(width),
                nn.Dropout(dropout),
                nn.Linear(width, hidden),
                nn.ReLU(),
                nn.Dropout(dropout),
                nn.Linear(hidden, outputs),
            )

        def forward(self, tokens: Tensor) -> Tensor:
            count = present(tokens).sum(1)  # [B, 1]
            x = self.tokens(tokens).sum(1)  # [B, D]; padding is the zero vector
            return self.head(x / count.clamp(min=1).sqrt())  # of one length, whatever the text's

    return Bag()


def accepts(shape: TextShape, outputs: int, n: int) -> Words | None:
    """Any shape and any number of rows."""
    return None


def seconds_per_sample(
    shape: TextShape, outputs: int, width: int = 64, hidden: int = 128, dropout: float = 0.3
) -> float:
    """Training seconds of one sample on one thread."""
    weights = shape.vocabulary * width + hidden * (width + outputs)
    return SECONDS_PER_WEIGHT * weights + SECONDS_PER_VALUE * shape.trained * width
