"""Which columns of a table say which picture a box is in, where its edges are and what it shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nikti.readers import _kinds, _target
from nikti.readers._naming import LOOKED_AT, naming
from nikti.readers._pictures import Pictures

if TYPE_CHECKING:
    import pandas as pd

_CORNERS = (
    "xmin ymin xmax ymax",
    "x1 y1 x2 y2",
    "x0 y0 x1 y1",
    "left top right bottom",
    "minx miny maxx maxy",
    "startx starty endx endy",
    "bboxx1 bboxy1 bboxx2 bboxy2",
)
_CORNER_AND_SIZE = (
    "x y width height",
    "x y w h",
    "left top width height",
    "xmin ymin width height",
    "bboxx bboxy bboxwidth bboxheight",
    "bboxx bboxy bboxw bboxh",
)
_CENTRE_AND_SIZE = ("xcenter ycenter width height", "xcenter ycenter w h", "cx cy w h", "xc yc w h")
_LISTS = ("bbox", "box", "boundingbox", "bndbox")
_CLASS = (
    "class label classname labelname category categoryname name object objectclass species target classid "
    "labelid categoryid"
).split()
_SIZES = ("width height", "imagewidth imageheight", "imgwidth imgheight", "w h")
_SPLIT = ("split", "subset", "set", "usage")

_Edges = Callable[[np.ndarray], np.ndarray]


def _as_they_are(numbers: np.ndarray) -> np.ndarray:
    return numbers


def _from_corner(numbers: np.ndarray) -> np.ndarray:
    return np.hstack([numbers[:, :2], numbers[:, :2] + numbers[:, 2:]])


def _from_centre(numbers: np.ndarray) -> np.ndarray:
    half = numbers[:, 2:] / 2
    return np.hstack([numbers[:, :2] - half, numbers[:, :2] + half])


_FORMS: tuple[tuple[tuple[str, ...], _Edges], ...] = (
    (_CORNERS, _as_they_are),
    (_CENTRE_AND_SIZE, _from_centre),
    (_CORNER_AND_SIZE, _from_corner),
)


@dataclass(frozen=True)
class Meaning:
    """Columns by what they mean; `numbers` are four, or one that holds lists."""

    picture: str
    numbers: tuple[str, ...]
    edges: _Edges
    label: str | None
    sizes: tuple[str, str] | None
    split: str | None


def with_header(raw: pd.DataFrame) -> pd.DataFrame:
    """The table `picture, x1, y1, x2, y2, class` without a line of names (keras-retinanet's), whose first
    row was taken for one, as it is meant."""
    import pandas as pd

    first = [str(name) for name in raw.columns]
    if len(first) != 6 or not all(re.fullmatch(r"\d+(\.\d+)?", name.strip()) for name in first[1:5]):
        return raw
    names = [f"column_{place}" for place in range(1, 7)]
    return pd.DataFrame([first, *raw.to_numpy(object).tolist()], columns=names)


def _plain(name: object) -> str:
    return re.sub(r"[^a-z0-9]", "", str(name).lower())


def box_columns(raw: pd.DataFrame) -> tuple[tuple[str, ...], _Edges] | None:
    """The columns that hold the box, and how they become corners."""
    once = raw.columns[~raw.columns.duplicated(keep=False)]
    by_name = {_plain(column): column for column in reversed(list(once))}
    for forms, edges in _FORMS:
        for form in forms:
            if all(name in by_name for name in form.split()):
                columns = tuple(by_name[name] for name in form.split())
                return (columns, edges) if _mostly_numbers(raw[list(columns)]) else None
    lists = next((by_name[name] for name in _LISTS if name in by_name), None)
    if lists is not None and any(map(_four, raw[lists].head(LOOKED_AT))):
        return (lists,), _from_corner
    if list(raw.columns) == [f"column_{i}" for i in range(1, 7)] and _mostly_numbers(raw.iloc[:, 1:5]):
        return tuple(raw.columns[1:5]), _as_they_are
    return None


def _mostly_numbers(cells: pd.DataFrame) -> bool:
    head = cells.head(LOOKED_AT)
    written = head.apply(lambda column: column.astype("string").str.strip().fillna("") != "")
    found = head.apply(lambda column: _kinds.numbers(column).notna())
    return bool(found.to_numpy().sum() > 0.5 * max(1, written.to_numpy().sum()))


def _four(cell: object) -> list[float] | None:
    """The four numbers in a cell such as "[10, 5, 20.5, 20]"; None for any other.

    >>> _four("[10, 5, 20.5, 20]"), _four("a cat")
    ([10.0, 5.0, 20.5, 20.0], None)
    """
    words = re.split(r"[,; ]+", str(cell).strip().strip("[]()").strip())
    try:
        return [float(word) for word in words] if len(words) == 4 else None
    except ValueError:
        return None


def meaning_of(raw: pd.DataFrame, pictures: Pictures, file: Path, target: str | None) -> Meaning | None:
    """What the columns mean, None for a table that is no table of boxes."""
    found = box_columns(raw)
    if found is None:
        return None
    numbers, edges = found
    rest = [column for column in raw.columns if column not in numbers]
    picture = next(iter(naming(raw[rest], pictures, file, once_each=False)), None)
    if picture is None:
        return None
    by_name = {_plain(column): column for column in reversed(rest) if column != picture}
    label = next((by_name[name] for name in _CLASS if name in by_name), None)
    if target is not None:
        label = _target.named(target, raw, "target", file.name)
    elif label is None and picture == "column_1" and rest[-1:] == ["column_6"]:
        label = "column_6"
    sizes = next((form.split() for form in _SIZES if all(n in by_name for n in form.split())), None)
    split = next((by_name[name] for name in _SPLIT if name in by_name), None)
    pair = None if sizes is None else (by_name[sizes[0]], by_name[sizes[1]])
    return Meaning(picture, numbers, edges, label, pair, split)


def floats(cells: pd.DataFrame) -> np.ndarray:
    """The cells as numbers, float64 of the same shape; NaN where a cell is none."""
    return cells.apply(_kinds.numbers).to_numpy(np.float64)


def corners_of(raw: pd.DataFrame, meaning: Meaning) -> tuple[np.ndarray, np.ndarray]:
    """(float64 [n, 4], NaN where a cell is no number; bool [n]: no box is written at all)."""
    if len(meaning.numbers) == 4:
        cells = raw[list(meaning.numbers)].astype("string").fillna("")
        blank = (cells.apply(lambda column: column.str.strip()) == "").all(axis=1).to_numpy(bool)
        return meaning.edges(floats(raw[list(meaning.numbers)])), blank
    cells = raw[meaning.numbers[0]].astype("string").fillna("")
    blank = cells.str.fullmatch(r"\s*(\[\s*\]|\(\s*\)|nan|none)?\s*", case=False).to_numpy(bool)
    numbers = np.full((len(raw), 4), np.nan)
    for row, cell in enumerate(cells):
        numbers[row] = _four(cell) or np.nan
    return meaning.edges(numbers), blank
