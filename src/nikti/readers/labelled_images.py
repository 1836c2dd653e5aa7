"""Pictures in any folders, and tables beside them that say what each shows (labels.csv, or train.csv ...)."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np

from nikti.core import spelling
from nikti.core.data import Data, Note, Options
from nikti.core.errors import DataError, UsageError
from nikti.core.inputs import ImageFiles
from nikti.core.words import Words, joined
from nikti.readers import _columns, _folders, _images, _label_tables
from nikti.readers._label_tables import Table
from nikti.readers._naming import renamed, with_paths
from nikti.readers._pictures import Pictures
from nikti.readers._places import roles

if TYPE_CHECKING:
    import pandas as pd

TITLE = Words(
    en="folder of pictures with a table that names and labels them (labels.csv: image, label)",
    bn="ছবির ফোল্ডার, সঙ্গে নাম ও লেবেলের টেবিল (labels.csv: image, label)",
)
OPTIONS = ("target", "group", "time", "drop")

UNNAMED = Words(
    en="{count} pictures that the column of samples does not name are not used ({listed}).",
    bn="{count}টি ছবির নাম টেবিলে নেই, তাই কাজে লাগেনি।",
)
UNANSWERED = Words(
    en="{file} has no column {column!r}; without answers its {count} rows are not used.",
    bn="{file} ফাইলে {column} কলাম নেই; উত্তর ছাড়া এর {count}টি সারি কাজে লাগে না।",
)
PLACEHOLDER = Words(
    en="{file} has the same answer, {answer!r}, in all {count} rows, which looks like a place to fill in; it "
    "was not used.",
    bn="{file} ফাইলের {count}টি সারিতেই এক উত্তর, {answer}; এটি ভরার জায়গা মনে হয়, তাই কাজে লাগেনি।",
)
NONE_NAMED = Words(
    en="{file}: no row names one of the pictures.", bn="{file}: কোনো সারিতেই এখানকার কোনো ছবির নাম নেই।"
)
SPLIT_TABLES = Words(en="The split was read from {files}.", bn="ট্রেন ও টেস্ট ভাগ ফাইল থেকেই নেওয়া হয়েছে।")
SPLIT_FOLDERS = Words(
    en="The split was read from the folders {folders}.", bn="ট্রেন ও টেস্ট ভাগ ফোল্ডার থেকে নেওয়া হয়েছে: {folders}।"
)


def sniff(path: Path) -> bool:
    """Whether the folder holds tables with a column that names pictures lying below it."""
    if not path.is_dir() or not (pictures := _label_tables.pictures_of(path)).paths:
        return False
    try:
        return bool(_label_tables.find(path, pictures)[0])
    except UsageError:
        return True  # several tables: `read` says so


def read(path: Path, options: Options) -> Data:
    """Pictures with their answers out of the tables.

    Cells may be paths of any machine, bare file names, or names without their ending, see
    `nikti.readers._pictures`. Pictures that no table names are noted. The split is that of the tables, else
    of the folders that the pictures lie in. Raises UsageError when the table or the answer is not clear.
    """
    pictures = _label_tables.pictures_of(path)
    tables, notes = _label_tables.find(path, pictures, options.target)
    data = understood(path, tables, pictures, notes, options)
    if data.modality == "image":
        data = data.noted(*_unnamed(path, {p.resolve() for p in cast(ImageFiles, data.inputs).paths}))
    return data


def understood(
    path: Path, tables: list[Table], pictures: Pictures, notes: list[Note], options: Options
) -> Data:
    """The samples that tables of a folder name, with their answers; notes: on how the tables were found."""
    raw, codes, more = _joined(path, tables, pictures, options)
    notes += [*more, *pictures.notes()]
    split = None if len(set(codes)) < 2 else np.array(codes, dtype=np.uint8)
    if split is None and _columns.split_column(raw, set())[0] is None:
        split, more = _split_by_folder(path, raw[_main(tables[0])])
        notes += more
    first = tables[0]
    data = _columns.understand(
        raw,
        path.name,
        options,
        split=split,
        base=path,
        notes=notes,
        delimiter=first.delimiter,
        header=first.header,
    )
    if data.split is not None and len(np.unique(data.split)) < 2:
        data = replace(data, split=None)
    return data


def _main(table: Table) -> str:
    """The column of the pictures that are the samples."""
    order = list(table.raw.columns)
    return min(
        table.columns, key=lambda c: (str(c).strip().lower() not in _columns.IMAGE_NAMES, order.index(c))
    )


def _joined(
    path: Path, tables: list[Table], pictures: Pictures, options: Options
) -> tuple[pd.DataFrame, list[int], list[Note]]:
    """(rows of all tables whose pictures are there, the part of the data that each is for, notes)."""
    import pandas as pd

    notes: list[Note] = []
    pieces: list[pd.DataFrame] = []
    codes: list[int] = []
    used: list[str] = []
    main = _main(tables[0])
    for table in tables:
        raw, more = _rows(path, table, pictures)
        raw = raw.rename(columns={_main(table): main})
        notes += [*table.notes, *more]
        if not len(raw):
            why = [note.words for note in (*more, *pictures.notes())]
            raise DataError(joined([NONE_NAMED.format(file=table.file.name), *why], " "))
        if pieces:
            raw = raw.rename(columns=_same_columns(raw, pieces[0]))
            note = _without_answers(raw, pieces[0], main, table.file.name, options)
            if note is not None:
                notes.append(note)
                continue
            raw = raw[list(pieces[0].columns)]
        pieces.append(raw)
        codes += [table.role or 0] * len(raw)
        used.append(f"{table.file.relative_to(path)} ({len(raw)} rows)")
    if len(pieces) > 1:
        notes.append(Note.of("info", "split_files", SPLIT_TABLES, {"files": used}))
    return pd.concat(pieces, ignore_index=True), codes, notes


def _rows(path: Path, table: Table, pictures: Pictures) -> tuple[pd.DataFrame, list[Note]]:
    main = _main(table)
    raw, _, notes = with_paths(table.raw, main, pictures, path, table.file)
    for column in table.columns:
        if column != main:
            cells = raw[column].astype("string")
            found = {cell: pictures.of(cell, table.file) for cell in cells.dropna().unique()}
            there = {cell: str(one.relative_to(path)) for cell, one in found.items() if one is not None}
            raw[column] = renamed(cells, there)
    return raw, notes


def _same_columns(raw: pd.DataFrame, first: pd.DataFrame) -> dict[str, str]:
    """{column: what the first table calls it}, where they are the same but for letter case."""
    found = {column: spelling.find(str(column), map(str, first.columns)) for column in raw.columns}
    return {column: name for column, name in found.items() if name is not None}


def _without_answers(
    raw: pd.DataFrame, train: pd.DataFrame, main: str, file: str, options: Options
) -> Note | None:
    """Why a table beside the one for training is not used: it lacks a column, or its answers are all one."""
    absent = [column for column in train.columns if column not in raw.columns]
    if absent:
        values = {"file": file, "column": str(absent[0]), "count": len(raw)}
        return Note.of("warning", "unlabelled_split", UNANSWERED, values)
    others = [column for column in train.columns if column != main]
    named = options.target and spelling.find(options.target, map(str, others))
    target = named or (others[0] if len(others) == 1 else None)
    if target is None or len(raw) < 2 or raw[target].nunique() > 1 or train[target].nunique() < 2:
        return None
    answer = raw[target].dropna().astype(str).head(1).tolist()
    values = {"file": file, "answer": answer[0] if answer else "", "count": len(raw)}
    return Note.of("warning", "unlabelled_split", PLACEHOLDER, values)


def _split_by_folder(path: Path, cells: pd.Series) -> tuple[np.ndarray | None, list[Note]]:
    """The split that the first folders of paths mean, where all do and they differ."""
    parts = roles(place.name for place in _folders.subfolders(path))
    codes = [parts.get(Path(cell).parts[0]) for cell in cells]
    if None in codes or len(set(codes)) < 2:
        return None, []
    names = [name for name in parts if any(Path(cell).parts[0] == name for cell in cells)]
    return np.array(codes, np.uint8), [Note.of("info", "split_folders", SPLIT_FOLDERS, {"folders": names})]


def _unnamed(folder: Path, named: set[Path]) -> list[Note]:
    rest = [path for path in _images.below(folder) if path.resolve() not in named]
    if not rest:
        return []
    places = Counter(str(path.parent.relative_to(folder)) for path in rest)
    listed = ", ".join(f"{count} in {place}/" for place, count in places.most_common(5))
    values = {"count": len(rest), "folders": dict(places)}
    return [Note.of("info", "unnamed_images", UNNAMED, values, listed=listed)]
