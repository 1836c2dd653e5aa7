"""Which columns of a table name pictures or sounds, and their cells as paths of files that are there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nikti.core.data import Note
from nikti.core.words import Words
from nikti.readers import _file_kinds
from nikti.readers._pictures import Pictures

if TYPE_CHECKING:
    import pandas as pd

LOOKED_AT = 20  # cells that decide whether a column names pictures
MOSTLY = 0.5  # of them must be there
LISTED = 3  # names shown in a note

NOT_THERE = Words(
    en="{count} rows of {file} name no file that is there and were dropped ({listed}).",
    bn="{file} ফাইলের {count}টি সারিতে লেখা ফাইল নেই, তাই বাদ গেছে ({listed})।",
)


def naming(raw: pd.DataFrame, pictures: Pictures, near: Path, *, once_each: bool) -> list[str]:
    """The columns most of whose first cells are pictures; once_each: a different one in most rows (a class
    called 1 is not the picture 1.png). Names without an ending are believed only where no column has names
    with one, and numbers that lack leading zeros only where no column names pictures otherwise."""
    once = list(raw.columns[~raw.columns.duplicated(keep=False)])
    if once_each:
        often = {column: raw[column].dropna().astype(str) for column in once}
        once = [column for column, cells in often.items() if cells.nunique() > MOSTLY * len(cells)]
    sure = [column for column in once if _names(raw[column], pictures, near, zeros=False)]
    return (
        [column for column in sure if written_as_paths(raw[column])]
        or sure
        or [column for column in once if _names(raw[column], pictures, near, zeros=True)][:1]
    )


def _names(cells: pd.Series, pictures: Pictures, near: Path, zeros: bool) -> bool:
    head = cells.dropna().astype(str).str.strip()
    head = head[head != ""].head(LOOKED_AT)
    ways = [None if (found := pictures.find(cell, near)) is None else found[0] for cell in head]
    there = sum(way is not None and (zeros or way != "zeros") for way in ways)
    return there > 0 and there >= MOSTLY * len(head)


def written_as_paths(cells: pd.Series) -> bool:
    """Whether a column's first cells have the ending of a sample's file, so that it is worth a look."""
    return _kind(cells) is not None


def _kind(cells: pd.Series) -> _file_kinds.FileKind | None:
    """The kind of files that all of a column's first cells have the ending of."""
    head = cells.dropna().astype(str).head(LOOKED_AT)
    paths = [Path(cell.strip().split("?")[0].replace("\\", "/")) for cell in head]
    kinds = {_file_kinds.of_path(path) for path in paths}
    return kinds.pop() if len(kinds) == 1 else None


def with_paths(
    raw: pd.DataFrame, column: str, pictures: Pictures, folder: Path, near: Path
) -> tuple[pd.DataFrame, np.ndarray, list[Note]]:
    """(the rows of a table whose picture is there, with its path below `folder` in the column; which rows
    these are, bool [n]; a note on the others). near: the file of the table."""
    cells = raw[column].astype("string").str.strip().fillna("")
    found = {cell: pictures.of(cell, near) if cell else None for cell in cells.unique()}
    paths = [found[cell] for cell in cells]
    there = np.array([path is not None for path in paths], dtype=bool)
    kept = raw[there].reset_index(drop=True)
    kept[column] = [str(path.relative_to(folder)) for path in paths if path is not None]
    if there.all():
        return kept, there, []
    gone = [cell or "nothing" for cell, path in zip(cells, paths, strict=True) if path is None]
    values = {"count": len(gone), "file": near.name, "names": gone[:LISTED]}
    listed = ", ".join(gone[:LISTED]) + (", ..." if len(gone) > LISTED else "")
    return kept, there, [Note.of("warning", "dropped_missing_file", NOT_THERE, values, listed=listed)]


def found_beside(raw: pd.DataFrame, file: Path) -> tuple[pd.DataFrame, list[Note]]:
    """The table of a file, where columns that are written as paths of pictures are paths of those that lie
    beside the file. What is not found stays as it is written."""
    once = raw.columns[~raw.columns.duplicated(keep=False)]
    columns = [column for column in once if written_as_paths(raw[column])]
    notes: list[Note] = []
    for column in columns:
        cells = raw[column].astype("string")
        names = cells.dropna().unique()
        if all((file.parent / name).is_file() for name in names):
            continue
        kind = _kind(cells)
        pictures = Pictures([] if kind is None else kind.below(file.parent))
        found = {name: pictures.of(name, file) for name in names}
        there = {name: str(one.relative_to(file.parent)) for name, one in found.items() if one is not None}
        raw = raw.assign(
            **{column: cells.map(lambda cell, there=there: there.get(cell, cell), na_action="ignore")}
        )
        notes += pictures.notes()
    return raw, notes


def paths_beside(names: Iterable[str], folder: Path, table: str, kind: _file_kinds.FileKind) -> list[Path]:
    """For each name in a table of a folder its file of that kind, or where it would be if it were there."""
    paths = [folder / name for name in names]
    if all(path.is_file() for path in paths):
        return paths
    pictures = Pictures(kind.below(folder))
    found = ((path, pictures.of(name, folder / table)) for path, name in zip(paths, names, strict=True))
    return [path if path.is_file() or one is None else one for path, one in found]


def renamed(cells: pd.Series, there: Mapping[str, str]) -> pd.Series:
    """The cells, those with another name by it."""
    return cells.map(lambda cell: there.get(cell, cell), na_action="ignore")
