"""What excites a unit, small enough for a page: parts of pictures, texts and series, and drawn filters."""

from __future__ import annotations

import base64
import math
from typing import Any

import numpy as np

from nikti.core.data import Data

#: Samples shown of a unit, and pixels of a side of each; filters drawn, and their pixels; pixels between.
SHOWN, SIDE, FILTERS, FILTER_SIDE, GAP = 4, 44, 16, 30, 3

#: Words on each side of the one that excited a unit; letters of a text that excited it as a whole.
WORDS, LETTERS = 4, 120

#: Moments of a series that are drawn.
MOMENTS = 80


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
    if data.modality == "image":
        crops = [_crop(s, place, layer.grid, share) for s, place in zip(samples, places, strict=True)]
        return {"picture": strip(crops, exact=max(samples[0].shape[:2]) < SIDE)}
    if data.modality == "text":
        return {"texts": [_words(s, p, encoder) for s, p in zip(samples, places, strict=True)]}
    if data.modality == "series":
        return {"series": [_stretch(s, p, layer.grid, share) for s, p in zip(samples, places, strict=True)]}
    return None


def sees(shape: Any, layer: Any, reach: int | None) -> list[int] | None:
    """[pixels along a side, moments or words that a unit of a layer sees, of so many]; None where it sees
    the sample as a whole. reach: what `nikti.deep.blocks.reach` says of the layer, None for texts."""
    if layer.places is None or not layer.grid:
        return None
    if hasattr(shape, "vocabulary"):
        return [1, layer.grid[0]]
    whole = getattr(shape, "size", None) or getattr(shape, "length", None)
    return [reach, whole] if reach is not None and whole is not None and reach < whole else None


def _crop(image: np.ndarray, place: int | None, grid: tuple[int, ...], share: float) -> np.ndarray:
    """The square of an image uint8 [H, W, C] around a place of a map [H', W'], a share of its side wide."""
    import cv2

    if place is not None and len(grid) == 2:
        centre = (place // grid[1] + 0.5) / grid[0], (place % grid[1] + 0.5) / grid[1]
        cuts = []
        for at, length in zip(centre, image.shape[:2], strict=True):
            wide = max(3, min(length, round(share * length)))
            start = int(np.clip(round(at * length - wide / 2), 0, length - wide))
            cuts.append(slice(start, start + wide))
        image = image[tuple(cuts)]
    method = cv2.INTER_NEAREST if max(image.shape[:2]) < SIDE else cv2.INTER_AREA
    made = cv2.resize(np.ascontiguousarray(image), (SIDE, SIDE), interpolation=method)
    return made if made.ndim == 3 else made[:, :, None]


def strip(pictures: list[np.ndarray], exact: bool, across: int | None = None) -> str:
    """Small pictures uint8 [S, S, C] in rows of `across`, GAP pixels apart, as one data URI: an exact PNG
    where single pixels tell something, else WebP, which is far smaller for photos."""
    import cv2

    across = across or len(pictures)
    side, channels = pictures[0].shape[0], pictures[0].shape[2]
    down = -(-len(pictures) // across)
    sheet = np.full((down * (side + GAP) - GAP, across * (side + GAP) - GAP, channels), 255, np.uint8)
    for i, picture in enumerate(pictures):
        y, x = (i // across) * (side + GAP), (i % across) * (side + GAP)
        sheet[y : y + side, x : x + side] = picture
    sheet = sheet if channels == 1 else sheet[:, :, ::-1]  # OpenCV writes BGR
    kind, how = ("png", []) if exact else ("webp", [cv2.IMWRITE_WEBP_QUALITY, 80])
    body = cv2.imencode(f".{kind}", sheet, how)[1].tobytes()
    return f"data:image/{kind};base64," + base64.b64encode(body).decode()


def _words(text: str, place: int | None, encoder: Any) -> list[str]:
    """[before, what excited the unit, after]: whole words, so that no conjunct is cut."""
    if place is None:
        words, kept = text.split(), []
        while words and sum(map(len, kept)) + len(words[0]) < LETTERS:
            kept.append(words.pop(0))
        return [" ".join(kept) + (" …" if words else "") if kept else text[:LETTERS], "", ""]
    spans = encoder.spans(text)
    start, end = spans[min(place, len(spans) - 1)]
    if end <= start:  # the start token: the text as a whole
        return _words(text, None, encoder)
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    before, after = text[:start].split(), text[end:].split()
    head = ("… " if len(before) > WORDS else "") + " ".join(before[-WORDS:])
    tail = " ".join(after[:WORDS]) + (" …" if len(after) > WORDS else "")
    return [head, text[start:end].strip(), tail]


def _stretch(series: np.ndarray, place: int | None, grid: tuple[int, ...], share: float) -> dict[str, Any]:
    """A series float32 [channels, length], thinned, and the stretch around a place of a map."""
    step = max(1, math.ceil(series.shape[1] / MOMENTS))
    thin = series[:3, ::step].astype(float)
    channels = [[round(v, 4) if math.isfinite(v) else None for v in channel] for channel in thin.tolist()]
    span = None
    if place is not None and len(grid) == 1:
        at = (place + 0.5) / grid[0]
        span = [round(max(0.0, at - share / 2), 3), round(min(1.0, at + share / 2), 3)]
    return {"channels": channels, "span": span}


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
    return {"picture": strip(pictures, exact=True, across=8)}
