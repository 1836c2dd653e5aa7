"""What a mask file holds, before it is known what its values mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nikti.core import images
from nikti.core.errors import DataError
from nikti.core.words import Words

#: Class codes must stay below IGNORE.
MOST_CLASSES = 254
#: A mask has smooth edges if it has more values than SMOOTH_FROM, and of its pixels this share lies within
#: NEAR of 0 or 255.
SMOOTH_FROM, SMOOTH_SHARE, NEAR = 16, 0.9, 40
HALF = 128
#: In a mask a value has more pixels than that on average; in a small photograph each has its own.
FEWEST_PIXELS = 4
#: Different values that are remembered of one file; a photograph has many more.
MANY = 4096

TOO_MANY_CLASSES = Words(
    en="{name} has {count} classes; a mask holds at most {most}.",
    bn="{name}-এ {count}টি শ্রেণি আছে; একটি মাস্কে বড়জোর {most}টি ধরে।",
)


@dataclass(frozen=True)
class Seen:
    """What one mask file holds. values: its different grey levels or palette positions, None for colours;
    colours: the same as packed colours; palette: {position: colour} of those used, {} without one;
    smooth: whether it is black and white with smooth edges."""

    size: tuple[int, int]
    values: frozenset[int] | None
    colours: frozenset[int]
    palette: dict[int, int]
    smooth: bool


def refuse_too_many(name: str, classes: Sequence[str]) -> None:
    """Raise DataError for more classes than a mask can hold."""
    if len(classes) > MOST_CLASSES:
        raise DataError(TOO_MANY_CLASSES.format(name=name, count=len(classes), most=MOST_CLASSES))


def look(path: Path) -> Seen | Words:
    """What a mask file holds, or the reason why it cannot be read."""
    try:
        array, palette = images.stored(path)
    except DataError as error:
        return error.words
    size = array.shape[:2]
    if array.ndim == 3:
        colours = _different(packed(array))
        values = None if any(_grey(c) is None for c in colours) else frozenset(c & 255 for c in colours)
        return Seen(size, values, colours, {}, values is not None and _smooth(array[:, :, 0]))
    values = _different(array)
    if palette is None:
        return Seen(size, values, frozenset(v * 0x010101 for v in values), {}, _smooth(array))
    table = {value: int(packed(palette[value])) for value in values if value < len(palette)}
    return Seen(size, values, frozenset(table.values()), table, False)


def is_mask(seen: Seen) -> bool:
    """Whether a file has as few values as a mask, and not a photograph's."""
    few = min(MOST_CLASSES, seen.size[0] * seen.size[1] // FEWEST_PIXELS)
    return seen.smooth or len(seen.colours) <= few


def _different(array: np.ndarray) -> frozenset[int]:
    import pandas as pd

    return frozenset(pd.unique(array.ravel())[:MANY].astype(np.int64).tolist())


def packed(colours: np.ndarray) -> np.ndarray:
    """uint8 [..., 3] to int32 [...]: r << 16 | g << 8 | b."""
    red, green, blue = (colours[..., i].astype(np.int32) for i in range(3))
    return red << 16 | green << 8 | blue


def _grey(packed: int) -> int | None:
    return packed & 255 if packed == (packed & 255) * 0x010101 else None


def _smooth(array: np.ndarray) -> bool:
    if array.dtype != np.uint8:
        return False
    counts = np.bincount(array.ravel(), minlength=256)
    ends = counts[: NEAR + 1].sum() + counts[255 - NEAR :].sum()
    many = np.count_nonzero(counts) > SMOOTH_FROM
    return bool(many and counts[HALF:].any() and ends >= SMOOTH_SHARE * array.size)
