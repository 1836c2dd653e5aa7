"""Tables: CSV and its kin, JSON lines, JSON records, Parquet, Excel; one file, or a folder with
train, valid and test files of the same columns."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nikti import modalities
from nikti.core import columns, spelling
from nikti.core.cell_format import PLAIN, Reading
from nikti.core.data import Data, Note, Options
from nikti.core.errors import DataError, UsageError
from nikti.core.inputs import Inputs, Questions, Texts
from nikti.core.words import Words
from nikti.readers import (
    _columns,
    _delimited,
    _file_kinds,
    _flat_questions,
    _indicators,
    _json_shapes,
    _naming,
    _pairs,
    _spelling,
    _target,
    label_studio,
)
from nikti.readers._answered import answered
from nikti.readers._delimited import Table
from nikti.readers._table_files import ENDINGS, ending, load

if TYPE_CHECKING:
    import pandas as pd

TITLE = Words(
    en="table: CSV, TSV, JSON lines, Parquet or Excel; or a folder with train and test tables",
    bn="টেবিল: CSV, TSV, JSON লাইন, Parquet বা Excel; অথবা ট্রেন ও টেস্ট টেবিলের ফোল্ডার",
)
OPTIONS = ("target", "group", "time", "drop")

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
TWO_FOR_ONE = Words(
    en="{name} holds two files for one split: {first}, {second}.",
    bn="{name} ফোল্ডারে একই ভাগের দুটি ফাইল আছে: {first}, {second}।",
)
NO_TRAIN = Words(
    en="{name} holds several tables and no train file ({listed}). Give one of them.",
    bn="{name} ফোল্ডারে একাধিক টেবিল আছে, কিন্তু train ফাইল নেই ({listed})। এর একটি দিন।",
)
NO_FILES = Words(en="none", bn="একটিও না")
LACKS = Words(
    en="{file} lacks columns of {first}: {columns}. Train and test tables must have the same columns.",
    bn="{first} ফাইলের এই কলামগুলো {file} ফাইলে নেই: {columns}। ট্রেন ও টেস্ট টেবিলের কলাম একই হতে হবে।",
)
NO_KINDS = Words(
    en="the model does not say which columns it needs.", bn="মডেলটির কোন কোন কলাম লাগে, তা এতে লেখা নেই।"
)
OF_FILE = Words(en="{file}: {reason}", bn="{file}: {reason}")
NO_FILE = Words(
    en="{file}: none of {count} {modality} files is there, not {first!r}.",
    bn="{file}: {count}টি ফাইলের ({modality}) একটিও নেই, যেমন {first}।",
)
OTHER_MODALITY = Words(
    en="{file} is a table, and the model predicts {modality}.",
    bn="{file} একটি টেবিল, অথচ মডেলটি অন্য ধরনের নমুনার ({modality})।",
)
NO_QUESTIONS = Words(
    en="{file} has no columns question and passage. Found: {columns}.",
    bn="{file} ফাইলে question ও passage কলাম নেই। আছে: {columns}।",
)
NO_NAME = Words(
    en="{file} begins with {first!r}, no name of a column. Put {column} on a line above it.",
    bn="{file} ফাইলের শুরুতে আছে “{first}”, যা কলামের নাম নয়। তার ওপরের লাইনে লিখুন {column}",
)
MISSING = Words(
    en="{file}: missing column: {column}. Found: {columns}.", bn="{file}: {column} কলাম নেই। আছে: {columns}।"
)
NOT_CLEAR = Words(
    en="{file}: which column holds the samples is not clear. Found: {columns}.",
    bn="{file}: কোন কলামে নমুনা আছে তা স্পষ্ট নয়। আছে: {columns}।",
)
WHICH_ANSWER = Words(
    en="which column of {file} is the answer? Type --target NAME.",
    bn="{file} ফাইলের কোন কলামটি উত্তর? লিখুন --target NAME",
)
UNREAD = Words(
    en="{count} cells are not written as those of training were and count as missing (first {listed}).",
    bn="{count}টি ঘর ট্রেনিংয়ের মতো করে লেখা নয়, তাই ফাঁকা ধরা হয়েছে ({listed})।",
)


def sniff(path: Path) -> bool:
    """Whether this reader takes the file or folder; one of tables with pictures or sounds is not for it."""
    path = Path(path)
    if path.is_dir():
        return bool(tables_in(path)) and not any(kind.below(path) for kind in _file_kinds.KINDS)
    kind = ending(path)
    if kind not in ENDINGS or not path.is_file():
        return False
    if kind in (".txt", ".json"):
        try:
            head = _delimited.decode(_delimited.read_bytes(path), path.name)[0][:_HEAD].lstrip()
        except DataError:
            return True  # empty or unreadable: `read` says so
        if kind == ".json":
            return _json_shapes.looks_like_a_table(head) and not label_studio.sniff(path)
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
    table, split, options = _raw(path, options)
    raw, notes = table.frame, list(table.notes)
    name = path.name if path.is_dir() else path.name.split(".")[0]
    base = path if path.is_dir() else path.parent
    if _flat_questions.meant(raw, options):
        return _flat_questions.understand(raw, name, split=split, notes=notes)
    raw, more = _naming.found_beside(raw, path) if path.is_file() else (raw, [])
    notes += more
    if _pairs.meant(raw, options):
        return _pairs.understand(raw, name, options, split=split, notes=notes)
    return _columns.understand(
        raw,
        name,
        options,
        split=split,
        base=base,
        notes=notes,
        delimiter=table.delimiter,
        header=table.header,
    )


def _raw(path: Path, options: Options) -> tuple[Table, np.ndarray | None, Options]:
    if path.is_file():
        return load(path), None, options
    files = tables_in(path)
    if len(files) == 1:
        return load(files[0]), None, options
    by_role: dict[int, Path] = {}
    for file in files:
        role = _role(file)
        if role is not None and role in by_role:
            both = {"first": by_role[role].name, "second": file.name}
            raise UsageError(TWO_FOR_ONE.format(name=path.name, **both))
        if role is not None:
            by_role[role] = file
    if 0 not in by_role:
        listed = ", ".join(f.name for f in files) or NO_FILES
        raise UsageError(NO_TRAIN.format(name=path.name, listed=listed))
    return _joined(by_role, [f for f in files if f not in by_role.values()], options)


def _joined(
    files: dict[int, Path], others: list[Path], options: Options
) -> tuple[Table, np.ndarray | None, Options]:
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
    read = {role: load(file) for role, file in sorted(files.items())}
    for role, table in read.items():
        raw, more_names = _columns.tidy_names(table.frame)
        notes += [*table.notes, *(n for n in more_names if n not in notes)]
        absent = [c for c in tables[0].columns if c not in raw.columns] if tables else []
        if len(absent) == 1 and options.target in (None, absent[0]):
            options = replace(options, target=absent[0])
            values = {"file": files[role].name, "column": absent[0], "count": len(raw)}
            notes.append(Note.of("warning", "unlabelled_split", NO_ANSWERS, values))
            continue
        if absent:
            values = {"file": files[role].name, "first": files[0].name, "columns": ", ".join(absent)}
            raise DataError(LACKS.format(**values))
        tables[role] = raw[list(tables[0].columns)] if tables else raw
    sizes = {("train", "valid", "test")[role]: len(raw) for role, raw in tables.items()}
    if len(tables) > 1:
        listed = ", ".join(f"{files[role].name} ({len(raw)} rows)" for role, raw in tables.items())
        notes.append(Note.of("info", "split_files", SPLIT_FILES, sizes, files=listed))
    split = np.repeat(list(tables), [len(raw) for raw in tables.values()]).astype(np.uint8)
    frame = pd.concat(tables.values(), ignore_index=True)
    whole = replace(read[0], frame=frame, notes=tuple(notes))
    return whole, split if len(tables) > 1 else None, options


def read_inputs(
    path: Path, modality: str, hint: Mapping[str, Any], beside: Collection[str] = ()
) -> tuple[Inputs, list[str]]:
    """Samples without answers, for a model that is there: (inputs, one name per sample).

    hint: {"kinds": {column: kind}} for tables, {"text_column": name} for texts, {"image_column": name},
    {"sound_column": name} or {"video_column": name} for files (all may be left out where the file is clear);
    beside: columns that are known to hold something else. Names are row numbers from 1, for files the paths.
    No row is dropped; columns the model does not know are ignored. Raises DataError naming the columns that
    are missing.
    """
    path = Path(path)
    if modality == "text" and ending(path) == ".txt":
        return _lines(path)
    raw, _ = _columns.tidy_names(load(path, Reading.from_json(hint.get("reading"))).frame)
    return _inputs(raw, path.name, path.parent, modality, hint, beside)


def _inputs(
    raw: pd.DataFrame,
    name: str,
    base: Path,
    modality: str,
    hint: Mapping[str, Any],
    beside: Collection[str] = (),
) -> tuple[Inputs, list[str]]:
    """See `read_inputs`. base: the folder that image paths are relative to."""
    rows = [str(row) for row in range(1, len(raw) + 1)]
    if modality == "table":
        kinds = hint.get("kinds") or hint.get("dtypes")
        if not kinds:
            raise UsageError(NO_KINDS)
        try:
            return modalities.of(modality).in_memory(raw, {**hint, "kinds": kinds}), rows
        except DataError as error:
            raise DataError(OF_FILE.format(file=name, reason=error.words)) from error
    if modality == "text":
        column = _sample_column(raw, hint, name, beside)
        return Texts(columns.strings(raw[column]).fillna("").tolist()), rows
    if modality == "question":
        return _questions(raw, name), rows
    if (kind := _file_kinds.of_modality(modality)) is not None:
        names = columns.strings(raw[_sample_column(raw, hint, name, beside)]).fillna("")
        paths = _naming.paths_beside(names, base, name, kind)
        if not any(file.is_file() for file in paths):
            first = names.iloc[0]
            raise DataError(NO_FILE.format(file=name, modality=modality, count=len(names), first=first))
        return kind.hold(paths), names.tolist()
    raise UsageError(OTHER_MODALITY.format(file=name, modality=modality))


def _questions(raw: pd.DataFrame, name: str) -> Questions:
    """Of the columns question and passage (or context)."""
    named = {column.strip().lower(): column for column in raw.columns}
    asked, read = named.get("question"), named.get("passage", named.get("context"))
    if asked is None or read is None:
        raise DataError(NO_QUESTIONS.format(file=name, columns=", ".join(raw.columns)))
    questions, passages = (columns.strings(raw[column]).fillna("") for column in (asked, read))
    which, different = passages.factorize()
    return Questions(questions.tolist(), list(different), which)


def _sample_column(raw: pd.DataFrame, hint: Mapping[str, Any], name: str, beside: Collection[str]) -> str:
    named = next((hint[k] for k in ("text_column", *_file_kinds.COLUMNS) if hint.get(k)), None)
    found = None if named is None else spelling.find(named, raw.columns)
    if found is not None:
        return found
    left = [str(column) for column in raw.columns if named is not None or column not in beside]
    if len(left) == 1:
        if named is not None and len(left[0].split()) > _columns.NAME_WORDS:
            raise DataError(NO_NAME.format(file=name, first=left[0], column=named))
        return left[0]
    wanted = MISSING if named else NOT_CLEAR
    raise DataError(wanted.format(file=name, column=named, columns=", ".join(raw.columns)))


def read_texts(path: Path) -> Data:
    """Texts without answers from a file: one a line of a plain .txt file; of a table the column with the
    longest strings."""
    name = path.name.split(".")[0]
    if ending(path) == ".txt" and not sniff(path):
        return Data(name, "text", _lines(path)[0])
    table = load(path)
    raw, more = _columns.tidy_names(table.frame)
    cells = {column: columns.strings(raw[column]).fillna("") for column in raw.columns}
    column = max(cells, key=lambda one: cells[one].str.len().mean())
    texts = [cell for cell in cells[column].tolist() if cell.strip()]
    note = _columns.chosen("text_column", str(column))
    return Data(name, "text", Texts(texts), notes=(*table.notes, *more, note))


def _lines(path: Path) -> tuple[Texts, list[str]]:
    """A plain text file: one text per line that is not blank, named by its line number."""
    text, _ = _delimited.decode(_delimited.read_bytes(path), path.name)
    lines = [(str(number), line.strip()) for number, line in enumerate(text.splitlines(), start=1)]
    lines = [(number, line) for number, line in lines if line]
    return Texts([line for _, line in lines]), [number for number, _ in lines]


def read_like(source: Any, options: Options, modality: str, hint: Mapping[str, Any]) -> Data:
    """New labelled rows, a table's file or a pandas frame, for a model that is there: inputs as in
    `read_inputs`, answers as in `read`, written as they were in training.

    `options.target` must name the answer. Rows without one are dropped and noted, as are cells that are not
    written as in training.
    """
    known = Reading.from_json(hint.get("reading"))
    if isinstance(source, str | Path):
        path = Path(source)
        name, base, table = path.name, path.parent, load(path, known)
        raw, more = _columns.tidy_names(table.frame)
        notes = [*table.notes, *more]
    else:
        name, base, raw, notes = "data", Path(), source.rename(columns=str).reset_index(drop=True), []
    if _flat_questions.meant(raw, options):
        return _flat_questions.understand(raw, name.split(".")[0], split=None, notes=notes)
    if options.target is None:
        raise UsageError(WHICH_ANSWER.format(file=name))
    if chosen := _indicators.named(raw, options, name):
        target, column, _ = _indicators.joined(raw, chosen, name, guessed=False)
    else:
        target = _target.named(options.target, raw, "target", name)
        column = raw[target]
    inputs, _ = _inputs(raw, name, base, modality, hint, (target, *chosen))
    answer = answered(column, options.task, PLAIN if known is None else known.of(target))
    notes += answer.notes
    if inputs.unread:
        counts = {column: len(cells) for column, cells in inputs.unread.items()}
        listed = ", ".join(f"{c} {next(iter(cells.values()))!r}" for c, cells in inputs.unread.items())
        values = {"count": sum(counts.values()), "columns": counts}
        notes.append(Note.of("warning", "unread_cells", UNREAD, values, listed=listed))
    if not answer.there.all():
        lost = int((~answer.there).sum())
        notes.append(_target.dropped(lost, len(raw), target))
    told = (answer.targets, answer.classes, target)
    data = Data(name.split(".")[0], modality, inputs, *told, notes=tuple(notes))
    return _spelling.one_name_each(data.subset(np.flatnonzero(answer.there)))
