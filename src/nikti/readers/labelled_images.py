"""Pictures in any folders, and one table beside them that says what each shows (labels.csv)."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, cast

from nikti.core.data import Data, Note, Options
from nikti.core.errors import NiktiError
from nikti.core.inputs import ImageFiles
from nikti.core.words import Words
from nikti.readers import _columns, _images, _table_files, csv_table

if TYPE_CHECKING:
    import pandas as pd

TITLE = Words(
    en="folder of pictures with a table that names and labels them (labels.csv: image, label)",
    bn="ছবির ফোল্ডার, সঙ্গে নাম ও লেবেলের টেবিল (labels.csv: image, label)",
)

LOOKED_AT = 20  # cells that decide whether a column names pictures
MOSTLY = 0.5  # of them must be there
_MASKS = frozenset({"mask", "masks", "segmentation", "groundtruth", "ground_truth", "gt"})

UNNAMED = Words(
    en="{count} pictures that the column of samples does not name are not used ({listed}).",
    bn="{count}টি ছবির নাম টেবিলে নেই, তাই কাজে লাগেনি।",
)


def sniff(path: Path) -> bool:
    """Whether the folder holds one table with a column that names pictures lying below it."""
    if not path.is_dir() or len(csv_table.tables_in(path)) != 1:
        return False
    if not _images.below(path):
        return False
    try:
        raw = _table_files.load(csv_table.tables_in(path)[0]).frame
    except NiktiError:
        return False
    return bool(_naming(raw, _index(path), path))


def read(path: Path, options: Options) -> Data:
    """Pictures with their answers out of the table.

    Cells may be paths below the folder, bare file names, or names without their ending. Pictures that
    the table does not name (masks) are noted.
    Raises UsageError when the target column is not clear.
    """
    table = _table_files.load(csv_table.tables_in(path)[0])
    raw = table.frame
    index = _index(path)
    for column in _naming(raw, index, path):
        cells = raw[column].astype("string")
        raw[column] = cells.map(lambda cell: index.get(cell, cell), na_action="ignore")
    data = _columns.understand(
        raw,
        path.name,
        options,
        base=path,
        notes=list(table.notes),
        delimiter=table.delimiter,
        header=table.header,
    )
    if data.modality == "image":
        data = data.noted(*_unnamed(path, {p.resolve() for p in cast(ImageFiles, data.inputs).paths}))
    return data


def _index(folder: Path) -> dict[str, str]:
    """{bare file name or stem: path below the folder}, of names that are there once, masks aside."""
    relative = [path.relative_to(folder) for path in _images.below(folder)]
    relative = [path for path in relative if not _MASKS.intersection(p.lower() for p in path.parts)]
    keys = [key for path in relative for key in {path.name, path.stem}]
    often = Counter(keys)
    return {key: str(path) for path in relative for key in (path.name, path.stem) if often[key] == 1}


def _naming(raw: pd.DataFrame, index: dict[str, str], folder: Path) -> list[str]:
    """Columns most of whose first cells are pictures, a different one in most rows (a class called 1
    is not the picture 1.png)."""
    found = []
    for column in raw.columns[~raw.columns.duplicated(keep=False)]:
        cells = raw[column].dropna().astype(str)
        there = [
            cell in index or (_images.is_image(Path(cell)) and (folder / cell).is_file())
            for cell in cells.head(LOOKED_AT)
        ]
        if there and sum(there) >= MOSTLY * len(there) and cells.nunique() > MOSTLY * len(cells):
            found.append(column)
    return found


def _unnamed(folder: Path, named: set[Path]) -> list[Note]:
    rest = [path for path in _images.below(folder) if path.resolve() not in named]
    if not rest:
        return []
    places = Counter(str(path.parent.relative_to(folder)) for path in rest)
    listed = ", ".join(f"{count} in {place}/" for place, count in places.most_common(5))
    values = {"count": len(rest), "folders": dict(places)}
    return [Note.of("info", "unnamed_images", UNNAMED, values, listed=listed)]
