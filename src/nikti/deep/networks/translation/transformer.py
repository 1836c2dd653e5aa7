"""An encoder-decoder Transformer, learned from scratch (Vaswani et al. 2017,
https://arxiv.org/abs/1706.03762; norm before each part: Xiong et al. 2020,
https://arxiv.org/abs/2002.04745)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from nikti.core.words import Words
from nikti.deep.methods import TRANSFORMER
from nikti.deep.shapes import TranslationShape

if TYPE_CHECKING:
    from torch import nn

TITLE = Words(en="Transformer with encoder and decoder", bn="এনকোডার ও ডিকোডারসহ ট্রান্সফরমার")
PRESETS = ("fast", "medium", "best")
METHOD = TRANSFORMER
REPRESENTS = True
RECIPE = {
    **{"epochs": 12, "min_steps": 1500, "max_epochs": 60, "batch": 64, "label_smoothing": 0.1},
    **{"weight_decay": 1e-2, "ema": 0.995},
}
CANDIDATES: tuple[dict[str, Any], ...] = ({}, {"dropout": 0.3}, {"layers": 1}, {"dropout": 0.1, "layers": 2})
#: (pieces of words, width, layers, dropout, learning rate): many pieces are what much text has.
SIZES = ((600, 64, 1, 0.0, 5e-3), (2000, 128, 2, 0.1, 2e-3), (math.inf, 256, 3, 0.2, 1e-3))
#: Measured on one thread, in batches of 32 and 64; what norms, dropout and attention take of a token goes by
#: width and layers.
SECONDS_PER_PRODUCT, SECONDS_PER_TOKEN, SECONDS_PER_WIDTH = 6.0e-11, 2.0e-5, 1.5e-7


def recipe(shape: TranslationShape) -> dict[str, float]:
    """Small networks learn in larger steps."""
    return {"lr": _size(shape)[3]}


def _size(
    shape: TranslationShape, width: int | None = None, layers: int | None = None, dropout: float | None = None
) -> tuple[int, int, float, float]:
    """(width, layers, dropout, learning rate), those that are not given by the vocabulary."""
    found = next(size for size in SIZES if shape.vocabulary <= size[0])
    return (
        found[1] if width is None else width,
        found[2] if layers is None else layers,
        found[3] if dropout is None else dropout,
        found[4],
    )


def build(
    shape: TranslationShape,
    outputs: int,
    width: int | None = None,
    layers: int | None = None,
    dropout: float | None = None,
) -> nn.Module:
    """A translator as `nikti.deep.answers.phrases` describes it, of a size that fits the vocabulary
    unless it is given. width: a multiple of its 4 heads."""
    from nikti.deep.networks.translation._attention import Transformer

    wide, depth, dropped, _ = _size(shape, width=width, layers=layers, dropout=dropout)

    return Transformer(shape, wide, depth, dropped)


def accepts(shape: TranslationShape, outputs: int, n: int) -> Words | None:
    """Any shape and any number of rows."""
    return None


def seconds_per_sample(
    shape: TranslationShape,
    outputs: int,
    width: int | None = None,
    layers: int | None = None,
    dropout: float | None = None,
) -> float:
    """Training seconds of one sample on one thread. Lengths are those that nearly all pairs fit in; the mean
    is about 0.4 of them."""
    width, layers, _, _ = _size(shape, width=width, layers=layers)
    reading, writing = layers * 10 * width**2, layers * 14 * width**2 + shape.vocabulary * width
    products = 0.4 * (shape.length * reading + shape.answer * writing)
    each = SECONDS_PER_TOKEN + SECONDS_PER_WIDTH * width * layers
    return SECONDS_PER_PRODUCT * products + each * 0.4 * (shape.length + shape.answer)
