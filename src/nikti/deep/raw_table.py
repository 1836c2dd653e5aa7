"""Samples as a network receives them, and maps of layers, as tables of bounded width."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nikti.core.inputs import Inputs
from nikti.deep.samples import encoded
from nikti.deep.shapes import EmbeddingShape, TableShape, TextShape

if TYPE_CHECKING:
    import torch

#: Numbers kept for each sample: maps are averaged over neighbouring places until they fit.
MOST_WIDTH = 1024


def pooled(value: torch.Tensor, most: int = MOST_WIDTH) -> torch.Tensor:
    """[B, C, places ...] or [B, moments] -> [B, w]: averaged over neighbouring places until w <= `most`,
    or w = C."""
    import torch.nn.functional as F

    value = value.unsqueeze(1) if value.ndim == 2 else value

    channels, grid = value.shape[1], value.shape[2:]
    if channels * int(np.prod(grid)) > most:
        side = max(1, int((most / channels) ** (1 / len(grid))))
        size = tuple(min(side, length) for length in grid)
        pools = (F.adaptive_avg_pool1d, F.adaptive_avg_pool2d, F.adaptive_avg_pool3d)
        value = pools[len(grid) - 1](value, size if len(grid) > 1 else size[0])
    return value.flatten(1)


def raw(encoder: Any, inputs: Inputs) -> np.ndarray:
    """The samples as the network receives them, as one table float32 [n, w]: pixels or moments (averaged
    until they fit), numbers and indicators of categories, counts of the MOST_WIDTH commonest tokens."""
    import torch

    shape = encoder.shape
    samples = encoded(encoder, inputs)
    batch = encoder.batch(samples.gather(samples.rows, "cpu"))
    if isinstance(shape, TextShape):
        return counts(batch[0])
    if isinstance(shape, TableShape):
        numbers, codes, *texts = batch
        columns = [numbers]
        for place, size in enumerate(shape.cardinalities):
            columns.append(torch.nn.functional.one_hot(codes[:, place], size).float())
        table = torch.cat(columns, 1).numpy()
        return np.hstack([table, *(counts(tokens) for tokens in texts)])
    if isinstance(shape, EmbeddingShape):
        return batch[0].numpy()
    return pooled(batch[0].float()).numpy()


def counts(tokens: torch.Tensor) -> np.ndarray:
    """float32 [n, <= MOST_WIDTH]: how often each of the commonest tokens stands in each row of int64
    [n, L]; padding (0) does not count."""
    tokens = tokens.numpy()
    size = int(tokens.max(initial=0)) + 1
    often = np.bincount(tokens.ravel(), minlength=size)
    often[0] = 0
    kept = np.sort(np.argsort(-often, kind="stable")[: min(MOST_WIDTH, int((often > 0).sum()))])
    column = np.full(size, -1)
    column[kept] = np.arange(len(kept))
    table = np.zeros((len(tokens), len(kept)), np.float32)
    rows, places = np.nonzero(column[tokens] >= 0)
    np.add.at(table, (rows, column[tokens[rows, places]]), 1)
    return table
