"""Profiles of the picture from its sides, and its symmetry."""

from __future__ import annotations

import numpy as np

from nikti.classical.features._measured import Measured
from nikti.classical.features.image._grid import area_weights, cell_maps, grey, whole
from nikti.core.words import Words

TITLE = Words(
    en="profiles: brightness along rows and columns, and mirror symmetry",
    bn="প্রোফাইল: সারি ও কলাম বরাবর উজ্জ্বলতা, আর আয়না-প্রতিসাম্য",
)
STATELESS = True

LARGEST_PARTS = 16


def build() -> Measured:
    """The transformer of this file."""
    return Measured("image", "profiles")


def cost(sample_shape: tuple[int, int, int]) -> float:
    """Seconds per image on the reference machine."""
    return 2e-6 + 1.2e-8 * sample_shape[0] ** 2


def names(sample_shape: tuple[int, int, int]) -> list[str]:
    """Column names for images [S, S, C]."""
    parts = min(sample_shape[0], LARGEST_PARTS)
    numbered = range(1, parts + 1)
    columns = [
        f"profile: {what} of {line} {k} of {parts}"
        for what in ("mean brightness", "spread")
        for line in ("row", "column")
        for k in numbered
    ]
    return columns + [
        "symmetry: left and right (correlation)",
        "symmetry: top and bottom (correlation)",
        "symmetry: half turn (correlation)",
        "profile: brightness centre, from left",
        "profile: brightness centre, from top",
    ]


def locations(sample_shape: tuple[int, int, int]) -> tuple[np.ndarray, np.ndarray]:
    """See `Measured`: a profile at its row or column, the last five at the whole picture."""
    size = sample_shape[0]
    lines, across = area_weights(size, min(size, LARGEST_PARTS)), np.ones((1, size), np.float32)
    maps = np.concatenate([whole(size), cell_maps(lines, across), cell_maps(across, lines)])
    strips = np.arange(1, len(maps))
    return maps, np.concatenate([strips, strips, np.zeros(5, int)])


def measure(images: np.ndarray) -> np.ndarray:
    """uint8 [n, S, S, C] -> float32 [n, 4 * parts + 5]; brightness 0..1, centres 0..1."""
    n, size = images.shape[:2]
    values = grey(images).astype(np.float32) / 255
    weights = area_weights(size, min(size, LARGEST_PARTS))
    rows, columns = values.mean(axis=2), values.mean(axis=1)  # [n, S]
    spreads = values.std(axis=2), values.std(axis=1)
    lines = [line @ weights.T for line in (rows, columns, *spreads)]
    place = (np.arange(size, dtype=np.float32) + 0.5) / size
    total = np.maximum(values.mean(axis=(1, 2)) * size, 1e-6)
    centres = [np.where(total > 1e-6, line @ place / total, 0.5) for line in (columns, rows)]
    flips = values[:, :, ::-1], values[:, ::-1], values[:, ::-1, ::-1]
    return np.column_stack([*lines, *_correlations(values, flips), *centres])


def _correlations(values: np.ndarray, others: tuple[np.ndarray, ...]) -> list[np.ndarray]:
    """Pearson correlation [n] of each picture with its mirrored forms; 1 for a flat picture."""
    mean = values.mean(axis=(1, 2), keepdims=True)
    centred = values - mean
    variance = np.square(centred).mean(axis=(1, 2))
    flat = variance < 1e-8
    return [
        np.where(flat, 1, (centred * (other - mean)).mean(axis=(1, 2)) / np.where(flat, 1, variance))
        for other in others
    ]
