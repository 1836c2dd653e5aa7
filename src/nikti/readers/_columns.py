"""From a table of raw cells to `Data`: which columns are what, which are left out, and why.

Every choice made for the user is a note.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nikti.core import columns
from nikti.core.data import Data, Note, Options
from nikti.core.errors import DataError
from nikti.core.images import ENDINGS, decode
from nikti.core.inputs import Frame, ImageFiles, Inputs, Texts
from nikti.readers import _target

if TYPE_CHECKING:
    import pandas as pd

TEXT_WORDS = 4  # words a cell holds on average, from which strings are free text
MANY = 20  # different strings, from which they are no categories of a small table
MOSTLY = 0.95  # share of cells that must be readable as numbers (paths) for a column of numbers (paths)
KEPT_GROUPS = 9  # a column such as "group" with no more values may be a treatment: kept as a feature
MIRROR_ROWS = 30  # rows from which a one-to-one match with the target is no accident

FILE = re.compile(r"\S.*\.[A-Za-z][A-Za-z0-9]{1,4}")
UNREAD = {".wav", ".ogg", ".flac", ".mp3", ".m4a", ".opus", ".mp4", ".avi", ".mov", ".mkv", ".webm"}
IMAGE_NAMES = "image images img photo picture path file filename file_name filepath ছবি".split()
ID_NAME = re.compile(
    r"(?i:id|ids|idx|index|uuid|guid|key|row|row_?(id|no|nr|number)|serial|serial_?no|s\.?l\.?(_?no)?\.?|"
    r"ক্রমিক|ক্রমিক নং|আইডি)|.*([_ -](?i:id)|[a-z]I[dD])"
)
GROUP_NAME = re.compile(
    r"(dup|group|groups|patient|subject|speaker|session|participant|person|user|customer|recording|fold|"
    r"household|রোগী|দল)([_ ]?(id|no|nr|name|code|number))?|.*[_ ]id",
    re.IGNORECASE,
)
SPLIT_NAME = re.compile(r"split|set|subset|partition", re.IGNORECASE)
SPLIT_CODES = {"train": 0, "training": 0, "valid": 1, "validation": 1, "val": 1, "dev": 1, "test": 2}


def understand(
    raw: pd.DataFrame,
    name: str,
    options: Options,
    *,
    split: np.ndarray | None = None,
    base: Path | None = None,
    notes: list[Note] | None = None,
) -> Data:
    """Samples and answers out of a table as read (cells are strings or typed).

    split: uint8 [n] as found outside of the table; base: the folder that image paths are relative to.
    Raises UsageError when the target, group or time column is unknown, DataError when nothing is left
    to learn from.
    """
    raw, found_notes = tidy_names(raw)
    notes = [*(notes or []), *found_notes]
    found = {}
    for column in raw.columns:
        found[column], more = infer(raw[column], base)
        notes += more
    target, more = _target.pick(raw, found, options, name)
    notes += more
    group = options.group and _target.named(options.group, raw, "group", name)
    time = options.time and _target.named(options.time, raw, "time", name)
    if split is None:
        split, column = split_column(raw, {target, group, time})
        if column:
            text = f"The column {column!r} was read as the split into train, valid and test rows."
            notes.append(Note("info", "split_column", text, {"column": column}))
            raw = raw.drop(columns=column)
    targets, there, more = _target.answers(raw[target], options.task)
    notes += more
    times = None
    if time:
        times = _times(raw[time])
        there = _lose(there, np.isfinite(times), notes, "dropped_no_time", f"no readable {time!r}")
    n_before = len(raw)
    if not there.all() and (lost := int(n_before - _answered(raw[target]))):
        text = f"{lost} of {n_before} rows have no answer in {target!r} and were dropped."
        notes.append(Note("warning", "dropped_no_answer", text, {"count": lost, "column": target}))
    keep = [c for c in raw.columns if c not in (target, group, time)]
    keep, more = useful(raw[there], keep, found, raw[target][there], None if split is None else split[there])
    notes += more
    if not keep:
        why = " ".join(n.text for n in notes if n.code.startswith(("dropped", "group", "image_files")))
        raise DataError(f"{name}: no column is left to learn {target!r} from. {why}".strip())
    modality, keep, more = read_as(raw, keep, found, options)
    notes += more
    inputs, whole, more = make_inputs(raw, keep, found, modality, base)
    notes += more
    rows = np.flatnonzero(there & whole)
    if not len(rows):
        raise DataError(f"{name}: no row has both an answer in {target!r} and something to learn from.")
    return Data(
        name=name,
        modality=modality,
        inputs=inputs,
        targets=targets,
        target_name=target,
        groups=None if not group else codes(raw[group]),
        times=times,
        split=split,
        notes=tuple(notes),
    ).subset(rows)


def tidy_names(raw: pd.DataFrame) -> tuple[pd.DataFrame, list[Note]]:
    """Columns with names that are there, stripped and different; a nameless row number is dropped."""
    notes, names, dropped = [], [], []
    for place, old in enumerate(map(str, raw.columns)):
        new = old.strip()
        if not new or re.fullmatch(r"Unnamed: \d+", new):
            if raw.iloc[:, place].is_unique:
                dropped.append(place)
                text = "A column without a name that only numbers the rows was left out."
                notes.append(Note("info", "dropped_index_column", text, {"place": place + 1}))
            new = f"column_{place + 1}"
        if new in names:
            again = next(f"{new}_{k}" for k in range(2, 10**6) if f"{new}_{k}" not in names)
            text = f"Two columns are called {new!r}; the second is now {again!r}."
            notes.append(Note("warning", "renamed_column", text, {"column": new, "new": again}))
            new = again
        names.append(new)
    raw = raw.set_axis(names, axis=1)
    return raw.drop(columns=[names[place] for place in dropped]).reset_index(drop=True), notes


def infer(column: pd.Series, base: Path | None) -> tuple[str, list[Note]]:
    """What a raw column is: a kind of `nikti.core.columns`, "image" for paths of image files,
    "empty", or "nested" for lists and dictionaries."""
    import pandas as pd

    if column.isna().all():
        return "empty", []
    if column.dtype == object and column.dropna().map(lambda v: isinstance(v, (list, dict, bytes))).any():
        return "nested", []
    if not (pd.api.types.is_string_dtype(column.dtype) or column.dtype == object):
        return columns.kinds(column.to_frame())[str(column.name)], []
    plain = columns.plain_numbers(column)
    if plain is not None and plain.notna().any():
        return "numeric", []
    cells = columns.without_markers(columns.strings(column)).dropna()
    often = cells.value_counts(sort=False)
    distinct = often.index.to_series()
    if not len(distinct):
        return "empty", []
    readable = columns.numbers(distinct).notna()
    if readable.all():
        return "numeric", []
    if len(cells) >= MANY and often[readable].sum() >= MOSTLY * len(cells):
        bad, count = distinct[~readable].iloc[0], int(often[~readable].sum())
        text = f"{count} cells of the column {column.name!r} are no numbers ({bad!r}): missing."
        values = {"column": column.name, "count": count, "example": bad}
        return "numeric", [Note("warning", "unreadable_numbers", text, values)]
    if columns.looks_boolean(distinct):
        return "boolean", []
    if columns.looks_dated(distinct):
        return "datetime", _date_note(column.name, distinct)
    notes = []
    if base is not None and _share(distinct, lambda c: Path(c).suffix.lower() in ENDINGS) >= MOSTLY:
        if any((base / cell).is_file() for cell in distinct):
            return "image", []
        text = f"The column {column.name!r} names pictures, but none is there, not {base / cells.iloc[0]}."
        values = {"column": column.name, "example": cells.iloc[0]}
        notes = [Note("warning", "image_files_missing", text, values)]
    words = float(distinct.str.split().str.len().mean())
    if words >= TEXT_WORDS and len(distinct) > min(MANY, len(cells) / 2):
        return "text", notes
    return "categorical", notes


def _share(cells: pd.Series, holds: Callable[[str], bool]) -> float:
    return float(cells.map(holds).mean())


def _date_note(name: str, distinct: pd.Series) -> list[Note]:
    first = columns.order(cell.translate(columns.ASCII_DIGITS) for cell in distinct)
    if first == "year":
        return []
    if first == "unknown":
        text = f"No date in {name!r} tells day and month apart ({distinct.iloc[0]}); read with the day first."
        return [Note("warning", "ambiguous_dates", text, {"column": name, "example": distinct.iloc[0]})]
    text = f"Dates in {name!r} were read with the {first} first ({distinct.iloc[0]})."
    return [Note("info", "date_order", text, {"column": name, "first": first, "example": distinct.iloc[0]})]


def split_column(raw: pd.DataFrame, taken: set) -> tuple[np.ndarray | None, str | None]:
    """(uint8 [n], name) of a column called split (set ...) that holds train, valid, test; or Nones."""
    for column in raw.columns:
        if column in taken or not SPLIT_NAME.fullmatch(column):
            continue
        codes = raw[column].astype("string").str.strip().str.lower().map(SPLIT_CODES)
        if codes.notna().all() and 0 in codes.values and codes.nunique() > 1:
            return codes.to_numpy(dtype=np.uint8), column
    return None, None


def useful(
    raw: pd.DataFrame, keep: list[str], found: dict[str, str], target: pd.Series, split: np.ndarray | None
) -> tuple[list[str], list[Note]]:
    """The columns that something can be learned from, and notes on the others."""
    notes, left, twins = [], [], []
    first = raw if split is None else raw[split == split.min()]
    for column in keep:
        reason = _useless(raw[column], first[column], column, found[column])
        if reason is not None:
            notes.append(_left_out(column, *reason))
            continue
        if _twin(raw[column], target) and found[column] != "text":
            twins.append(column)
            continue
        note = _group_like(raw[column], column, found[column])
        notes += [note] if note else []
        if note is None or note.values["kept"]:
            left.append(column)
    if not left:  # a lone twin is what the user wants to learn from
        return twins, notes
    said = f"says the same as the answer {target.name!r}"
    return left, notes + [_left_out(column, "warning", "dropped_target_twin", said) for column in twins]


def _left_out(column: str, level: str, code: str, why: str) -> Note:
    return Note(level, code, f"The column {column!r} {why} and was left out.", {"column": column})


def _useless(column: pd.Series, first: pd.Series, name: str, kind: str) -> tuple[str, str, str] | None:
    """(level, note code, reason) when a column is of no use as a feature."""
    if kind == "nested":
        return "warning", "dropped_nested_column", "holds lists or records"
    distinct = column.nunique()
    if kind == "empty" or distinct == 0:
        return "warning", "dropped_empty_column", "has no value in any row"
    if distinct == 1 and not column.isna().any():
        return "warning", "dropped_constant_column", "has the same value in every row"
    if first.is_unique and len(first) > 1 and kind in ("numeric", "categorical"):
        if kind == "categorical" and _share(first, lambda c: bool(FILE.fullmatch(str(c)))) >= MOSTLY:
            if _share(first, lambda c: Path(str(c)).suffix.lower() in UNREAD) >= MOSTLY:
                return "warning", "unread_files", "names sound or video files, which nikti does not read,"
            return "info", "dropped_id_column", "names a file of its own in every row"
        if ID_NAME.fullmatch(name) or GROUP_NAME.fullmatch(name) or (kind == "numeric" and _counts(first)):
            return "info", "dropped_id_column", "differs in every row, like a number plate,"
    return None


def _twin(column: pd.Series, target: pd.Series) -> bool:
    """Whether a column of few values maps one to one to the answer, in too many rows for chance."""
    few = len(target) >= MIRROR_ROWS and 1 < target.nunique() <= len(target) / 5
    return few and column.nunique() == target.nunique() and _target.mirrors(column, target)


def _counts(column: pd.Series) -> bool:
    """Whether a column counts the rows: 0, 1, 2 ... or 1, 2, 3 ..."""
    values = columns.numbers(column).to_numpy()
    return len(values) > MANY and values[0] in (0.0, 1.0) and bool((np.diff(values) == 1).all())


def _group_like(column: pd.Series, name: str, kind: str) -> Note | None:
    """A warning for a column that seems to say which rows belong together."""
    if not GROUP_NAME.fullmatch(name) or kind not in ("numeric", "categorical"):
        return None
    groups = int(column.nunique())
    kept = groups <= KEPT_GROUPS and not name.lower().endswith(("id", "fold"))
    text = f"Rows that share {name!r} ({groups} different) may belong together. If so, type --group {name}"
    text += "; it was kept as a feature." if kept else "; it was not used as a feature."
    return Note("warning", "group_like_column", text, {"column": name, "groups": groups, "kept": kept})


def read_as(
    raw: pd.DataFrame, keep: list[str], found: dict[str, str], options: Options
) -> tuple[str, list[str], list[Note]]:
    """(modality, the columns it is made of, notes)."""
    task = options.task or ""
    of = {kind: [c for c in keep if found[c] == kind] for kind in (*columns.KINDS, "image")}
    if of["image"] and not task.startswith(("tabular", "text")):
        first = min(of["image"], key=lambda c: (c.lower() not in IMAGE_NAMES, keep.index(c)))
        return "image", [first], [_chosen("image_column", first), *_unused([c for c in keep if c != first])]
    keep = [c for c in keep if c not in of["image"]]
    if not keep:
        raise DataError(
            "only pictures are left to learn from. Leave --task out, or name image_classification."
        )
    words = of["text"] or [c for c in of["categorical"] if _wordy(raw[c])]
    if words and (keep == words[:1] or task == "text_classification"):
        rest = [c for c in keep if c != words[0]]
        return "text", words[:1], [_chosen("text_column", words[0]), *_unused(rest)]
    return "table", keep, _unused(of["image"])


def _wordy(column: pd.Series) -> bool:
    """Whether short strings are rather texts (names, queries) than categories."""
    return column.nunique() > max(MANY, column.count() / 2)


def _chosen(code: str, column: str) -> Note:
    return Note("info", code, f"The samples are in the column {column!r}.", {"column": column})


def _unused(left: list[str]) -> list[Note]:
    if not left:
        return []
    text = f"Columns not used: {', '.join(left)}."
    return [Note("warning", "unused_columns", text, {"columns": left})]


def make_inputs(
    raw: pd.DataFrame, keep: list[str], found: Mapping[str, str], modality: str, base: Path | None
) -> tuple[Inputs, np.ndarray, list[Note]]:
    """(inputs [n], whole bool [n], notes); rows that are not whole hold no sample (no text, no file)."""
    import pandas as pd

    everything = np.ones(len(raw), dtype=bool)
    if modality == "table":
        cast = {c: _cast(raw[c], found[c]) for c in keep}
        frame = pd.DataFrame(cast)
        return Frame(frame), everything, _missing(frame)
    cells = columns.strings(raw[keep[0]]).fillna("")
    notes: list[Note] = []
    if modality == "text":
        whole = (cells != "").to_numpy()
        _lose(everything, whole, notes, "dropped_empty_text", f"no text in {keep[0]!r}")
        return Texts(cells.tolist()), whole, notes
    paths = [base / cell if cell else None for cell in cells]
    whole = np.array([path is not None and path.is_file() for path in paths])
    _lose(everything, whole, notes, "dropped_missing_file", f"no image file where {keep[0]!r} says")
    return ImageFiles([path or base for path in paths], decode), whole, notes


def _cast(column: pd.Series, kind: str) -> pd.Series:
    return columns.dates(column, ambiguous="day") if kind == "datetime" else columns.cast(column, kind)


def _missing(frame: pd.DataFrame) -> list[Note]:
    counts = {name: int(count) for name, count in frame.isna().sum().items() if count}
    if not counts:
        return []
    total = sum(counts.values())
    text = f"{total} cells have no value, in {len(counts)} columns ({', '.join(list(counts)[:5])})."
    return [Note("info", "missing_cells", text, {"count": total, "columns": counts})]


def _lose(there: np.ndarray, whole: np.ndarray, notes: list[Note], code: str, what: str) -> np.ndarray:
    """`there & whole`, with a note on how many rows that loses."""
    lost = int((there & ~whole).sum())
    if lost:
        text = f"{lost} rows have {what} and were dropped."
        notes.append(Note("warning", code, text, {"count": lost}))
    return there & whole


def _answered(column: pd.Series) -> int:
    return int(columns.without_markers(columns.strings(column)).notna().sum())


def codes(column: pd.Series) -> np.ndarray:
    """int64 [n], one code per value; each row without a value is a group of its own."""
    import pandas as pd

    codes = pd.factorize(columns.without_markers(columns.strings(column)))[0].astype(np.int64)
    alone = codes < 0
    codes[alone] = codes.max(initial=-1) + 1 + np.arange(alone.sum())
    return codes


def _times(column: pd.Series) -> np.ndarray:
    """float64 [n]: numbers as they are, dates as seconds since 1970; NaN where there is none."""
    kind, _ = infer(column, None)
    if kind == "numeric":
        return columns.numbers(column).to_numpy()
    if kind != "datetime":
        raise DataError(
            f"the time column {column.name!r} holds neither numbers nor dates such as 2024-03-31."
        )
    since = columns.dates(column, ambiguous="day") - np.datetime64(0, "s")
    return since.dt.total_seconds().to_numpy()
