"""A table with one box per row: a column that names the picture, the box's edges, its class.

Boxes may be written as corners, as a corner with width and height, as a centre with them, or as a list in
one column; in pixels or in shares of the picture. A row with a picture and no box is a picture of nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nikti.core.data import Data, Note, Options
from nikti.core.errors import NiktiError, UsageError
from nikti.core.words import Words
from nikti.readers import _columns, _delimited, _folders, _images, _table_files
from nikti.readers._box_columns import box_columns, corners_of, floats, meaning_of, with_header
from nikti.readers._boxes import SHARES, Annotated, detection
from nikti.readers._pictures import Pictures
from nikti.readers._places import role, role_below, spoken_role
from nikti.readers._tally import Tally

if TYPE_CHECKING:
    import pandas as pd

TITLE = Words(
    en="table of boxes (picture, x1, y1, x2, y2, class), beside the pictures",
    bn="ছবির পাশে ঘরের টেবিল (picture, x1, y1, x2, y2, class)",
)
OPTIONS = ("target",)
TASKS = ("object_detection",)

HEAD = 65_536  # bytes of a table that `sniff` looks at
ENDINGS = (".csv", ".tsv")

ONE_CLASS = Words(
    en="{file} has no column of classes; every box is an object.",
    bn="{file} ফাইলে শ্রেণির কলাম নেই; সব বাক্স এক শ্রেণির।",
)
IN_SHARES = Words(
    en="The boxes of {file} are written in shares of the picture's sides.",
    bn="{file} ফাইলের বাক্সগুলো ছবির বাহুর অংশ হিসেবে লেখা।",
)
NO_BOXES = Words(
    en="{file} is no table of boxes with pictures that are there.",
    bn="{file} বাক্সের টেবিল নয়, বা এতে লেখা ছবিগুলো সেখানে নেই।",
)


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
        inner += [p for p in _folders.subfolders(path) if role(p.name) is not None]
        files, root = [f for place in (path, *inner) for f in sorted(place.iterdir())], path
    else:
        return []
    files = [f for f in files if f.suffix.lower() in ENDINGS and f.is_file() and not _folders.junk(f.name)]
    heads = [(file, head) for file in files if (head := _head(file)) is not None and box_columns(head)]
    if not heads:
        return []
    names = _names(root)
    return [file for file, head in heads if meaning_of(head, names, file, None) is not None]


def _head(file: Path) -> pd.DataFrame | None:
    """The first rows of a table, None where it is none."""
    with file.open("rb") as opened:
        start = opened.read(HEAD)
    if len(start) == HEAD:
        start = start[: start.rfind(b"\n") + 1]
    try:
        text, _ = _delimited.decode(start, file.name)
        prefer = "\t" if file.suffix.lower() == ".tsv" else ""
        return with_header(_delimited.parse(text, file.name, prefer).frame)
    except NiktiError:
        return None


def _names(root: Path) -> Pictures:
    return Pictures(_images.below(root))


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
    return detection(name, list(found.values()), tally, None, root).noted(*notes, *pictures.notes())


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
    table = _table_files.load(file)
    raw, notes = with_header(table.frame), list(table.notes)
    meaning = meaning_of(raw, pictures, file, options.target)
    if meaning is None:
        raise UsageError(NO_BOXES.format(file=file.name))
    corners, blank = corners_of(raw, meaning)
    labels = _cells(raw[meaning.label]) if meaning.label else np.full(len(raw), "object", dtype=object)
    if meaning.label is None:
        notes.append(Note.of("info", "one_class", ONE_CLASS, {"file": file.name}))
    there = corners[np.isfinite(corners).all(axis=1)]
    shares = len(there) > 0 and there.max() <= 1.001 and (there % 1 != 0).any()
    if shares:
        notes.append(Note.of("info", "boxes_in_shares", IN_SHARES, {"file": file.name}))
    sizes = None if meaning.sizes is None else floats(raw[list(meaning.sizes)])
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


def _cells(column: pd.Series) -> Sequence[str]:
    return column.astype("string").fillna("").str.strip().to_numpy(object)
