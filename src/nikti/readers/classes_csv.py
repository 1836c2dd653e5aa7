"""Pictures with several labels each as Roboflow exports them: a `_classes.csv` beside the pictures of each
split, which names the picture and has a column of 0 and 1 for each label."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nikti.core.data import Data, Note, Options
from nikti.core.errors import DataError
from nikti.core.words import Words
from nikti.readers import _columns, _folders, _places, _table_files

if TYPE_CHECKING:
    import pandas as pd

TITLE = Words(
    en="pictures with a _classes.csv in each split, a column of 0 and 1 for each label (Roboflow)",
    bn="প্রতি ভাগে ছবির সঙ্গে _classes.csv, প্রতি লেবেলের জন্য ০ ও ১-এর কলাম (Roboflow)",
)
#: What of the user's words about columns it follows.
OPTIONS = ("target", "group", "time", "drop")
TABLE = "_classes.csv"
OTHER_COLUMNS = Words(
    en="{file} has other columns than the first split: {columns}. Give all splits the same labels.",
    bn="{file}-এর কলাম প্রথম ভাগের মতো নয়: {columns}। সব ভাগে একই লেবেল দিন।",
)
NO_NAMES = Words(
    en="{file} has no column that names the pictures, such as filename. It has: {columns}.",
    bn="{file}-এ ছবির নামের কোনো কলাম নেই, যেমন filename। আছে: {columns}।",
)


def sniff(path: Path) -> bool:
    """Whether a folder of a split holds such a table."""
    return path.is_dir() and bool(_tables(path))


def read(path: Path, options: Options) -> Data:
    """The pictures of all splits; their labels are a set, or what --target names.

    Raises DataError for tables without a column of file names, or with other labels than those of the first.
    """
    import pandas as pd

    tables: list[pd.DataFrame] = []
    notes: list[Note] = []
    codes: list[np.ndarray] = []
    for code, folder in sorted(_tables(path).items()):
        table = _table_files.load(folder / TABLE)
        raw, more = _columns.tidy_names(table.frame)
        notes += [*table.notes, *more]
        here = {"file": f"{folder.name}/{TABLE}", "columns": ", ".join(raw.columns)}
        if tables and set(raw.columns) != set(tables[0].columns):
            raise DataError(OTHER_COLUMNS.format(**here))
        name = next((c for c in raw.columns if c.strip().lower() in _columns.IMAGE_NAMES), None)
        if name is None:
            raise DataError(NO_NAMES.format(**here))
        place = f"{folder.relative_to(path).as_posix()}/"
        raw[name] = place + raw[name].astype("string").str.strip()
        tables.append(raw[list(tables[0].columns)] if tables else raw)
        codes.append(np.full(len(raw), code, np.uint8))
    split = np.concatenate(codes) if len(codes) > 1 else None
    whole = pd.concat(tables, ignore_index=True)
    return _columns.understand(whole, path.name, options, split=split, base=path, notes=notes)


def _tables(path: Path) -> dict[int, Path]:
    """{code of the split: its folder}; the first of two that are of one split."""
    found: dict[int, Path] = {}
    for folder in _folders.subfolders(path):
        code = _places.role(folder.name)
        if code is not None and (folder / TABLE).is_file():
            found.setdefault(code, folder)
    return found
