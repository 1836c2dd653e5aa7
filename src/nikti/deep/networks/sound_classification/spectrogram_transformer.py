"""A small Transformer over patches of the log mel bands (Gong et al. 2021, https://arxiv.org/abs/2104.01778,
from scratch and far smaller; patches do not overlap)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nikti.core.words import Words
from nikti.deep.encoders.sound import SoundShape
from nikti.deep.methods import TRANSFORMER
from nikti.deep.networks.sound_classification import _front

if TYPE_CHECKING:
    from torch import Tensor, nn

TITLE = Words(
    en="small Transformer on patches of the log-mel spectrogram",
    bn="লগ-মেল স্পেকট্রোগ্রামের টুকরোর উপর ছোট ট্রান্সফরমার",
)
PRESETS = ("best",)
METHOD = TRANSFORMER
REPRESENTS = False
RECIPE = {"epochs": 40, "min_steps": 1000, "max_epochs": 120, "batch": 32, "weight_decay": 5e-2}
CANDIDATES = (
    {"width": 96, "layers": 3, "dropout": 0.1, "lr": 1e-3},
    {"width": 128, "layers": 4, "dropout": 0.2, "lr": 5e-4},
)
HEADS = 4
#: Bands and frames of a patch.
TALL, LONG = 16, 5
#: Measured on one thread, in batches of 32.
SECONDS_PER_PRODUCT, SECONDS_PER_TOKEN, SECONDS_PER_SAMPLE_OF_SOUND = 1.4e-10, 6.0e-6, 1.5e-8


def build(
    shape: SoundShape, outputs: int, width: int = 96, layers: int = 3, dropout: float = 0.1
) -> nn.Module:
    """[B, samples] -> logits [B, outputs]. width: a multiple of 4, the number of heads."""
    import torch
    from torch import nn

    class Network(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.front = _front.log_mel(shape)
            self.patches = nn.Conv2d(1, width, (TALL, LONG), (TALL, LONG))
            self.places = nn.Parameter(0.02 * torch.randn(_tokens(shape), width))
            self.blocks = nn.ModuleList(
                nn.TransformerEncoderLayer(
                    width, HEADS, 2 * width, dropout, nn.functional.gelu, batch_first=True, norm_first=True
                )
                for _ in range(layers)
            )
            self.norm = nn.LayerNorm(width)
            self.head = nn.Sequential(nn.Dropout(dropout), nn.Linear(width, outputs))

        def forward(self, waves: Tensor) -> Tensor:
            x = self.patches(self.front(waves)).flatten(2).transpose(1, 2)  # [B, tokens, D]
            x = x + self.places
            for block in self.blocks:
                x = block(x)
            return self.head(self.norm(x).mean(1))

    return Network()


def _tokens(shape: SoundShape) -> int:
    return (_front.BANDS // TALL) * (_front.frames(shape) // LONG)


def accepts(shape: SoundShape, outputs: int, n: int) -> Words | None:
    """Sounds of any length."""
    return None


def seconds_per_sample(
    shape: SoundShape, outputs: int, width: int = 96, layers: int = 3, dropout: float = 0.1
) -> float:
    """Training seconds of one sound on one thread."""
    tokens = _tokens(shape)
    each = SECONDS_PER_PRODUCT * (8 * width**2 + 2 * tokens * width) + SECONDS_PER_TOKEN
    return SECONDS_PER_SAMPLE_OF_SOUND * shape.samples + tokens * layers * each
