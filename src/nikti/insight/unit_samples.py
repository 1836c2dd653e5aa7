"""The parts of pictures, texts and series that activate a unit most, small enough for a page, and drawn
filters."""

from __future__ import annotations

from typing import Any

import numpy as np

from nikti import modalities
from nikti.core.data import Data
from nikti.modalities.image import sheet

#: Samples shown of a unit; filters drawn, and pixels of a side of each.
SHOWN, FILTERS, FILTER_SIDE = 4, 16, 30


def shown(
    data: Data, encoder: Any, rows: np.ndarray, layer: Any, skip: int, found: Any, seen: list[int] | None
) -> Any:
    """What the samples that excite a unit most have where it answered: {"picture": a data URI of SHOWN
    crops side by side}, {"texts": [[before, there, after], ...]}, {"series": [{"channels", "span": [from,
    to] in shares or None}, ...]}, or None for table rows.

    rows: positions in the data of the layer's rows from `skip` on; found: a `nikti.explain.units.Named`;
    seen: what `sees` says of the layer.
    """
    top = found.rows[:SHOWN]
    places = [None if seen is None else int(layer.places[skip + i, found.unit]) for i in top]
    share = 1.0 if seen is None else seen[0] / seen[1]
    samples = [data.inputs[int(rows[i])] for i in top]
    spans = getattr(encoder, "spans", None)
    return modalities.of(data.modality).excerpts(samples, places, layer.grid, share, spans)


def sees(shape: Any, layer: Any, reach: int | None) -> list[int] | None:
    """[pixels along a side, moments or words that a unit of a layer sees, of so many]; None where it sees
    the sample as a whole. reach: what `nikti.deep.blocks.reach` says of the layer, None for texts."""
    if layer.places is None or not layer.grid:
        return None
    if hasattr(shape, "vocabulary"):
        return [1, layer.grid[0]]
    whole = next(
        (getattr(shape, name) for name in ("size", "length", "samples") if hasattr(shape, name)), None
    )
    return [reach, whole] if reach is not None and whole is not None and reach < whole else None


def filters(weights: np.ndarray | None) -> dict[str, Any] | None:
    """Weights [f, H, W, C] as one picture, or [f, C, length] as series; None for None. Grey is nothing,
    bright asks for light, dark for its lack."""
    import cv2

    if weights is None:
        return None
    if weights.ndim == 3:
        return {"series": [{"channels": np.round(w[:3], 4).tolist(), "span": None} for w in weights]}
    if weights.shape[3] not in (1, 3):
        return None
    pictures = []
    for one in weights:
        one = one / (np.abs(one).max() or 1.0)
        tile = np.round(127.5 + 127.5 * one).astype(np.uint8)
        tile = cv2.resize(tile, (FILTER_SIDE, FILTER_SIDE), interpolation=cv2.INTER_NEAREST)
        pictures.append(tile if tile.ndim == 3 else tile[:, :, None])
    return {"picture": sheet(pictures, exact=True, across=8)}
