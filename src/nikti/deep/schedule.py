"""How long a network is trained and how its learning rate moves: pure arithmetic, no clock."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Any

#: Share of the epochs after which pictures are no longer made smaller, and of what their side is a multiple.
FULL_FROM, SIDE_STEP = 2 / 3, 8


@dataclass(frozen=True)
class Recipe:
    """How a network is trained; a network's RECIPE names the fields it changes.

    lr              peak learning rate of AdamW
    weight_decay    decoupled; not on biases, norms and other vectors
    batch           samples per step (smaller for few rows, see `batch_size`)
    epochs          passes over the rows when there are plenty of them
    min_steps       few rows get more epochs, until this many steps are done ...
    max_epochs      ... but never more passes than this
    max_samples     many rows get fewer epochs: no more samples than this in all
    warmup          share of the steps in which the learning rate rises
    patience        epochs without a better validation score before stopping, as a share of all
    label_smoothing classification only
    ema             decay of the running mean of the weights; 0 for none
    clip            norm to which gradients are clipped; 0 for none
    augment         whether the encoder's augmentation is used
    head_first      given weights: share of the epochs in which the head learns alone
    first_layer     given weights: learning rate of the first layer beside the last, see `nikti.deep.layers`
    mixing          share of the batches whose images are mixed in pairs, see `nikti.deep.mixing`
    first_side      pictures: side in the first epoch as a share of the full one, see `picture_side`
    """

    lr: float = 1e-3
    weight_decay: float = 1e-2
    batch: int = 128
    epochs: int = 20
    min_steps: int = 300
    max_epochs: int = 60
    max_samples: int = 2_000_000
    warmup: float = 0.15
    patience: float = 0.34
    label_smoothing: float = 0.05
    ema: float = 0.0
    clip: float = 1.0
    augment: bool = True
    head_first: float = 0.0
    first_layer: float = 1.0
    mixing: float = 0.0
    first_side: float = 1.0


def recipe(*changes: dict[str, Any]) -> Recipe:
    """The default recipe with changes; later ones win. Raises TypeError on an unknown field."""
    merged: dict[str, Any] = {}
    for change in changes:
        merged.update(change)
    return Recipe(**merged)


RECIPE_FIELDS = frozenset(f.name for f in fields(Recipe))


def batch_size(recipe: Recipe, n: int) -> int:
    """Samples per step: the recipe's, or for few rows the power of two that leaves about 16 steps
    an epoch, at least 16.

    >>> [batch_size(Recipe(batch=128), n) for n in (20, 200, 1000, 5000)]
    [16, 16, 32, 128]
    """
    wanted = 2 ** int(math.log2(max(16, n / 16)))
    return max(1, min(recipe.batch, wanted, n))


def steps_per_epoch(recipe: Recipe, n: int) -> int:
    """Every row is seen once an epoch, in steps of nearly equal size: about `batch_size`, and never a
    single row where there are more."""
    return max(1, min(round(n / batch_size(recipe, n)), n // 2))


def epochs(recipe: Recipe, n: int, cap: int | None = None) -> int:
    """Passes over n rows: a function of n alone, so that the same seed gives the same model.

    >>> [epochs(Recipe(), n) for n in (50, 300, 3000, 200_000)]
    [60, 20, 20, 10]
    """
    wanted = max(recipe.epochs, min(recipe.max_epochs, recipe.min_steps / steps_per_epoch(recipe, n)))
    wanted = min(math.ceil(wanted), max(1, recipe.max_samples // n))
    return max(1, wanted if cap is None else min(wanted, cap))


def learning_rate(recipe: Recipe, step: int, steps: int) -> float:
    """One cycle: linear warm-up to the peak, then a cosine to zero (Loshchilov & Hutter 2017,
    https://arxiv.org/abs/1608.03983, section 3, without restarts)."""
    rise = max(1, round(recipe.warmup * steps))
    if step < rise:
        return recipe.lr * (step + 1) / rise
    return recipe.lr * 0.5 * (1 + math.cos(math.pi * (step - rise) / max(1, steps - rise)))


def picture_side(recipe: Recipe, side: int, epoch: int, epochs: int) -> int:
    """Side in pixels of the pictures of an epoch, counted from 0: small ones teach what is coarse at less
    price (Howard 2018, https://www.fast.ai/posts/2018-04-30-dawnbench-fastai.html), and the last third of the
    epochs sees them whole, as answers will.

    >>> [picture_side(Recipe(first_side=0.5), 64, epoch, 7) for epoch in range(7)]
    [32, 40, 48, 56, 64, 64, 64]
    """
    if recipe.first_side >= 1 or epoch >= epochs - 1:
        return side
    share = recipe.first_side + (1 - recipe.first_side) * epoch / (FULL_FROM * (epochs - 1))
    return min(side, max(SIDE_STEP, SIDE_STEP * round(share * side / SIDE_STEP)))


def area(recipe: Recipe, side: int, epochs: int) -> float:
    """Pixels of a picture in the mean over the epochs, as a share of the whole picture's."""
    return sum((picture_side(recipe, side, epoch, epochs) / side) ** 2 for epoch in range(epochs)) / epochs
