"""A detector of the YOLO kind: every place of three maps says in one pass which class it sees and how far
the thing's four edges are away. There are no anchor boxes (Tian et al. 2019, FCOS,
https://arxiv.org/abs/1904.01355) and separate heads for what and where (Ge et al. 2021, YOLOX,
https://arxiv.org/abs/2107.08430, section 2); which places learn a box, and how good each is, is decided as in
TOOD (see `_assign`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nikti.core.words import Words
from nikti.deep.methods import CONVOLUTIONAL
from nikti.deep.shapes import ImageShape

if TYPE_CHECKING:
    from torch import nn

TITLE = Words(en="one-pass detector (YOLO)", bn="এক নজরে সব জিনিস খোঁজা নেটওয়ার্ক (YOLO)")
TOO_SMALL = Words(
    en="it halves the picture five times and needs {needed} px; these pictures have {size}",
    bn="এটি ছবিকে পাঁচবার অর্ধেক করে, তাই অন্তত {needed} পিক্সেল লাগে; এই ছবিগুলো {size} পিক্সেলের",
)
PRESETS = ("fast", "medium", "best")
METHOD = CONVOLUTIONAL
REPRESENTS = True
ENCODER = {"max_size": 192}
RECIPE = {
    **{"lr": 2e-3, "weight_decay": 5e-2, "batch": 16, "epochs": 8, "min_steps": 500, "max_epochs": 40},
    **{"warmup": 0.1, "ema": 0.998, "clip": 10.0},
}
CANDIDATES = (
    {"width": 16},
    {"width": 24, "epochs": 20, "min_steps": 1500, "max_epochs": 100},
)
SMALLEST = 32

#: Training seconds per pixel, per channel of the stem and per such channel squared; and per picture besides.
#: One thread, measured.
SECONDS_PER_WIDTH, SECONDS_PER_SQUARE, SECONDS_FIXED = 2.2e-8, 7.5e-10, 1e-3


def build(shape: ImageShape, outputs: int, width: int = 16) -> nn.Module:
    """[B, C, S, S] -> [B, places, 4 + outputs]; see `_yolo.Yolo`."""
    from nikti.deep.networks.object_detection._yolo import Yolo

    return Yolo(shape, outputs, width)


def accepts(shape: ImageShape, outputs: int, n: int) -> Words | None:
    """Pictures that are wide enough."""
    if shape.size < SMALLEST:
        return TOO_SMALL.format(needed=SMALLEST, size=shape.size)
    return None


def seconds_per_sample(shape: ImageShape, outputs: int, width: int = 16) -> float:
    """Training seconds of one sample."""
    return SECONDS_FIXED + shape.size**2 * (SECONDS_PER_WIDTH * width + SECONDS_PER_SQUARE * width**2)
