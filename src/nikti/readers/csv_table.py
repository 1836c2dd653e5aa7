"""Tables: CSV and its kin, JSON lines, JSON records, Parquet, Excel; one file, or a folder with
train, valid and test files of the same columns."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nikti.core import columns, spelling
from nikti.core.data import Data, Note, Options
from nikti.core.errors import DataError, UsageError
from nikti.core.inputs import Frame, ImageFiles, Inputs, Questions, Texts
from nikti.core.words import Words
from nikti.readers import _columns, _delimited, _images, _naming, _pairs, _spelling, _target

if TYPE_CHECKING:
    import pandas as pd

TITLE = Words(
    en="table: CSV, TSV, JSON lines, Parquet or Excel; or a folder with train and test tables",
    bn="টেবিল: CSV, TSV, JSON লাইন, Parquet বা Excel; অথবা ট্রেন ও টেস্ট টেবিলের ফোল্ডার",
)
OPTIONS = ("target", "group", "time", "drop")

ENDINGS = (".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".json", ".parquet", ".xlsx", ".xlsm", ".xls")
PACKABLE = (".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".json")
_ROLE = re.compile(r"(?:.*[_\-. ])?(train|training|val|valid|validation|dev|test|testing)", re.IGNORECASE)
_CODES = {**_columns.SPLIT_CODES, "testing": 2}
_HEAD = 65_536  # characters of a text file that `sniff` looks at

NOT_READ = Words(
    en="Not read, because train and test files lie beside: {files}.",
    bn="পাশে ট্রেন ও টেস্ট ফাইল আছে বলে এগুলো পড়া হয়নি: {files}।",
)
NO_ANSWERS = Words(
    en="{file} has no column {column!r}; without answers it is not used.",
    bn="{file} ফাইলে {column} কলাম নেই; উত্তর ছাড়া এটি কাজে লাগে না।",
)
SPLIT_FILES = Words(en="The split was read from {files}.", bn="ট্রেন ও টেস্ট ভাগ ফাইল থেকেই নেওয়া হয়েছে।")
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


def sniff(path: Path) -> bool:
    """Whether this reader takes the file or folder; a folder of tables and pictures is not for it."""
    path = Path(path)
    if path.is_dir():
        return bool(tables_in(path)) and not _images.below(path)
    kind = ending(path)
    if kind not in ENDINGS or not path.is_file():
        return False
    if kind in (".txt", ".json"):
        try:
            head = _delimited.decode(_delimited.read_bytes(path), path.name)[0][:_HEAD].lstrip()
        except DataError:
            return True  # empty or unreadable: `read` says so
        if kind == ".json":
            return re.match(r"\[\s*\{", head) is not None
        return _delimited.regular(head)
    return True


def tables_in(folder: Path) -> list[Path]:
    """The tables that lie in a folder itself, by name. Text and JSON files count only as train, valid
    or test files, since a SOURCE.txt is no table."""
    files = [p for p in sorted(folder.iterdir()) if p.is_file() and not p.name.startswith((".", "~$"))]
    return [
        p
        for p in files
        if ending(p) in ENDINGS and (ending(p) not in (".txt", ".json") or _role(p) is not None)
    ]


def _role(path: Path) -> int | None:
    """0, 1 or 2 for a train, valid or test file by its name, else None."""
    stem = path.name[: -len("".join(path.suffixes))] if ending(path) in path.name.lower() else path.stem
    match = _ROLE.fullmatch(stem)
    return _CODES[match.group(1).lower()] if match else None


def read(path: Path, options: Options) -> Data:
    """Labelled samples from a table file or a folder of them; see `nikti.readers._columns`.

    Raises DataError for what cannot be read, UsageError when the target is not clear.
    """
    path = Path(path)
    raw, split, notes, options = _raw(path, options)
    name = path.name if path.is_dir() else path.name.split(".")[0]
    base = path if path.is_dir() else path.parent
    raw, more = _naming.found_beside(raw, path) if path.is_file() else (raw, [])
    notes += more
    if _pairs.meant(raw, options):
        return _pairs.understand(raw, name, options, split=split, notes=notes)
    return _columns.understand(raw, name, options, split=split, base=base, notes=notes)


def _raw(path: Path, options: Options) -> tuple[pd.DataFrame, np.ndarray | None, list[Note], Options]:
    if path.is_file():
        raw, notes = load(path)
        return raw, None, notes, options
    files = tables_in(path)
    if len(files) == 1:
        raw, notes = load(files[0])
        return raw, None, notes, options
    by_role: dict[int, Path] = {}
    for file in files:
        role = _role(file)
        if role is not None and role in by_role:
            raise UsageError(f"{path.name} holds two files for one split: {by_role[role].name}, {file.name}.")
        if role is not None:
            by_role[role] = file
    if 0 not in by_role:
        listed = ", ".join(f.name for f in files) or "none"
        raise UsageError(f"{path.name} holds several tables and no train file ({listed}). Give one of them.")
    return _joined(by_role, [f for f in files if f not in by_role.values()], options)


def _joined(
    files: dict[int, Path], others: list[Path], options: Options
) -> tuple[pd.DataFrame, np.ndarray | None, list[Note], Options]:
    """The train, valid and test tables below each other, with the split each row came from.

    A test table without the answers (as published for contests) is left out; the column that only
    it lacks is then the target.
    """
    import pandas as pd

    notes = []
    if others:
        names = [f.name for f in others]
        notes.append(Note.of("warning", "files_not_read", NOT_READ, {"files": names}))
    tables: dict[int, pd.DataFrame] = {}
    for role, file in sorted(files.items()):
        raw, more = load(file)
        raw, more_names = _columns.tidy_names(raw)
        notes += more + [n for n in more_names if n not in notes]
        absent = [c for c in tables[0].columns if c not in raw.columns] if tables else []
        if len(absent) == 1 and options.target in (None, absent[0]):
            options = replace(options, target=absent[0])
            values = {"file": file.name, "column": absent[0], "count": len(raw)}
            notes.append(Note.of("warning", "unlabelled_split", NO_ANSWERS, values))
            continue
        if absent:
            raise DataError(
                f"{file.name} lacks columns of {files[0].name}: {', '.join(absent)}. "
                "Train and test tables must have the same columns."
            )
        tables[role] = raw[list(tables[0].columns)] if tables else raw
    sizes = {("train", "valid", "test")[role]: len(raw) for role, raw in tables.items()}
    if len(tables) > 1:
        listed = ", ".join(f"{files[role].name} ({len(raw)} rows)" for role, raw in tables.items())
        notes.append(Note.of("info", "split_files", SPLIT_FILES, sizes, files=listed))
    split = np.repeat(list(tables), [len(raw) for raw in tables.values()]).astype(np.uint8)
    return pd.concat(tables.values(), ignore_index=True), split if len(tables) > 1 else None, notes, options


def load(path: Path) -> tuple[pd.DataFrame, list[Note]]:
    """One table file as read: strings from text formats, typed columns from the others."""
    kind = ending(path)
    loader: Callable[[Path], tuple[pd.DataFrame, list[Note]]] = {
        ".jsonl": _json_lines,
        ".ndjson": _json_lines,
        ".json": _json_records,
        ".parquet": _parquet,
        ".xlsx": _excel,
        ".xlsm": _excel,
        ".xls": _excel,
    }.get(kind, _text)
    raw, notes = loader(path)
    if not len(raw) or not len(raw.columns):
        raise DataError(f"{path.name} holds no rows. A table needs column names and rows below them.")
    return raw, notes


def _text(path: Path) -> tuple[pd.DataFrame, list[Note]]:
    text, notes = _delimited.decode(_delimited.read_bytes(path), path.name)
    raw, more = _delimited.parse(text, path.name, prefer="\t" if ending(path) == ".tsv" else "")
    return raw, notes + more


def _json_lines(path: Path) -> tuple[pd.DataFrame, list[Note]]:
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
        notes.append(_delimited.ragged(bad, path.name, NO_RECORDS))
    return pd.DataFrame(records), notes


def _json_records(path: Path) -> tuple[pd.DataFrame, list[Note]]:
    import pandas as pd

    text, notes = _delimited.decode(_delimited.read_bytes(path), path.name)
    try:
        records = json.loads(text)
    except ValueError as error:
        raise DataError(f"{path.name} is not valid JSON: {error}") from error
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise DataError(f'{path.name} is no list of records; a table in JSON is [{{"column": value}}, ...].')
    return pd.DataFrame(records), notes


def _parquet(path: Path) -> tuple[pd.DataFrame, list[Note]]:
    import pandas as pd

    try:
        return pd.read_parquet(path).reset_index(drop=True), []
    except (OSError, ValueError) as error:
        raise DataError(f"{path.name} cannot be read as Parquet: {error}") from error


def _excel(path: Path) -> tuple[pd.DataFrame, list[Note]]:
    import zipfile

    import pandas as pd

    if ending(path) == ".xls":
        raise DataError(f"{path.name} is in Excel's old format. Save it as .xlsx or .csv and give that file.")
    try:
        with pd.ExcelFile(path, engine="openpyxl") as book:
            sheet, *others = book.sheet_names
            raw = pd.read_excel(book, sheet_name=sheet)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise DataError(f"{path.name} cannot be read as an Excel file: {error}") from error
    if not others:
        return raw, []
    values = {"file": path.name, "sheet": sheet, "others": others}
    return raw, [Note.of("warning", "sheets_not_read", OTHER_SHEETS, values)]


def read_inputs(
    path: Path, modality: str, hint: Mapping[str, Any], beside: Collection[str] = ()
) -> tuple[Inputs, list[str]]:
    """Samples without answers, for a model that is there: (inputs, one name per sample).

    hint: {"kinds": {column: kind}} for tables, {"text_column": name} for texts, {"image_column": name}
    for images (both may be left out where the file leaves no doubt); beside: columns that are known to hold
    something else. Names are row numbers from 1, for images the paths. No row is dropped; columns the model
    does not know are ignored. Raises DataError naming the columns that are missing.
    """
    path = Path(path)
    if modality == "text" and ending(path) == ".txt":
        return _lines(path)
    raw, _ = load(path)
    raw, _ = _columns.tidy_names(raw)
    rows = [str(row) for row in range(1, len(raw) + 1)]
    if modality == "table":
        kinds = hint.get("kinds") or hint.get("dtypes")
        if not kinds:
            raise UsageError("the model does not say which columns it needs.")
        try:
            return Frame(columns.cast_like(raw, kinds)), rows
        except DataError as error:
            raise DataError(f"{path.name}: {error}") from error
    if modality == "text":
        column = _sample_column(raw, hint.get("text_column"), path.name, beside)
        return Texts(columns.strings(raw[column]).fillna("").tolist()), rows
    if modality == "question":
        return _questions(raw, path.name), rows
    if modality == "image":
        from nikti.core.images import decode

        column = _sample_column(raw, hint.get("image_column"), path.name, beside)
        names = columns.strings(raw[column]).fillna("")
        paths = _naming.paths_beside(names, path)
        if not any(file.is_file() for file in paths):
            raise DataError(f"{path.name}: none of {len(names)} image files is there, not {names.iloc[0]!r}.")
        return ImageFiles(paths, decode), names.tolist()
    raise UsageError(f"{path.name} is a table, and the model predicts {modality}.")


def _questions(raw: pd.DataFrame, name: str) -> Questions:
    """Of the columns question and passage (or context)."""
    named = {column.strip().lower(): column for column in raw.columns}
    asked, read = named.get("question"), named.get("passage", named.get("context"))
    if asked is None or read is None:
        raise DataError(f"{name} has no columns question and passage. Found: {', '.join(raw.columns)}.")
    questions, passages = (columns.strings(raw[column]).fillna("") for column in (asked, read))
    which, different = passages.factorize()
    return Questions(questions.tolist(), list(different), which)


def _sample_column(raw: pd.DataFrame, named: str | None, name: str, beside: Collection[str]) -> str:
    found = None if named is None else spelling.find(named, raw.columns)
    if found is not None:
        return found
    left = [column for column in raw.columns if named is not None or column not in beside]
    if len(left) == 1:
        return left[0]
    wanted = f"missing column: {named}" if named else "which column holds the samples is not clear"
    raise DataError(f"{name}: {wanted}. Found: {', '.join(raw.columns)}.")


def read_texts(path: Path) -> Data:
    """Texts without answers from a file: one a line of a plain .txt file; of a table the column with the
    longest strings."""
    name = path.name.split(".")[0]
    if ending(path) == ".txt" and not sniff(path):
        return Data(name, "text", _lines(path)[0])
    raw, notes = load(path)
    raw, more = _columns.tidy_names(raw)
    cells = {column: columns.strings(raw[column]).fillna("") for column in raw.columns}
    column = max(cells, key=lambda one: cells[one].str.len().mean())
    texts = [cell for cell in cells[column].tolist() if cell.strip()]
    note = _columns.chosen("text_column", str(column))
    return Data(name, "text", Texts(texts), notes=(*notes, *more, note))


def _lines(path: Path) -> tuple[Texts, list[str]]:
    """A plain text file: one text per line that is not blank, named by its line number."""
    text, _ = _delimited.decode(_delimited.read_bytes(path), path.name)
    lines = [(str(number), line.strip()) for number, line in enumerate(text.splitlines(), start=1)]
    lines = [(number, line) for number, line in lines if line]
    return Texts([line for _, line in lines]), [number for number, _ in lines]


def read_like(path: Path, options: Options, modality: str, hint: Mapping[str, Any]) -> Data:
    """New labelled rows for a model that is there: inputs as in `read_inputs`, answers as in `read`.

    `options.target` must name the answer. Rows without one are dropped and noted.
    """
    raw, notes = load(Path(path))
    raw, more = _columns.tidy_names(raw)
    if options.target is None:
        raise UsageError(f"which column of {Path(path).name} is the answer? Type --target NAME.")
    target = _target.named(options.target, raw, "target", Path(path).name)
    inputs, _ = read_inputs(path, modality, hint, (target,))
    targets, there, found = _target.answers(raw[target], options.task)
    notes = [*notes, *more, *found]
    if not there.all():
        lost = int((~there).sum())
        notes.append(_target.dropped(lost, len(raw), target))
    name = Path(path).name.split(".")[0]
    data = Data(name, modality, inputs, targets, target_name=target, notes=tuple(notes))
    return _spelling.one_name_each(data.subset(np.flatnonzero(there)))
