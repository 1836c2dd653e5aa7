"""A small Transformer over patches of space and time (A. Arnab et al., ViViT, 2021,
https://arxiv.org/abs/2103.15691, model 1, from scratch and far smaller)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nikti.core.words import Words
from nikti.deep.methods import TRANSFORMER
from nikti.deep.shapes import VideoShape

if TYPE_CHECKING:
    from torch import Tensor, nn

TITLE = Words(en="small Transformer on patches of space and time", bn="স্থান ও সময়ের টুকরোর উপর ছোট ট্রান্সফরমার")
PRESETS = ("best",)
METHOD = TRANSFORMER
REPRESENTS = False
ENCODER = {"max_size": 48}
RECIPE = {"epochs": 40, "min_steps": 1000, "max_epochs": 120, "batch": 16, "weight_decay": 5e-2}
CANDIDATES = (
    {"width": 96, "layers": 3, "dropout": 0.1, "lr": 1e-3},
    {"width": 128, "layers": 4, "dropout": 0.2, "lr": 5e-4},
)
HEADS = 4
#: Frames and pixels of a side of a patch.
LONG, WIDE = 2, 8
#: As measured of the Transformer over patches of sounds, on one thread.
SECONDS_PER_PRODUCT, SECONDS_PER_TOKEN, SECONDS_PER_VALUE = 1.4e-10, 6.0e-6, 5.0e-9


def build(
    shape: VideoShape, outputs: int, width: int = 96, layers: int = 3, dropout: float = 0.1
) -> nn.Module:
    """[B, C, T, S, S] -> logits [B, outputs]. width: a multiple of 4, the number of heads."""
    import torch
    from torch import nn

    long, wide = _patch(shape)

    class Network(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.patches = nn.Conv3d(shape.channels, width, (long, wide, wide), (long, wide, wide))
            self.places = nn.Parameter(0.02 * torch.randn(_tokens(shape), width))
            self.blocks = nn.ModuleList(
                nn.TransformerEncoderLayer(
                    width, HEADS, 2 * width, dropout, nn.functional.gelu, batch_first=True, norm_first=True
                )
                for _ in range(layers)
            )
            self.norm = nn.LayerNorm(width)
            self.head = nn.Sequential(nn.Dropout(dropout), nn.Linear(width, outputs))

        def forward(self, clips: Tensor) -> Tensor:
            x = self.patches(clips).flatten(2).transpose(1, 2) + self.places  # [B, tokens, D]
            for block in self.blocks:
                x = block(x)
            return self.head(self.norm(x).mean(1))

    return Network()


def _patch(shape: VideoShape) -> tuple[int, int]:
    """(frames, pixels of a side) of a patch; clips that are smaller are one patch."""
    return min(LONG, shape.frames), min(WIDE, shape.size)


def _tokens(shape: VideoShape) -> int:
    long, wide = _patch(shape)
    return (shape.frames // long) * (shape.size // wide) ** 2


def accepts(shape: VideoShape, outputs: int, n: int) -> Words | None:
    """Clips of any size."""
    return None


def seconds_per_sample(
    shape: VideoShape, outputs: int, width: int = 96, layers: int = 3, dropout: float = 0.1
) -> float:
    """Training seconds of one clip on one thread."""
    tokens = _tokens(shape)
    each = SECONDS_PER_PRODUCT * (8 * width**2 + 2 * tokens * width) + SECONDS_PER_TOKEN
    return SECONDS_PER_VALUE * shape.values + tokens * layers * each
