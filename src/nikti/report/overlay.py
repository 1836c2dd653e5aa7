"""Explanations made visible: a map as a translucent picture, weights of letters as marked words."""

from __future__ import annotations

import base64
import re
import struct
import zlib
from collections.abc import Sequence

import numpy as np

from nikti.modalities.image import RAMP

#: Cells on the longer side of an attention picture; the browser smooths between them.
MOST_CELLS = 48


def attention_picture(weights: Sequence[Sequence[float]]) -> str:
    """A data URI of a PNG in which much attention is bright and opaque and none is transparent.

    weights: [H][W], not negative. Raises ValueError for another shape.
    """
    grid = np.nan_to_num(np.asarray(weights, dtype=np.float64)).clip(min=0)
    if grid.ndim != 2 or grid.size == 0:
        raise ValueError(f"an attention map has two dimensions, not {grid.shape}")
    step = max(1, -(-max(grid.shape) // MOST_CELLS))
    rows, columns = (np.arange(0, length, step) for length in grid.shape)
    grid = np.add.reduceat(np.add.reduceat(grid, rows, axis=0), columns, axis=1)
    grid = grid / (grid.max() or 1.0)
    stops = np.linspace(0, 1, len(RAMP))
    colours = [np.interp(grid, stops, [c[i] for c in RAMP]) for i in range(3)]
    pixels = np.stack([*colours, 215 * grid**0.8], axis=-1).round().astype(np.uint8)  # [H, W, 4]
    return "data:image/png;base64," + base64.b64encode(png(pixels)).decode("ascii")


def png(pixels: np.ndarray) -> bytes:
    """A PNG file of uint8 [H, W, 4] (RGBA), unfiltered (PNG specification, sections 5 and 9)."""
    height, width, _ = pixels.shape
    lines = b"".join(b"\0" + row.tobytes() for row in pixels)
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)),
        (b"IDAT", zlib.compress(lines, 9)),
        (b"IEND", b""),
    )
    chunks = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def marked_words(text: str, weights: Sequence[float], most: int = 160) -> list[tuple[str, float]]:
    """[(word with the space after it, weight 0..1)]: the weights of a word's letters are averaged, so
    that no conjunct is cut; at most `most` words around the weightiest one.

    >>> marked_words("good film", [4, 4, 4, 4, 0, 0, 0, 0, 0])
    [('good ', 1.0), ('film', 0.0)]
    """
    found = []
    for match in re.finditer(r"\S+\s*", text):
        letters = len(match.group().rstrip())
        own = weights[match.start() : match.start() + letters]
        found.append((match.group(), float(np.mean(own)) if len(own) else 0.0))
    top = max((weight for _, weight in found), default=0.0) or 1.0
    if len(found) > most:
        peak = max(range(len(found)), key=lambda i: found[i][1])
        start = min(max(0, peak - most // 2), len(found) - most)
        found = found[start : start + most]
    return [(word, max(0.0, weight) / top) for word, weight in found]
