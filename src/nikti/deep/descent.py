"""The plain training loop of learning without labels: no validation, no stopping, one schedule."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from nikti.core.errors import NiktiError
from nikti.core.words import Words
from nikti.deep.optimizer import adamw
from nikti.deep.schedule import Recipe, learning_rate

if TYPE_CHECKING:
    import torch

_DIVERGED = Words(
    en="pre-training diverged in epoch {epoch}: its loss is {loss}.",
    bn="আগাম শেখানো {epoch} নম্বর ইপকে ভেঙে পড়েছে: তার লস {loss}।",
)


def descend(
    weights: Sequence[torch.Tensor],
    loss_of: Callable[[torch.Tensor], tuple[torch.Tensor, int]],
    *,
    n: int,
    batch: int,
    epochs: int,
    recipe: Recipe,
    generator: torch.Generator,
    progress: Callable[[float, str], None],
) -> list[float]:
    """Lower a loss by AdamW; the mean loss of each epoch.

    n: samples; loss_of: their positions [B] -> (the loss, how much it counts in the epoch's mean; where that
    is 0 no step is taken). Raises NiktiError if the loss is no longer finite.
    """
    import torch

    optimizer = adamw(weights, recipe.lr, weight_decay=recipe.weight_decay)
    steps, curve = max(1, n // batch), []
    for epoch in range(epochs):
        total, counted = torch.zeros((), device=weights[0].device), 0
        for number, places in enumerate(torch.randperm(n, generator=generator).tensor_split(steps)):
            step = epoch * steps + number
            for group in optimizer.param_groups:
                group["lr"] = learning_rate(recipe, step, epochs * steps)
            loss, counts = loss_of(places)
            if not counts:
                continue
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(weights, recipe.clip)
            optimizer.step()
            total, counted = total + loss.detach() * counts, counted + counts
            progress((step + 1) / (epochs * steps), f"epoch {epoch + 1} of {epochs}")
        curve.append(total.item() / max(1, counted))
        if not math.isfinite(curve[-1]):
            raise NiktiError(_DIVERGED.format(epoch=epoch + 1, loss=curve[-1]))
    return curve
