"""One table file of any format as it was written: text with delimiters, JSON, Parquet, Excel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from nikti.core import limits
from nikti.core.cell_format import Reading
from nikti.core.data import Note
from nikti.core.errors import DataError
from nikti.core.foreign import told
from nikti.core.words import Words
from nikti.readers import _delimited, _frame, _json, _json_shapes, _workbook
from nikti.readers._delimited import Table
from nikti.readers._table_layout import SAMPLE_ROWS

ENDINGS = (".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".json", ".parquet", ".xlsx", ".xlsm", ".xls")
PACKABLE = (".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".json")

OTHER_SHEETS = Words(
    en="Only the first sheet of {file} was read: {sheet!r} (not {others}).",
    bn="{file} ফাইলের শুধু প্রথম শিট পড়া হয়েছে: {sheet}।",
)
NO_WORKBOOK = Words(
    en="{file} cannot be read as an Excel file: {reason}.", bn="{file} এক্সেল ফাইল হিসেবে পড়া যাচ্ছে না: {reason}।"
)
NO_ROWS = Words(
    en="{file} holds no rows. A table needs column names and rows below them.",
    bn="{file} ফাইলে কোনো সারি নেই। টেবিলে কলামের নাম আর তার নিচে সারি লাগে।",
)
LINE = Words(en="{file}, line {line}", bn="{file}, {line} নম্বর লাইন")
NO_RECORD = Words(
    en="{file}: no line is a JSON record such as {example}.",
    bn="{file}: একটি লাইনও JSON রেকর্ড নয়; রেকর্ড হয় এমন: {example}",
)
RECORD = '{"text": "...", "label": "..."}'
NO_TABLE = Words(
    en="{file} holds no table that nikti knows: {allowed}.", bn="{file} ফাইলে নিক্তির চেনা টেবিল নেই: {allowed}।"
)
NO_PARQUET = Words(
    en="{file} cannot be read as Parquet: {reason}", bn="{file} Parquet ফাইল হিসেবে পড়া যাচ্ছে না: {reason}"
)
OLD_EXCEL = Words(
    en="{file} is in Excel's old format. Save it as .xlsx or .csv and give that file.",
    bn="{file} এক্সেলের পুরোনো ধরনের ফাইল। .xlsx বা .csv করে রাখুন, তারপর সেই ফাইল দিন।",
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
        raise DataError(NO_ROWS.format(file=path.name))
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
            record = _json.parse(line, LINE.format(file=path.name, line=number))
        except DataError as error:
            if error.__cause__ is None:  # beyond the limits
                raise
            record = None
        if isinstance(record, dict):
            records.append(record)
        else:
            bad.append(number)
    if not records:
        raise DataError(NO_RECORD.format(file=path.name, example=RECORD))
    if bad:
        notes.append(_frame.listing(bad, path.name, NO_RECORDS, "dropped_ragged_rows"))
    return Table(pd.DataFrame(_json.table(records, path.name)), tuple(notes))


def _json_records(path: Path) -> Table:
    import pandas as pd

    text, notes = _delimited.decode(_delimited.read_bytes(path), path.name)
    rows = _json_shapes.records(_json.parse(text, path.name))
    if rows is None:
        raise DataError(NO_TABLE.format(file=path.name, allowed=_json_shapes.ALLOWED))
    return Table(pd.DataFrame(_json.table(rows, path.name)), tuple(notes))


def _parquet(path: Path) -> Table:
    import pandas as pd
    import pyarrow.parquet as pq

    try:
        about = pq.read_metadata(path)
        rows, columns = about.num_rows, about.num_columns
        sizes = [about.row_group(group).total_byte_size for group in range(about.num_row_groups)]
        limits.check(path.name, rows=rows, columns=columns, cells=rows * columns, bytes=sum(sizes))
        return Table(pd.read_parquet(path).reset_index(drop=True))
    except (OSError, ValueError) as error:
        raise DataError(NO_PARQUET.format(file=path.name, reason=str(error))) from error


def _excel(path: Path) -> Table:
    import pandas as pd

    if ending(path) == ".xls":
        raise DataError(OLD_EXCEL.format(file=path.name))
    _workbook.check(path)
    with told(DataError, NO_WORKBOOK, file=path.name):
        with pd.ExcelFile(path, engine="openpyxl") as book:
            sheet, *others = book.sheet_names
            head = pd.read_excel(book, sheet_name=sheet, header=None, nrows=SAMPLE_ROWS, dtype=object)
            first = [["" if cell != cell else str(cell) for cell in row] for row in head.to_numpy().tolist()]
            skipped, notes = _frame.skipped(first, path.name)
            raw = pd.read_excel(book, sheet_name=sheet, skiprows=skipped)
    if others:
        values = {"file": path.name, "sheet": sheet, "others": others}
        notes.append(Note.of("warning", "sheets_not_read", OTHER_SHEETS, values))
    return Table(raw, tuple(notes))
