"""Convolutions over frequency and time, then a recurrent network over the frames that remain, read both ways
(Cakir et al. 2017, https://arxiv.org/abs/1702.06286, smaller)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nikti.core.words import Words
from nikti.deep.encoders.sound import SoundShape
from nikti.deep.methods import RECURRENT
from nikti.deep.networks.sound_classification import _front

if TYPE_CHECKING:
    from torch import Tensor, nn

TITLE = Words(
    en="convolutions on the log-mel spectrogram, then a bidirectional GRU",
    bn="লগ-মেল স্পেকট্রোগ্রামে কনভোলিউশন, তারপর দুই দিকে পড়া GRU (CRNN)",
)
PRESETS = ("medium", "best")
METHOD = RECURRENT
REPRESENTS = False
RECIPE = {"epochs": 30, "min_steps": 600, "max_epochs": 80, "batch": 32}
CANDIDATES = (
    {"width": 24, "hidden": 64, "dropout": 0.3, "lr": 3e-3},
    {"width": 32, "hidden": 96, "dropout": 0.4, "lr": 3e-3},
)
#: How much of frequency and time each convolution leaves, as a divisor.
POOLS = ((4, 2), (4, 2), (4, 1))
#: Measured on one thread, in batches of 32.
SECONDS_PER_PRODUCT, SECONDS_PER_VALUE, SECONDS_PER_SAMPLE_OF_SOUND = 1.5e-10, 3.0e-9, 1.5e-8
SECONDS_PER_STEP = 4.0e-5


def build(
    shape: SoundShape, outputs: int, width: int = 24, hidden: int = 64, dropout: float = 0.3
) -> nn.Module:
    """[B, samples] -> logits [B, outputs]."""
    import torch
    from torch import nn

    class Network(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.front = _front.log_mel(shape)
            layers: list[nn.Module] = []
            for (before, after), pool in zip(_widths(width), POOLS, strict=True):
                layers += [
                    nn.Conv2d(before, after, 3, padding=1, bias=False),
                    nn.BatchNorm2d(after),
                    nn.ReLU(),
                    nn.MaxPool2d(pool),
                ]
            self.layers = nn.Sequential(*layers)
            self.read = nn.GRU(2 * width, hidden, batch_first=True, bidirectional=True)
            self.head = nn.Sequential(nn.Dropout(dropout), nn.Linear(4 * hidden, outputs))

        def forward(self, waves: Tensor) -> Tensor:
            x = self.layers(self.front(waves)).squeeze(2).transpose(1, 2)  # [B, frames / 4, maps]
            x = self.read(x)[0]  # [B, frames / 4, 2 hidden]
            return self.head(torch.cat([x.mean(1), x.amax(1)], 1))

    return Network()


def _widths(width: int) -> tuple[tuple[int, int], ...]:
    return (1, width), (width, 2 * width), (2 * width, 2 * width)


def accepts(shape: SoundShape, outputs: int, n: int) -> Words | None:
    """Sounds of any length."""
    return None


def seconds_per_sample(
    shape: SoundShape, outputs: int, width: int = 24, hidden: int = 64, dropout: float = 0.3
) -> float:
    """Training seconds of one sound on one thread."""
    frames = _front.frames(shape)
    places, seconds = float(_front.BANDS * frames), SECONDS_PER_SAMPLE_OF_SOUND * shape.samples
    for (before, after), (low, long) in zip(_widths(width), POOLS, strict=True):
        seconds += places * (9 * before * after * SECONDS_PER_PRODUCT + after * SECONDS_PER_VALUE)
        places /= low * long
    return seconds + frames / 4 * (SECONDS_PER_STEP + 12 * hidden * (width + hidden) * SECONDS_PER_PRODUCT)
