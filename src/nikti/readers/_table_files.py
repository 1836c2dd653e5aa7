"""One table file of any format as it was written: text with delimiters, JSON, Parquet, Excel."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from nikti.core.cell_format import Reading
from nikti.core.data import Note
from nikti.core.errors import DataError
from nikti.core.words import Words
from nikti.readers import _delimited, _frame
from nikti.readers._delimited import Table

ENDINGS = (".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".json", ".parquet", ".xlsx", ".xlsm", ".xls")
PACKABLE = (".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".json")

OTHER_SHEETS = Words(
    en="Only the first sheet of {file} was read: {sheet!r} (not {others}).",
    bn="{file} ফাইলের শুধু প্রথম শিট পড়া হয়েছে: {sheet}।",
)
NO_RECORDS = Words(
    en="{count} rows of {file} are no JSON records and were dropped (line {listed}).",
    bn="{count}টি সারি JSON রেকর্ড নয়, তাই বাদ গেছে।",
)


def ending(path: Path) -> str:
    """The ending that tells the format: ".csv" for data.csv and for data.csv.gz."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes[-1:] == [".gz"]:
        return suffixes[-2] if len(suffixes) > 1 and suffixes[-2] in PACKABLE else ".gz"
    return suffixes[-1] if suffixes else ""


def load(path: Path, known: Reading | None = None) -> Table:
    """One table file as read: strings from text formats, typed columns from the others. known: how the table
    of training was read."""
    kind = ending(path)
    loader: Callable[[Path], Table] | None = {
        ".jsonl": _json_lines,
        ".ndjson": _json_lines,
        ".json": _json_records,
        ".parquet": _parquet,
        ".xlsx": _excel,
        ".xlsm": _excel,
        ".xls": _excel,
    }.get(kind)
    table = _text(path, known) if loader is None else loader(path)
    if not len(table.frame) or not len(table.frame.columns):
        raise DataError(f"{path.name} holds no rows. A table needs column names and rows below them.")
    return table


def _text(path: Path, known: Reading | None) -> Table:
    text, notes = _delimited.decode(_delimited.read_bytes(path), path.name)
    table = _delimited.parse(text, path.name, "\t" if ending(path) == ".tsv" else "", known)
    return replace(table, notes=(*notes, *table.notes))


def _json_lines(path: Path) -> Table:
    import pandas as pd

    text, notes = _delimited.decode(_delimited.read_bytes(path), path.name)
    records, bad = [], []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError:
            record = None
        if isinstance(record, dict):
            records.append(record)
        else:
            bad.append(number)
    if not records:
        raise DataError(f'{path.name}: no line is a JSON record such as {{"text": "...", "label": "..."}}.')
    if bad:
        notes.append(_frame.listing(bad, path.name, NO_RECORDS, "dropped_ragged_rows"))
    return Table(pd.DataFrame(records), tuple(notes))


def _json_records(path: Path) -> Table:
    import pandas as pd

    text, notes = _delimited.decode(_delimited.read_bytes(path), path.name)
    try:
        records = json.loads(text)
    except ValueError as error:
        raise DataError(f"{path.name} is not valid JSON: {error}") from error
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise DataError(f'{path.name} is no list of records; a table in JSON is [{{"column": value}}, ...].')
    return Table(pd.DataFrame(records), tuple(notes))


def _parquet(path: Path) -> Table:
    import pandas as pd

    try:
        return Table(pd.read_parquet(path).reset_index(drop=True))
    except (OSError, ValueError) as error:
        raise DataError(f"{path.name} cannot be read as Parquet: {error}") from error


def _excel(path: Path) -> Table:
    import zipfile

    import pandas as pd

    if ending(path) == ".xls":
        raise DataError(f"{path.name} is in Excel's old format. Save it as .xlsx or .csv and give that file.")
    try:
        with pd.ExcelFile(path, engine="openpyxl") as book:
            sheet, *others = book.sheet_names
            head = pd.read_excel(book, sheet_name=sheet, header=None, nrows=_frame.SAMPLE_ROWS, dtype=object)
            first = [["" if cell != cell else str(cell) for cell in row] for row in head.to_numpy().tolist()]
            skipped, notes = _frame.skipped(first, path.name)
            raw = pd.read_excel(book, sheet_name=sheet, skiprows=skipped)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise DataError(f"{path.name} cannot be read as an Excel file: {error}") from error
    if others:
        values = {"file": path.name, "sheet": sheet, "others": others}
        notes.append(Note.of("warning", "sheets_not_read", OTHER_SHEETS, values))
    return Table(raw, tuple(notes))
