"""A small Transformer encoder, learned from scratch (Vaswani et al. 2017,
https://arxiv.org/abs/1706.03762; norm before each part: Xiong et al. 2020,
https://arxiv.org/abs/2002.04745). In a long text tokens look at those of their own window alone, and the
answer is made of all windows together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nikti.core.words import Words
from nikti.deep import pretrained_text
from nikti.deep.methods import TRANSFORMER
from nikti.deep.shapes import TextShape

if TYPE_CHECKING:
    from torch import Tensor, nn

TITLE = Words(en="small Transformer encoder", bn="ছোট ট্রান্সফরমার এনকোডার")
PRESETS = ("medium", "best")
METHOD = TRANSFORMER
REPRESENTS = True
ENCODER = {"part": 128}
RECIPE = {"epochs": 12, "min_steps": 600, "max_epochs": 30, "batch": 64, "weight_decay": 5e-2}
CANDIDATES = (
    {"width": 64, "layers": 2, "dropout": 0.2, "lr": 2e-3},
    {"width": 128, "layers": 3, "dropout": 0.3, "lr": 1e-3},
    {"width": 64, "layers": 1, "dropout": 0.2, "lr": 3e-3},
)
HEADS = 4
#: Tokens that look at each other.
WINDOW = 128
#: How weights of `nikti pretrain` are found and tuned.
PRETRAINED = {
    "find": pretrained_text.find,
    "head": ("head.",),
    "layers": (("tokens.", "places"), "blocks.0.", "blocks.1.", "blocks.2."),
    "recipe": {"lr": 3e-3, "epochs": 12, "min_steps": 1500, "max_epochs": 60},
}
#: Measured on one thread, in batches of 64.
SECONDS_PER_PRODUCT, SECONDS_PER_TOKEN = 1.4e-10, 7.5e-6


def build(
    shape: TextShape, outputs: int, width: int = 64, layers: int = 2, dropout: float = 0.2
) -> nn.Module:
    """int64 [B, L] -> logits [B, outputs]. width: a multiple of 4, the number of heads."""
    import torch
    from torch import nn

    from nikti.deep.networks.text_classification._tokens import (
        Windows,
        embedding,
        largest,
        mean,
        present,
    )

    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.before_attention = nn.LayerNorm(width)
            self.mix = nn.Linear(width, 3 * width)
            self.join = nn.Linear(width, width)
            self.feed = nn.Sequential(
                nn.LayerNorm(width),
                nn.Linear(width, 2 * width),
                nn.GELU(),
                nn.Dropout(dropout),
                nn.Linear(2 * width, width),
            )
            self.dropout = nn.Dropout(dropout)

        def forward(self, x: Tensor, there: Tensor) -> Tensor:
            batch, length, _ = x.shape
            parts = self.mix(self.before_attention(x)).view(batch, length, 3, HEADS, -1)
            query, key, value = parts.permute(2, 0, 3, 1, 4)  # each [B, heads, L, D / heads]
            seen = nn.functional.scaled_dot_product_attention(
                query, key, value, attn_mask=there.view(batch, 1, 1, length)
            )
            x = x + self.dropout(self.join(seen.transpose(1, 2).flatten(2)))  # [B, L, D]
            return x + self.dropout(self.feed(x))

    class Transformer(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.window = WINDOW
            self.tokens = embedding(shape.vocabulary, width, 0.3)
            self.places = nn.Parameter(0.02 * torch.randn(WINDOW, width))
            self.blocks = nn.ModuleList(Block() for _ in range(layers))
            self.norm = nn.LayerNorm(width)
            self.dropout = nn.Dropout(dropout)
            self.head = nn.Linear(2 * width, outputs)

        def read(self, tokens: Tensor) -> Tensor:
            """[B, L] -> [B, L, D]"""
            windows = Windows(present(tokens), self.window)
            x = windows.cut(self.tokens(tokens))  # [W, l, D]
            x = self.dropout(x + self.places[: x.shape[1]])
            for block in self.blocks:
                x = block(x, windows.there)
            return windows.join(self.norm(x))

        def vectors(self) -> Tensor:
            """Token embeddings, [vocabulary, D]."""
            return self.tokens.weight

        def forward(self, tokens: Tensor) -> Tensor:
            there, x = present(tokens), self.read(tokens)  # [B, L, 1], [B, L, D]
            return self.head(self.dropout(torch.cat([mean(x, there), largest(x, there)], 1)))

    return Transformer()


def accepts(shape: TextShape, outputs: int, n: int) -> Words | None:
    """Any shape and any number of rows."""
    return None


def seconds_per_sample(
    shape: TextShape, outputs: int, width: int = 64, layers: int = 2, dropout: float = 0.2
) -> float:
    """Training seconds of one sample on one thread."""
    products = 8 * width**2 + min(WINDOW, shape.trained) * width
    return shape.trained * layers * (SECONDS_PER_PRODUCT * products + SECONDS_PER_TOKEN)
