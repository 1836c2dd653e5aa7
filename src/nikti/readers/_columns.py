"""From a table of raw cells to `Data`: which columns are what, which are left out, and why.

Every choice made for the user is a note.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nikti.core import columns, spelling
from nikti.core.cell_format import CellFormat, Reading
from nikti.core.data import Data, Note, Options
from nikti.core.errors import DataError, UsageError
from nikti.core.inputs import Frame, Inputs, Texts
from nikti.core.words import Words, joined
from nikti.readers import _file_kinds, _indicators, _long_series, _target
from nikti.readers._answered import answered
from nikti.readers._kinds import MANY, infer_all
from nikti.readers._useful import useful

if TYPE_CHECKING:
    import pandas as pd


IMAGE_NAMES = (
    "image images img photo picture sound audio wav path file filename file_name filepath ছবি শব্দ".split()
)
NAME_WORDS = 4  # a name of more words is a sentence
SPLIT_NAME = re.compile(r"split|set|subset|partition", re.IGNORECASE)
SPLIT_COLUMN = Words(
    en="The column {column!r} was read as the split into train, valid and test rows.",
    bn="ট্রেন, ভ্যালিড ও টেস্ট ভাগ {column} কলাম থেকে নেওয়া হয়েছে।",
)
NO_TIME = Words(
    en="{count} rows have no readable {column!r} and were dropped.",
    bn="{count}টি সারিতে পড়ার মতো সময় নেই, তাই বাদ গেছে।",
)
NO_TEXT = Words(
    en="{count} rows have no text in {column!r} and were dropped.",
    bn="{count}টি সারিতে {column} কলামে কোনো লেখা নেই, তাই বাদ গেছে।",
)
NO_FILE = Words(
    en="{count} rows have no file where {column!r} says and were dropped.",
    bn="{count}টি সারিতে যে ফাইলের নাম আছে সেটি নেই, তাই বাদ গেছে।",
)
ROW_NUMBERS = Words(
    en="A column without a name that only numbers the rows was left out.",
    bn="নামহীন যে কলাম শুধু সারির ক্রমিক সংখ্যা, সেটি বাদ দেওয়া হয়েছে।",
)
SAME_NAME = Words(
    en="Two columns are called {column!r}; the second is now {new!r}.",
    bn="দুটি কলামের নাম {column}; দ্বিতীয়টির নাম এখন {new}।",
)
AS_ASKED = Words(
    en="Left out, as you asked: {columns}.",
    bn="আপনার কথামতো বাদ দেওয়া হয়েছে: {columns}।",
)
SET_ASIDE = Words(
    en="The samples are texts; set aside beside them: {columns}. To learn from all columns, type "
    "--task tabular_classification",
    bn="নমুনাগুলো লেখা; পাশের এই কলামগুলো সরিয়ে রাখা হয়েছে: {columns}। সব কলাম থেকে শিখতে লিখুন "
    "--task tabular_classification",
)
SAMPLES_IN = Words(en="The samples are in the column {column!r}.", bn="নমুনাগুলো আছে {column} কলামে।")
NOT_USED = Words(en="Columns not used: {columns}.", bn="এই কলামগুলো কাজে লাগানো হয়নি: {columns}।")
MISSING_CELLS = Words(
    en="{count} cells have no value, in {number} columns ({listed}).", bn="{count}টি ঘর ফাঁকা।"
)
NO_ROW = Words(
    en="{name}: no row has both an answer in {target!r} and something to learn from.",
    bn="{name}: এমন একটি সারিও নেই যাতে {target} কলামে উত্তর আর শেখার মতো কিছু, দুটোই আছে।",
)
NOTHING_LEFT = Words(
    en="{name}: no column is left to learn {target!r} from.",
    bn="{name}: {target} শেখার মতো কোনো কলাম বাকি নেই।",
)
ONLY_FILES = Words(
    en="only files are left to learn from. Leave --task out, or name image_classification or "
    "sound_classification.",
    bn="শেখার জন্য শুধু ফাইল বাকি আছে। --task বাদ দিন, বা সেখানে image_classification বা sound_classification লিখুন।",
)
NO_MOMENTS = Words(
    en="the time column {column!r} holds neither numbers nor dates such as 2024-03-31.",
    bn="সময়ের কলাম {column}: এতে সংখ্যাও নেই, ২০২৪-০৩-৩১-এর মতো তারিখও নেই।",
)
NAMED_TOO = Words(
    en="{column!r} is the --{role}; it cannot be left out with --drop too.",
    bn="{column} কলামটি --{role} হিসেবে দেওয়া; সেটি আবার --drop দিয়ে বাদ দেওয়া যায় না।",
)
SPLIT_CODES = {"train": 0, "training": 0, "valid": 1, "validation": 1, "val": 1, "dev": 1, "test": 2}


def understand(
    raw: pd.DataFrame,
    name: str,
    options: Options,
    *,
    split: np.ndarray | None = None,
    base: Path | None = None,
    notes: list[Note] | None = None,
    delimiter: str = "",
    header: bool = True,
) -> Data:
    """Samples and answers out of a table as read (cells are strings or typed).

    split: uint8 [n] as found outside of the table; base: the folder that image paths are relative to;
    delimiter: what separated the cells, "" where nothing did; header: whether the names stood in the table.
    Raises UsageError when the target, group or time column is unknown, DataError when nothing is left
    to learn from.
    """
    raw, found_notes = tidy_names(raw)
    notes = [*(notes or []), *found_notes]
    names = tuple(map(str, raw.columns))
    raw, more = without(raw, name, options)
    notes += more
    read = infer_all(raw, base, delimiter)
    found = read.kinds
    notes += read.notes
    parts = {split_column(raw, set())[1]} if split is None else set()
    raw, found, options, more = _indicators.together(raw, found, options, name, parts)
    notes += more
    target, more = _target.pick(raw, found, options, name)
    notes += more
    forms = Reading(header, names, target, read.forms)
    group = options.group and _target.named(options.group, raw, "group", name)
    time = options.time and _target.named(options.time, raw, "time", name)
    if split is None:
        split, column = split_column(raw, {target, group, time})
        if column:
            notes.append(Note.of("info", "split_column", SPLIT_COLUMN, {"column": column}))
            raw = raw.drop(columns=column)
    answer = answered(raw[target], options.task, forms.of(target))
    targets, there = answer.targets, answer.there
    raw = raw.assign(**{target: answer.cells})
    notes += answer.notes
    if targets.dtype.kind == "O":
        _target.refuse_own_classes(target, targets[there])
    times = None
    if time:
        times = _times(raw[time], found[time], forms.of(time))
        there = _lose(there, np.isfinite(times), notes, "dropped_no_time", NO_TIME, column=time)
    if lost := int((~answer.there).sum()):
        notes.append(_target.dropped(lost, len(raw), target))
    keep = [c for c in raw.columns if c not in (target, group, time)]
    part, codes_of = (raw, split) if there.all() else (raw[there], split if split is None else split[there])
    keep, more = useful(part, keep, found, part[target], codes_of)
    notes += more
    if not keep:
        raise _nothing_left(name, target, notes)
    modality, keep, more = read_as(raw, keep, found, options, classes=targets.dtype.kind != "f")
    notes += more
    if modality == "table" and group is None:
        notes += _long_series.warn(raw, found, target, forms)
    inputs, whole, more = make_inputs(raw, keep, found, modality, base, forms)
    notes += more
    rows = np.flatnonzero(there & whole)
    if not len(rows):
        raise DataError(NO_ROW.format(name=name, target=target))
    return Data(
        name=name,
        modality=modality,
        inputs=inputs,
        targets=targets,
        classes=answer.classes,
        target_name=target,
        groups=None if not group else codes(raw[group]),
        times=times,
        split=split,
        notes=tuple(notes),
        reading=forms,
    ).subset(rows)


def _nothing_left(name: str, target: str, notes: list[Note]) -> DataError:
    why = [note.words for note in notes if note.code.startswith(("dropped", "group", "image_files"))]
    return DataError(joined([NOTHING_LEFT.format(name=name, target=target), *why], " "))


def tidy_names(raw: pd.DataFrame) -> tuple[pd.DataFrame, list[Note]]:
    """Columns with names that are there, stripped and different; a nameless row number is dropped."""
    notes, names, dropped = [], [], []
    for place, old in enumerate(map(str, raw.columns)):
        new = spelling.tidy(old)
        if not new or re.fullmatch(r"Unnamed: \d+", new):
            if raw.iloc[:, place].is_unique:
                dropped.append(place)
                notes.append(Note.of("info", "dropped_index_column", ROW_NUMBERS, {"place": place + 1}))
            new = f"column_{place + 1}"
        if new in names:
            again = next(f"{new}_{k}" for k in range(2, 10**6) if f"{new}_{k}" not in names)
            notes.append(Note.of("warning", "renamed_column", SAME_NAME, {"column": new, "new": again}))
            new = again
        names.append(new)
    raw = raw.set_axis(names, axis=1)
    return raw.drop(columns=[names[place] for place in dropped]).reset_index(drop=True), notes


def without(raw: pd.DataFrame, name: str, options: Options) -> tuple[pd.DataFrame, list[Note]]:
    """The table without the columns that the user wants left out. Raises UsageError for one that is not
    there, or that is asked for as the answer, the group or the time too."""
    if not options.drop:
        return raw, []
    drop = [_target.named(column, raw, "drop", name) for column in options.drop]
    for role in ("target", "group", "time"):
        asked = getattr(options, role)
        if asked is not None and _target.named(asked, raw, role, name) in drop:
            raise UsageError(NAMED_TOO.format(column=asked, role=role))
    return raw.drop(columns=drop), [Note.of("info", "dropped_as_asked", AS_ASKED, {"columns": drop})]


def split_column(raw: pd.DataFrame, taken: set) -> tuple[np.ndarray | None, str | None]:
    """(uint8 [n], name) of a column called split (set ...) that holds train, valid, test; or Nones."""
    for column in raw.columns:
        if column in taken or not SPLIT_NAME.fullmatch(column):
            continue
        codes = raw[column].astype("string").str.strip().str.lower().map(SPLIT_CODES)
        if codes.notna().all() and 0 in codes.values and codes.nunique() > 1:
            return codes.to_numpy(dtype=np.uint8), column
    return None, None


def read_as(
    raw: pd.DataFrame, keep: list[str], found: dict[str, str], options: Options, *, classes: bool = True
) -> tuple[str, list[str], list[Note]]:
    """(modality, the columns it is made of, notes). classes: whether the answers are classes; values are
    told from tables only."""
    task = options.task or ""
    of = {kind: [c for c in keep if found[c] == kind] for kind in columns.KINDS}
    files = [c for c in keep if found[c] in _file_kinds.MODALITIES]
    if files and not task.startswith(("tabular", "text")):
        first = min(files, key=lambda c: (c.lower() not in IMAGE_NAMES, keep.index(c)))
        code = f"{found[first]}_column"
        return found[first], [first], [chosen(code, first), *_unused([c for c in keep if c != first])]
    keep = [c for c in keep if c not in files]
    if not keep:
        raise DataError(ONLY_FILES)
    words = of["text"] or [c for c in of["categorical"] if _wordy(raw[c])]
    rest = [c for c in keep if c not in words[:1]]
    alone = not task.startswith("tabular") and classes and len(of["text"]) == 1 and _beside(raw[rest], found)
    if words and (not rest or task.startswith("text") or alone):
        return "text", words[:1], [chosen("text_column", words[0]), *_set_aside(rest)]
    return "table", keep, _unused(files)


def _beside(rest: pd.DataFrame, found: Mapping[str, str]) -> bool:
    """Whether columns beside a text only say where it is from: dates, and one of few values (a domain, a
    language, a second label). Numbers and several such columns are a table."""
    few = [c for c in rest if found[c] in ("categorical", "boolean") and rest[c].nunique() <= MANY]
    return len(few) <= 1 and all(c in few or found[c] == "datetime" for c in rest)


def _set_aside(left: list[str]) -> list[Note]:
    if not left:
        return []
    return [Note.of("warning", "columns_set_aside", SET_ASIDE, {"columns": left})]


def _wordy(column: pd.Series) -> bool:
    """Whether short strings are rather texts (names, queries) than categories."""
    return column.nunique() > max(MANY, column.count() / 2)


def chosen(code: str, column: str) -> Note:
    """The note on the column that the samples are in."""
    return Note.of("info", code, SAMPLES_IN, {"column": column})


def _unused(left: list[str]) -> list[Note]:
    if not left:
        return []
    return [Note.of("warning", "unused_columns", NOT_USED, {"columns": left})]


def make_inputs(
    raw: pd.DataFrame,
    keep: list[str],
    found: Mapping[str, str],
    modality: str,
    base: Path | None,
    forms: Reading,
) -> tuple[Inputs, np.ndarray, list[Note]]:
    """(inputs [n], whole bool [n], notes); rows that are not whole hold no sample (no text, no file)."""
    import pandas as pd

    everything = np.ones(len(raw), dtype=bool)
    if modality == "table":
        cast = {c: columns.cast(raw[c], found[c], forms.of(c)) for c in keep}
        frame = pd.DataFrame(cast)
        return Frame(frame), everything, _missing(frame)
    cells = columns.strings(raw[keep[0]]).fillna("")
    notes: list[Note] = []
    if modality == "text":
        whole = (cells != "").to_numpy()
        _lose(everything, whole, notes, "dropped_empty_text", NO_TEXT, column=keep[0])
        return Texts(cells.tolist()), whole, notes
    kind = _file_kinds.of_modality(modality)
    if base is None or kind is None:
        raise TypeError("files named by a table are looked for below a folder")
    paths = [base / cell for cell in cells]  # the folder itself where no file is named
    whole = np.array([path.is_file() for path in paths], dtype=bool)
    _lose(everything, whole, notes, "dropped_missing_file", NO_FILE, column=keep[0])
    return kind.hold(paths), whole, notes


def _missing(frame: pd.DataFrame) -> list[Note]:
    counts = {name: int(count) for name, count in frame.isna().sum().items() if count}
    if not counts:
        return []
    total = sum(counts.values())
    more = {"number": len(counts), "listed": ", ".join(list(counts)[:5])}
    return [Note.of("info", "missing_cells", MISSING_CELLS, {"count": total, "columns": counts}, **more)]


def _lose(
    there: np.ndarray, whole: np.ndarray, notes: list[Note], code: str, words: Words, column: str
) -> np.ndarray:
    """`there & whole`, with a note on how many rows that loses."""
    lost = int((there & ~whole).sum())
    if lost:
        notes.append(Note.of("warning", code, words, {"count": lost}, column=column))
    return there & whole


def _answered(column: pd.Series) -> int:
    return int(columns.without_markers(columns.strings(column)).notna().sum())


def codes(column: pd.Series) -> np.ndarray:
    """int64 [n], one code per value; each row without a value is a group of its own."""
    import pandas as pd

    cells, values = pd.factorize(columns.without_markers(columns.strings(column)))
    same = pd.factorize(np.array([spelling.key(value) for value in values], dtype=object))[0]
    codes = np.append(same, -1)[cells].astype(np.int64)  # code -1, the missing, finds the last
    alone = codes < 0
    codes[alone] = codes.max(initial=-1) + 1 + np.arange(alone.sum())
    return codes


def _times(column: pd.Series, kind: str, form: CellFormat) -> np.ndarray:
    """float64 [n]: numbers as they are, dates as seconds since 1970; NaN where there is none."""
    if kind == "numeric":
        return columns.numbers(column, form).to_numpy()
    if kind != "datetime":
        raise DataError(NO_MOMENTS.format(column=str(column.name)))
    since = columns.dates(column, form.first) - np.datetime64(0, "s")
    return since.dt.total_seconds().to_numpy()
