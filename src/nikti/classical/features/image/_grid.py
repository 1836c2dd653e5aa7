"""What several image features share: grey values, gradients, and averages over a grid of cells."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np


def grey(images: np.ndarray) -> np.ndarray:
    """Brightness uint8 [n, S, S] of images uint8 [n, S, S, C] (ITU-R BT.601 weights for RGB)."""
    if images.shape[-1] == 1:
        return images[..., 0]
    n, height, width, _ = images.shape
    # One tall picture: conversion is pixel by pixel, so n images cost one call.
    tall = np.ascontiguousarray(images).reshape(n * height, width, 3)
    return cv2.cvtColor(tall, cv2.COLOR_RGB2GRAY).reshape(n, height, width)


def gradients(planes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Centred differences (to the right, downwards) float32 [n, S, S] of uint8 [n, S, S], halved
    so that they are grey levels per pixel; one-sided on the border."""
    values = planes.astype(np.float32)
    right, down = np.empty_like(values), np.empty_like(values)
    right[:, :, 1:-1] = (values[:, :, 2:] - values[:, :, :-2]) * 0.5
    right[:, :, 0] = values[:, :, 1] - values[:, :, 0]
    right[:, :, -1] = values[:, :, -1] - values[:, :, -2]
    down[:, 1:-1] = (values[:, 2:] - values[:, :-2]) * 0.5
    down[:, 0] = values[:, 1] - values[:, 0]
    down[:, -1] = values[:, -1] - values[:, -2]
    return right, down


@lru_cache(maxsize=64)
def area_weights(size: int, cells: int) -> np.ndarray:
    """float32 [cells, size]: share of each pixel in the mean of each of `cells` equal parts; rows
    sum to 1, and a pixel on a border is shared between the parts it covers."""
    edges = np.linspace(0, size, cells + 1)
    pixels = np.arange(size)
    overlap = np.minimum(edges[1:, None], pixels + 1) - np.maximum(edges[:-1, None], pixels)
    return (np.maximum(overlap, 0) * cells / size).astype(np.float32)


def pool(planes: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weighted sums [n, cells, cells] of planes [n, S, S] along both sides; weights [cells, S]."""
    n, size, _ = planes.shape
    wide = planes.reshape(n * size, size).astype(np.float32, copy=False) @ weights.T
    return weights @ wide.reshape(n, size, len(weights))


def grid_mean(planes: np.ndarray, cells: int) -> np.ndarray:
    """Means [n, cells, cells] over a grid of equal cells of planes [n, S, S]."""
    return pool(planes, area_weights(planes.shape[1], cells))


def cell_maps(rows: np.ndarray, columns: np.ndarray | None = None) -> np.ndarray:
    """Where the cells of a grid look, float32 [cells * cells, S, S], each adding up to 1; weights [cells,
    S] as `pool` takes them."""
    columns = rows if columns is None else columns
    rows, columns = (part / part.sum(axis=1, keepdims=True) for part in (rows, columns))
    return np.einsum("ri,cj->rcij", rows, columns).reshape(-1, rows.shape[1], columns.shape[1])


def whole(size: int) -> np.ndarray:
    """The map of a column that measures the whole picture, float32 [1, S, S]."""
    return np.full((1, size, size), 1 / size**2, dtype=np.float32)


def cell_names(cells: int) -> list[str]:
    """ "row 1 column 1", ... from the upper left, row by row."""
    return [f"row {row} column {column}" for row in range(1, cells + 1) for column in range(1, cells + 1)]


def counts(codes: np.ndarray, kinds: int) -> np.ndarray:
    """How often each of `kinds` codes occurs in each row: codes int [n, m] -> int64 [n, kinds]."""
    n = len(codes)
    offset = np.arange(n, dtype=np.int64)[:, None] * kinds
    return np.bincount((codes + offset).ravel(), minlength=n * kinds).reshape(n, kinds)
