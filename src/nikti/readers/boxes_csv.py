"""A table with one box per row: a column that names the picture, the box's edges, its class.

Boxes may be written as corners, as a corner with width and height, as a centre with them, or as a list in
one column; in pixels or in shares of the picture. A row with a picture and no box is a picture of nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nikti.core.data import Data, Note, Options
from nikti.core.errors import NiktiError, UsageError
from nikti.readers import _columns, _delimited, _folders, _images, _target, csv_table, labelled_images
from nikti.readers._boxes import SHARES, Annotated, detection
from nikti.readers._places import Pictures, role_below, spoken_role
from nikti.readers._tally import Tally

if TYPE_CHECKING:
    import pandas as pd

TITLE = "table of boxes (picture, x1, y1, x2, y2, class), beside the pictures"
TASKS = ("object_detection",)

HEAD = 65_536  # bytes of a table that `sniff` looks at
ENDINGS = (".csv", ".tsv")

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
class _Meaning:
    """Columns by what they mean; `numbers` are four, or one that holds lists."""

    picture: str
    numbers: tuple[str, ...]
    edges: _Edges
    label: str | None
    sizes: tuple[str, str] | None
    split: str | None


def sniff(path: Path) -> bool:
    """Whether a table (the file, or one in the folder) has columns of boxes and one that names pictures
    which are there."""
    return bool(_tables(path))


def _tables(path: Path) -> list[Path]:
    """The tables of boxes: the file itself, or those in a folder, its annotation and its split folders."""
    if path.is_file():
        files, root = [path], path.parent
    elif path.is_dir():
        inner = [p for p in _folders.subfolders(path) if p.name.lower().startswith("annotation")]
        inner += [p for p in _folders.subfolders(path) if _folders.role(p.name) is not None]
        files, root = [f for place in (path, *inner) for f in sorted(place.iterdir())], path
    else:
        return []
    files = [f for f in files if f.suffix.lower() in ENDINGS and f.is_file() and not _folders.junk(f.name)]
    heads = [(file, head) for file in files if (head := _head(file)) is not None and _numbers(head)]
    if not heads:
        return []
    names = _names(root)
    return [file for file, head in heads if _meaning(head, names, file, None) is not None]


def _head(file: Path) -> pd.DataFrame | None:
    """The first rows of a table, None where it is none."""
    with file.open("rb") as opened:
        start = opened.read(HEAD)
    if len(start) == HEAD:
        start = start[: start.rfind(b"\n") + 1]
    try:
        text, _ = _delimited.decode(start, file.name)
        prefer = "\t" if file.suffix.lower() == ".tsv" else ""
        return _with_header(_delimited.parse(text, file.name, prefer)[0])
    except NiktiError:
        return None


def _with_header(raw: pd.DataFrame) -> pd.DataFrame:
    """The table `picture, x1, y1, x2, y2, class` without a line of names (keras-retinanet's), whose first
    row was taken for one, as it is meant."""
    import pandas as pd

    first = [str(name) for name in raw.columns]
    if len(first) != 6 or not all(re.fullmatch(r"\d+(\.\d+)?", name.strip()) for name in first[1:5]):
        return raw
    names = [f"column_{place}" for place in range(1, 7)]
    return pd.DataFrame([first, *raw.to_numpy(object).tolist()], columns=names)


def _names(root: Path) -> Pictures:
    return Pictures(_images.below(root))


def _plain(name: object) -> str:
    return re.sub(r"[^a-z0-9]", "", str(name).lower())


def _numbers(raw: pd.DataFrame) -> tuple[tuple[str, ...], _Edges] | None:
    """The columns that hold the box, and how they become corners."""
    by_name = {_plain(column): column for column in reversed(list(raw.columns))}
    for forms, edges in _FORMS:
        for form in forms:
            if all(name in by_name for name in form.split()):
                columns = tuple(by_name[name] for name in form.split())
                return (columns, edges) if _mostly_numbers(raw[list(columns)]) else None
    lists = next((by_name[name] for name in _LISTS if name in by_name), None)
    if lists is not None and _listed(raw[lists].head(labelled_images.LOOKED_AT)).any():
        return (lists,), _from_corner
    if list(raw.columns) == [f"column_{i}" for i in range(1, 7)] and _mostly_numbers(raw.iloc[:, 1:5]):
        return tuple(raw.columns[1:5]), _as_they_are
    return None


def _mostly_numbers(cells: pd.DataFrame) -> bool:
    import pandas as pd

    head = cells.head(labelled_images.LOOKED_AT)
    written = head.apply(lambda column: column.astype("string").str.strip().fillna("") != "")
    found = head.apply(lambda column: pd.to_numeric(column, errors="coerce").notna())
    return bool(found.to_numpy().sum() > 0.5 * max(1, written.to_numpy().sum()))


def _listed(cells: pd.Series) -> np.ndarray:
    """bool [n]: cells that are four numbers in brackets."""
    number = r"\s*-?[\d.]+(?:e[+-]?\d+)?\s*"
    pattern = rf"\s*[\[(]?{number}(?:[,;\s]{number}){{3}}[\])]?\s*"
    return cells.astype("string").fillna("").str.fullmatch(pattern, case=False).to_numpy(bool)


def _meaning(raw: pd.DataFrame, pictures: Pictures, file: Path, target: str | None) -> _Meaning | None:
    """What the columns mean, None for a table that is no table of boxes."""
    found = _numbers(raw)
    if found is None:
        return None
    numbers, edges = found
    rest = [column for column in raw.columns if column not in numbers]
    picture = next((c for c in rest if _names_pictures(raw[c], pictures, file)), None)
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
    return _Meaning(picture, numbers, edges, label, pair, split)


def _names_pictures(cells: pd.Series, pictures: Pictures, file: Path) -> bool:
    head = cells.dropna().astype(str).str.strip()
    head = head[head != ""].head(labelled_images.LOOKED_AT)
    there = sum(pictures.of(cell, near=file) is not None for cell in head)
    return there > 0 and there >= labelled_images.MOSTLY * len(head)


def read(path: Path, options: Options) -> Data:
    """Pictures with `Boxes`; pictures in the same folders that no row names are kept without boxes.

    Raises UsageError for a target that is no column, DataError where no box is left.
    """
    files, root = _tables(path), path if path.is_dir() else path.parent
    tally, notes = Tally(), []
    pictures = _names(root)
    found: dict[Path, Annotated] = {}
    for file in files:
        notes += _read_table(file, root, pictures, options, found, tally)
    folders = {picture.parent for picture in found}
    for picture in pictures.paths:
        if picture not in found and picture.parent in folders:
            found[picture] = Annotated(picture, split=role_below(picture, root))
    _fill_splits(found)
    name = path.name if path.is_dir() else path.stem
    return detection(name, list(found.values()), tally, None, root).noted(*notes)


def _fill_splits(found: dict[Path, Annotated]) -> None:
    """A picture that no row names is in the split of the pictures of its folder, if they are in one."""
    by_folder: dict[Path, set[int]] = {}
    for picture, one in found.items():
        if one.split is not None:
            by_folder.setdefault(picture.parent, set()).add(one.split)
    for picture, one in found.items():
        codes = by_folder.get(picture.parent, set())
        if one.split is None and len(codes) == 1:
            one.split = next(iter(codes))


def _read_table(
    file: Path, root: Path, pictures: Pictures, options: Options, found: dict[Path, Annotated], tally: Tally
) -> list[Note]:
    """Put one table's boxes to their pictures."""
    raw, notes = csv_table.load(file)
    raw = _with_header(raw)
    meaning = _meaning(raw, pictures, file, options.target)
    if meaning is None:
        raise UsageError(f"{file.name} is no table of boxes with pictures that are there.")
    corners, blank = _corners(raw, meaning)
    labels = _cells(raw[meaning.label]) if meaning.label else np.full(len(raw), "object", dtype=object)
    if meaning.label is None:
        text = f"{file.name} has no column of classes; every box is an object."
        notes.append(Note("info", "one_class", text, {"file": file.name}))
    there = corners[np.isfinite(corners).all(axis=1)]
    shares = len(there) > 0 and there.max() <= 1.001 and (there % 1 != 0).any()
    if shares:
        text = f"The boxes of {file.name} are written in shares of the picture's sides."
        notes.append(Note("info", "boxes_in_shares", text, {"file": file.name}))
    sizes = None if meaning.sizes is None else _floats(raw[list(meaning.sizes)])
    role = spoken_role(file.name)
    names = _cells(raw[meaning.picture])
    parts = _cells(raw[meaning.split]) if meaning.split else None
    for row, name in enumerate(names):
        place = f"{file.name}, row {row + 1}"
        picture = pictures.of(name, near=file) if name else None
        if picture is None:
            tally.add("annotation_alone", f"{place}: {name}")
            continue
        one = found.setdefault(picture, Annotated(picture))
        own = _columns.SPLIT_CODES.get(parts[row].lower()) if parts is not None else role
        one.split = own if own is not None else role_below(picture, root)
        if shares:
            one.size = SHARES
        elif sizes is not None and (sizes[row] > 0).all():
            one.size = (float(sizes[row, 1]), float(sizes[row, 0]))
        if blank[row]:
            continue
        if labels[row]:
            one.add(tuple(corners[row].tolist()), labels[row], place)
        else:
            tally.add("boxes_unreadable", f"{place}: no class")
    return notes


def _corners(raw: pd.DataFrame, meaning: _Meaning) -> tuple[np.ndarray, np.ndarray]:
    """(float64 [n, 4], NaN where a cell is no number; bool [n]: no box is written at all)."""
    if len(meaning.numbers) == 4:
        cells = raw[list(meaning.numbers)].astype("string").fillna("")
        blank = (cells.apply(lambda column: column.str.strip()) == "").all(axis=1).to_numpy(bool)
        return meaning.edges(_floats(raw[list(meaning.numbers)])), blank
    cells = raw[meaning.numbers[0]].astype("string").fillna("")
    blank = cells.str.fullmatch(r"\s*(\[\s*\]|\(\s*\)|nan|none)?\s*", case=False).to_numpy(bool)
    numbers = np.full((len(raw), 4), np.nan)
    whole = _listed(cells)
    for row in np.flatnonzero(whole):
        found = re.findall(r"-?[\d.]+(?:e[+-]?\d+)?", cells.iloc[row].lower())
        numbers[row] = [float(word) for word in found]
    return meaning.edges(numbers), blank


def _floats(cells: pd.DataFrame) -> np.ndarray:
    import pandas as pd

    return cells.apply(lambda column: pd.to_numeric(column, errors="coerce")).to_numpy(np.float64)


def _cells(column: pd.Series) -> Sequence[str]:
    return column.astype("string").fillna("").str.strip().to_numpy(object)
