"""Outlines of objects (polygons and COCO's run lengths) to masks, made when a picture is asked for.

Run lengths (RLE) count pixels column by column, background first. COCO compresses them into a string:
each number, from the third on as the difference to the one two before, in groups of five bits, the least
first; a character is 48 + the group + 32 if more groups follow; the last group carries the sign (the
format of pycocotools, https://github.com/cocodataset/cocoapi, common/maskApi.h).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nikti.core import images
from nikti.readers._masks import turned

_OFFSET, _MORE, _SIGN, _BITS = 48, 0x20, 0x10, 5


@dataclass(frozen=True)
class Drawing:
    """The objects of one picture.

    seen: (height, width) that the annotator saw; size: of the picture as decoded; turn: the EXIF turn
    that the drawing still needs. shapes: (class code, polygons or run lengths) in the order of painting.
    """

    seen: tuple[int, int]
    size: tuple[int, int]
    turn: int
    shapes: tuple[tuple[int, Any], ...]


def paint(drawing: Drawing) -> np.ndarray:
    """uint8 [H, W] of class codes; 0 where no object is, later objects over earlier ones."""
    mask = np.zeros(drawing.seen, dtype=np.uint8)
    for code, shape in drawing.shapes:
        mask[region(shape, drawing.seen)] = code
    return images.resize_mask(turned(mask, drawing.turn), drawing.size)


def region(shape: Any, size: tuple[int, int]) -> np.ndarray:
    """bool [H, W]: the pixels of one object. Raises ValueError for what is no outline."""
    if isinstance(shape, dict):
        return runs(shape, size)
    inside = np.zeros(size, dtype=bool)
    for polygon in shape:
        inside |= _filled(corners(polygon), size)
    return inside


def corners(polygon: Sequence[float]) -> np.ndarray:
    """[x1, y1, x2, y2 ...] as float64 [k, 2], k >= 3. Raises ValueError otherwise."""
    flat = np.asarray(polygon, dtype=np.float64)
    if flat.ndim != 1 or len(flat) < 6 or len(flat) % 2 or not np.isfinite(flat).all():
        raise ValueError("a polygon is x1, y1, x2, y2 ... of three corners or more")
    return flat.reshape(-1, 2)


def _filled(points: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Pixels whose centres lie inside; a pixel's centre is half a pixel from its corner."""
    from skimage.draw import polygon

    inside = np.zeros(size, dtype=bool)
    inside[polygon(points[:, 1] - 0.5, points[:, 0] - 0.5, size)] = True
    return inside


def runs(shape: dict[str, Any], size: tuple[int, int]) -> np.ndarray:
    """bool [H, W] from {"size": [height, width], "counts": string or list}. Raises ValueError where the
    counts do not fill the picture."""
    counts, own = shape.get("counts"), shape.get("size", list(size))
    if own != list(size):
        raise ValueError(f"run lengths for {own} pixels in a picture of {list(size)}")
    try:
        numbers = unpacked(counts) if isinstance(counts, str) else [int(count) for count in counts or ()]
    except (TypeError, OverflowError) as error:
        raise ValueError("run lengths are a string or a list of whole numbers") from error
    if min(numbers, default=-1) < 0 or sum(numbers) != size[0] * size[1]:
        raise ValueError(f"run lengths do not add up to {size[0] * size[1]} pixels")
    values = np.arange(len(numbers)) % 2 == 1
    return np.repeat(values, numbers).reshape(size[::-1]).T


def unpacked(text: str) -> list[int]:
    """The run lengths in COCO's string. Raises ValueError for a string that is none.

    >>> unpacked("3203")  # 3, 2, 0, and 3 more than 2
    [3, 2, 0, 5]
    """
    counts: list[int] = []
    number, shift = 0, 0
    for char in text:
        group = ord(char) - _OFFSET
        if not 0 <= group < 2 * _MORE or shift > 60:
            raise ValueError(f"{char!r} does not occur in run lengths")
        number |= (group & (_MORE - 1)) << shift
        shift += _BITS
        if group & _MORE:
            continue
        if group & _SIGN:
            number -= 1 << shift
        counts.append(number + counts[-2] if len(counts) > 2 else number)
        number, shift = 0, 0
    if shift:
        raise ValueError("the run lengths end within a number")
    return counts


def around(shape: Any, size: tuple[int, int]) -> tuple[float, float, float, float]:
    """x1, y1, x2, y2 of an object's outline. Raises ValueError for what is no outline or is empty."""
    if not isinstance(shape, dict):
        points = np.concatenate([corners(polygon) for polygon in shape]) if shape else np.zeros((0, 2))
        if not len(points):
            raise ValueError("an outline without corners")
        return (*points.min(axis=0).tolist(), *points.max(axis=0).tolist())
    inside = runs(shape, size)
    if not inside.any():
        raise ValueError("run lengths without a pixel")
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    return float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1)


def area(shape: Any, size: tuple[int, int]) -> float:
    """Pixels of an object, by the shoelace formula for polygons. Raises ValueError as above."""
    if isinstance(shape, dict):
        return float(runs(shape, size).sum())
    total = 0.0
    for polygon in shape:
        x, y = corners(polygon).T
        total += abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2
    return total
