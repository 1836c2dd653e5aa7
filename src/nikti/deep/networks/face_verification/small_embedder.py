"""A small convolutional network that keeps where things are: faces are roughly in their place, so what
remains after the halvings is read as a whole and not averaged (Deng et al. 2019, section 3.1: the end is
BN-Dropout-FC-BN)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nikti.core.words import Words
from nikti.deep.methods import CONVOLUTIONAL
from nikti.deep.shapes import ImageShape

if TYPE_CHECKING:
    from torch import nn

TITLE = Words(
    en="small convolutional network with an angular margin (ArcFace)",
    bn="ছোট কনভোলিউশনাল নেটওয়ার্ক, মুখের মধ্যে কোণের ফাঁক রেখে শেখা (ArcFace)",
)
PRESETS = ("fast", "medium", "best")
METHOD = CONVOLUTIONAL
REPRESENTS = True
ENCODER = {"max_size": 48}
RECIPE = {"epochs": 12, "min_steps": 400, "max_epochs": 40, "batch": 128, "label_smoothing": 0.0}
CANDIDATES = (
    {"width": 16, "dropout": 0.3, "lr": 4e-3, "weight_decay": 5e-2},
    {"width": 28, "dropout": 0.4, "lr": 2e-3, "weight_decay": 1e-1},
)

#: Training seconds per multiplication and per value of a feature map (as in
#: `image_classification/small_cnn.py`), and per sample besides: the last convolution, the augmentation; one
#: thread, measured.
SECONDS_PER_PRODUCT = 5.0e-11
SECONDS_PER_VALUE = 8.0e-9
SECONDS_FIXED = 3.0e-4
#: Pixels of a side below which maps are not halved any more.
LAST = 8


def build(shape: ImageShape, outputs: int, width: int = 16, dropout: float = 0.3) -> nn.Module:
    """[B, C, S, S] -> embeddings [B, outputs]."""
    from torch import nn

    layers: list[nn.Module] = []
    maps = _maps(shape, width)
    for before, after, _ in maps:
        layers += [nn.Conv2d(before, after, 3, padding=1, bias=False), nn.BatchNorm2d(after), nn.ReLU()]
        layers.append(nn.MaxPool2d(2))
    _, last, size = maps[-1]
    side = size // 2
    layers += [nn.Conv2d(last, last, 3, padding=1, bias=False), nn.BatchNorm2d(last), nn.ReLU()]
    layers += [nn.Flatten(), nn.Dropout(dropout), nn.Linear(last * side**2, outputs, bias=False)]
    return nn.Sequential(*layers, nn.BatchNorm1d(outputs))


def accepts(shape: ImageShape, outputs: int, n: int) -> Words | None:
    """Images of any size."""
    return None


def seconds_per_sample(shape: ImageShape, outputs: int, width: int = 16, dropout: float = 0.3) -> float:
    """Training seconds of one sample."""
    seconds = SECONDS_FIXED
    for before, after, size in _maps(shape, width):
        seconds += size**2 * (9 * before * after * SECONDS_PER_PRODUCT + after * SECONDS_PER_VALUE)
    return seconds


def _maps(shape: ImageShape, width: int) -> list[tuple[int, int, int]]:
    """(channels before, channels after, side in pixels) of each convolution that a halving follows."""
    size, before = shape.size, shape.channels
    found: list[tuple[int, int, int]] = []
    while not found or size >= LAST:
        found.append((before, width, size))
        before, size, width = width, size // 2, min(2 * width, 128)
    return found
