"""Haralick's texture: how often grey levels stand beside each other.

R. M. Haralick, K. Shanmugam, I. Dinstein, Textural features for image classification, IEEE Trans.
Systems, Man and Cybernetics 1973; symmetric matrices that sum to 1, as in scikit-image's graycoprops.
"""

from __future__ import annotations

import numpy as np

from nikti.classical.features._measured import Measured
from nikti.classical.features.image._grid import counts, grey
from nikti.core.words import Words

TITLE = Words(
    en="texture: contrast, regularity and order of neighbouring grey levels (Haralick, GLCM)",
    bn="বুনট: পাশাপাশি ধূসর মাত্রার বৈপরীত্য, নিয়ম ও শৃঙ্খলা (হারালিক, GLCM)",
)
STATELESS = True

LEVELS = 16
STEPS = (1, 3)
#: (down, right) of one step; an angle counts anticlockwise from the right.
ANGLES = {0: (0, 1), 45: (-1, 1), 90: (-1, 0), 135: (-1, -1)}
PROPERTIES = ("contrast", "dissimilarity", "homogeneity", "energy", "correlation", "entropy")


def build() -> Measured:
    """The transformer of this file."""
    return Measured("image", "glcm")


def cost(sample_shape: tuple[int, int, int]) -> float:
    """Seconds per image on the reference machine."""
    return 4.2e-5 + 3.8e-8 * sample_shape[0] ** 2


def names(sample_shape: tuple[int, int, int]) -> list[str]:
    """Column names; the same for all sizes."""
    return [
        f"texture {what}, {step} pixel{'s' if step > 1 else ''} apart at {angle} degrees"
        for step in STEPS
        for angle in ANGLES
        for what in PROPERTIES
    ]


def measure(images: np.ndarray) -> np.ndarray:
    """uint8 [n, S, S, C] (S >= 4) -> float32 [n, 2 steps * 4 angles * 6 properties]; brightness is
    first brought to 16 levels."""
    levels = (grey(images) // (256 // LEVELS)).astype(np.int64)
    columns = [
        properties(pairs(levels, step * down, step * right))
        for step in STEPS
        for down, right in ANGLES.values()
    ]
    return np.hstack(columns).astype(np.float32)


def pairs(levels: np.ndarray, down: int, right: int) -> np.ndarray:
    """Shares [n, 16, 16] of the pairs of levels a step apart, both ways; levels int64 [n, S, S]."""
    n, size, _ = levels.shape
    rows = slice(max(0, -down), size - max(0, down))
    columns = slice(max(0, -right), size - max(0, right))
    rows_to = slice(rows.start + down, rows.stop + down)
    columns_to = slice(columns.start + right, columns.stop + right)
    codes = levels[:, rows, columns] * LEVELS + levels[:, rows_to, columns_to]
    matrix = counts(codes.reshape(n, -1), LEVELS**2).reshape(n, LEVELS, LEVELS).astype(np.float64)
    matrix += matrix.transpose(0, 2, 1).copy()
    return matrix / (2 * codes[0].size)


def properties(matrix: np.ndarray) -> np.ndarray:
    """The six properties [n, 6] of matrices [n, 16, 16] that sum to 1. A picture of one level has
    correlation 1, as in scikit-image; entropy is in bits."""
    level = np.arange(LEVELS)
    apart = np.abs(level[:, None] - level)
    flat = matrix.reshape(len(matrix), -1)
    weights = np.stack([apart**2, apart, 1 / (1 + apart**2)], axis=-1).reshape(-1, 3)
    sums = flat @ weights  # contrast, dissimilarity, homogeneity
    energy = np.sqrt((flat**2).sum(axis=1))
    edge = matrix.sum(axis=2)  # [n, 16], the same both ways
    mean = edge @ level
    variance = edge @ level**2 - mean**2
    product = flat @ np.outer(level, level).ravel() - mean**2
    flat_picture = variance < 1e-12
    correlation = np.where(flat_picture, 1, product / np.where(flat_picture, 1, variance))
    entropy = -(flat * np.log2(np.where(flat > 0, flat, 1))).sum(axis=1)
    return np.column_stack([sums, energy, correlation, entropy])
