"""Scores of a linear model in every window of a level at once, and the cells of single windows."""

from __future__ import annotations

import cv2
import numpy as np


def scores(cells: np.ndarray, weights: np.ndarray, bias: float) -> np.ndarray:
    """float32 [h - th + 1, w - tw + 1]: weights . window + bias for each window of cells [h, w, K] under
    weights [th, tw, K].

    One matrix product scores every cell against every part of the template; the parts are then added up
    where they meet, so that no window is ever copied.
    """
    th, tw, depth = weights.shape
    h, w, _ = cells.shape
    parts = weights.reshape(th * tw, depth) @ cells.reshape(h * w, depth).T
    parts = parts.reshape(th, tw, h, w)
    total = np.full((h - th + 1, w - tw + 1), bias, dtype=np.float32)
    for row in range(th):
        for column in range(tw):
            total += parts[row, column, row : row + total.shape[0], column : column + total.shape[1]]
    return total


def peaks(found: np.ndarray, least: float) -> np.ndarray:
    """Places int [n, 2] whose score is at least `least` and not below any of its eight neighbours'."""
    if not found.size:
        return np.zeros((0, 2), dtype=np.int64)
    highest = cv2.dilate(found, np.ones((3, 3), np.uint8))
    return np.argwhere((found >= highest) & (found >= least))


def cut(cells: np.ndarray, places: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """The windows [n, th * tw * K] that begin at places [n, 2]."""
    every = np.lib.stride_tricks.sliding_window_view(cells, shape, axis=(0, 1))  # [h', w', K, th, tw]
    return (
        every[places[:, 0], places[:, 1]]
        .transpose(0, 2, 3, 1)
        .reshape(len(places), np.prod(shape) * cells.shape[2])
    )
