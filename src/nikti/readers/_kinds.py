"""What the raw columns of a table are (numbers, categories, dates, texts, paths of pictures), and how their
cells are written. Which mark is the decimal one is settled for the whole table."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nikti.core import columns, date_cells, number_cells
from nikti.core.cell_format import PLAIN, CellFormat
from nikti.core.data import Note
from nikti.core.numerals import digits
from nikti.core.words import Words
from nikti.readers import _file_kinds

if TYPE_CHECKING:
    import pandas as pd

TEXT_WORDS = 4  # words a cell holds on average, from which strings are free text
MANY = 20  # different strings, from which they are no categories of a small table
MOSTLY = 0.95  # share of cells that must be readable as numbers (paths) for a column of numbers (paths)
DIGITS_SHARE = 0.5  # of the cells: so many that look like numbers and could not be read are said
#: Words that mean "no value" where the other cells are numbers, dates or times.
NO_VALUE = ("none", "missing", "not available", "no data", "unknown", "নেই", "অজানা", "জানা নেই", "তথ্য নেই")
SHOWN = 3  # examples in a note

NO_NUMBERS = Words(
    en="{count} cells of the column {column!r} are no numbers ({example!r}): missing.",
    bn="{column} কলামের {count}টি ঘরে সংখ্যা নেই (যেমন {example}); সেগুলো ফাঁকা ধরা হয়েছে।",
)
NO_DATES = Words(
    en="{count} cells of the column {column!r} are no dates as the others are ({example!r}): missing.",
    bn="{column} কলামের {count}টি ঘরে অন্যগুলোর মতো তারিখ নেই (যেমন {example}); সেগুলো ফাঁকা ধরা হয়েছে।",
)
NO_FILES = Words(
    en="The column {column!r} names pictures or sounds, but none is there, not {path}.",
    bn="{column} কলামে ছবি বা শব্দের ফাইলের নাম আছে, কিন্তু সেই ফাইলগুলো নেই (যেমন {path})।",
)
AMBIGUOUS = Words(
    en="No date in {column!r} tells day and month apart ({example}); read with the day first.",
    bn="{column} কলামের তারিখে দিন আর মাস আলাদা করা যায় না ({example}); আগে দিন ধরা হয়েছে।",
)
DATE_ORDER = Words(
    en="Dates in {column!r} were read with the {place} first ({example}).",
    bn="{column} কলামের তারিখে আগে {place} ধরা হয়েছে ({example})।",
)
WRITTEN = Words(
    en="Numbers in {listed} are written like {example} and were read as numbers ({read}).",
    bn="{listed} কলামের সংখ্যা {example} এভাবে লেখা; পড়া হয়েছে {read} হিসেবে।",
)
EITHER = Words(
    en="Numbers in {listed} could be read in two ways: {example} was read as {read}, not as {other}. "
    "If that is wrong, write them like 1234.5.",
    bn="{listed} কলামের সংখ্যা দুভাবে পড়া যায়: {example} পড়া হয়েছে {read} হিসেবে, {other} নয়। ভুল হলে ১২৩৪.৫ "
    "এভাবে লিখুন।",
)
SECONDS = Words(
    en="Times and durations in {listed} became numbers of seconds ({example} is {read}).",
    bn="{listed} কলামের সময় সেকেন্ডে নেওয়া হয়েছে ({example} মানে {read})।",
)
UNREAD_DIGITS = Words(
    en="{count} of {of} cells in {column!r} look like numbers, dates or times and could not be read as such "
    "({examples}); they are taken as words. Write numbers like 1234.5 in one unit, dates like 2024-03-31.",
    bn="{column} কলামের {of}টির মধ্যে {count}টি ঘর সংখ্যা, তারিখ বা সময়ের মতো, কিন্তু পড়া যায়নি ({examples}); "
    "সেগুলো শব্দ ধরা হয়েছে। সংখ্যা ১২৩৪.৫ আর তারিখ ২০২৪-০৩-৩১ এভাবে লিখুন।",
)
_FIRST = {"day": Words("day", "দিন"), "month": Words("month", "মাস")}
_THOUSANDS = re.compile(r"-?[1-9]\d{0,2}(\.\d{3})+")
_ANY_DIGIT = "[" + "".join(map(chr, number_cells.DIGITS)) + "0-9]"
#: Digits with marks between them, and beside them no more than a sign or a unit.
_NUMBERISH = re.compile(r"[^\w\s]{0,3}\s*\d[\d.,'\s/:–-]*[^\d]{0,12}")


@dataclass(frozen=True)
class Found:
    """What a column is.

    kind     of `nikti.core.columns`, "image", "sound" or "video" for paths of such files, "empty", or
             "nested" for lists and dictionaries
    form     how its cells are written
    rival    another form in which its numbers can be read as well, to other values
    example  a cell that shows the form
    """

    kind: str
    form: CellFormat = PLAIN
    notes: tuple[Note, ...] = ()
    rival: CellFormat | None = None
    example: str = ""


@dataclass(frozen=True)
class Kinds:
    """The columns of a table: {column: kind}, {column: form} of cells that are not plain, notes."""

    kinds: dict[str, str]
    forms: dict[str, CellFormat] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()


def infer_all(raw: pd.DataFrame, base: Path | None, delimiter: str = "") -> Kinds:
    """What each column of a table is. delimiter: what separated the cells, "" where nothing did."""
    found = {column: infer(raw[column], base) for column in raw.columns}
    if unsure := [column for column, one in found.items() if one.rival is not None]:
        decimal, sure = _decimal_mark(raw, found, delimiter)
        found |= {
            c: replace(infer(raw[c], base, decimal), rival=None if sure else _other(found[c], decimal))
            for c in unsure
        }
    notes = [note for one in found.values() for note in one.notes]
    forms = {column: one.form for column, one in found.items() if one.form != PLAIN}
    return Kinds({c: one.kind for c, one in found.items()}, forms, (*notes, *_written(found)))


def _other(found: Found, decimal: str) -> CellFormat | None:
    """The form that was not taken."""
    return found.rival if found.form.decimal == decimal else found.form


def _decimal_mark(raw: pd.DataFrame, found: dict[str, Found], delimiter: str) -> tuple[str, bool]:
    """The decimal mark of numbers that alone do not tell, and whether that is sure: by the table's other
    columns; by commas that separate the cells. Semicolons do so because the comma is a decimal mark."""
    others = [c for c, one in found.items() if one.rival is None and one.kind == columns.NUMERIC]
    comma = any(found[c].form.decimal == "," for c in others)
    point = any(found[c].form.decimal == "." and _fraction(raw[c]) for c in others)
    if comma != point:
        return "," if comma else ".", True
    return "," if delimiter == ";" else ".", delimiter == ","


def _fraction(column: pd.Series) -> bool:
    import pandas as pd

    written = pd.api.types.is_string_dtype(column.dtype)
    return written and bool(columns.strings(column).str.contains(".", regex=False).fillna(False).any())


def infer(column: pd.Series, base: Path | None, decimal: str | None = None) -> Found:
    """What a raw column is; decimal: the decimal mark of its numbers where it is known."""
    import pandas as pd

    if column.isna().all():
        return Found("empty")
    if column.dtype == object and column.dropna().map(lambda v: isinstance(v, (list, dict, bytes))).any():
        return Found("nested")
    if pd.api.types.is_timedelta64_dtype(column.dtype):
        return Found(columns.NUMERIC, CellFormat(clock=True), example=str(column.dropna().iloc[0]))
    if not (pd.api.types.is_string_dtype(column.dtype) or column.dtype == object):
        return Found(columns.kinds(column.to_frame())[str(column.name)])
    plain = columns.plain_numbers(column)
    if plain is not None and plain.notna().any() and decimal is None and not _in_thousands(column):
        return Found(columns.NUMERIC)
    cells = columns.without_markers(columns.strings(column)).dropna()
    often = cells.value_counts(sort=False)
    if not len(often):
        return Found("empty")
    return _strings(str(column.name), often.index.to_series(), often, base, decimal)


def _in_thousands(column: pd.Series) -> bool:
    """Whether all numbers with a point have three digits behind it, as thousands do where it is no decimal
    mark."""
    head = [cell.strip() for cell in column.iloc[:MANY].tolist() if isinstance(cell, str) and "." in cell]
    if not all(map(_THOUSANDS.fullmatch, head)):
        return False
    cells = columns.strings(column)
    pointed = cells[cells.str.contains(".", regex=False).fillna(False)]
    return len(pointed) > 0 and bool(pointed.str.fullmatch(_THOUSANDS.pattern).all())


def _strings(
    name: str, distinct: pd.Series, often: pd.Series, base: Path | None, decimal: str | None
) -> Found:
    """Of different strings and how often each is there."""
    total, many = int(often.sum()), int(often.sum()) >= MANY
    if len(distinct) <= MANY and columns.looks_boolean(distinct):
        return Found(columns.BOOLEAN)
    if not _with_digits(distinct, often):
        return _words(name, distinct, often, base)
    numeric = number_cells.detect(distinct.tolist(), often.to_numpy(), decimal)
    if _fits(numeric.fits, often, distinct):
        return _numeric(name, distinct, often, numeric)
    if (dated := _dated(name, distinct, often)) is not None:
        return dated
    clock = date_cells.read_clock(distinct.tolist())
    if _fits(~np.isnan(clock), often, distinct) and len(date_cells.clock_parts(distinct)) == 1:
        fits = ~np.isnan(clock)
        notes = _misfits(name, distinct, often, fits, NO_NUMBERS, "unreadable_numbers")
        return Found(columns.NUMERIC, CellFormat(clock=True), notes, example=distinct[fits].iloc[0])
    found = _words(name, distinct, often, base)
    looks = distinct.map(lambda cell: bool(_NUMBERISH.fullmatch(number_cells.tidy(cell)))).to_numpy()
    if many and len(distinct) > MANY and (count := int(often[looks].sum())) >= DIGITS_SHARE * total:
        return replace(found, notes=(*found.notes, _unread(name, distinct[looks], count, total)))
    return found


def _with_digits(distinct: pd.Series, often: pd.Series) -> bool:
    """Whether enough cells hold a digit for a column of numbers, dates or times."""
    digits = distinct.str.contains(_ANY_DIGIT).to_numpy(dtype=bool)
    return bool(often[digits].sum() >= DIGITS_SHARE * often[~distinct.str.lower().isin(NO_VALUE)].sum())


def _words(name: str, distinct: pd.Series, often: pd.Series, base: Path | None) -> Found:
    """Of cells that are no numbers, dates or times."""
    import pyarrow as pa
    from pyarrow import compute

    named, notes = _files(name, distinct, base)
    if named:
        return Found(named)
    gaps = compute.count_substring_regex(pa.array(distinct, type=pa.string(), from_pandas=True), r"\s+")
    words = 1.0 + float(compute.mean(gaps).as_py())
    total = int(often.sum())
    if words >= TEXT_WORDS and len(distinct) > min(MANY, total / 2):
        return Found(columns.TEXT, notes=notes)
    return Found(columns.CATEGORICAL, notes=notes)


def _fits(fits: np.ndarray, often: pd.Series, distinct: pd.Series) -> bool:
    """Whether all cells fit, or of many nearly all, words for "no value" aside."""
    said = distinct.str.lower().isin(NO_VALUE).to_numpy(dtype=bool)
    if fits.any() and said.any():
        fits, often = fits[~said], often[~said]
    return bool(fits.all()) or (often.sum() >= MANY and often[fits].sum() >= MOSTLY * often.sum())


def _numeric(name: str, distinct: pd.Series, often: pd.Series, found: number_cells.Detected) -> Found:
    notes = _misfits(name, distinct, often, found.fits, NO_NUMBERS, "unreadable_numbers")
    telling = distinct[found.fits]
    marked = telling[telling.map(lambda cell: not number_cells.tidy(cell).isdigit())]
    example = (marked if len(marked) else telling).iloc[0]
    return Found(columns.NUMERIC, found.format, notes, found.rival, example)


def _misfits(
    name: str, distinct: pd.Series, often: pd.Series, fits: np.ndarray, words: Words, code: str
) -> tuple[Note, ...]:
    if fits.all():
        return ()
    values = {"column": name, "count": int(often[~fits].sum()), "example": distinct[~fits].iloc[0]}
    return (Note.of("warning", code, words, values),)


def _dated(name: str, distinct: pd.Series, often: pd.Series) -> Found | None:
    """None where the cells are no dates. The note on those that are none counts those with day and month the
    other way round."""
    if not _fits(date_cells.look_dated(distinct.tolist()), often, distinct):
        return None
    order = date_cells.order(distinct)
    first = {"year": "", "unknown": "day"}.get(order, order)
    fits = ~np.isnat(date_cells.read(distinct.tolist(), first))
    notes = _misfits(name, distinct, often, fits, NO_DATES, "unreadable_dates")
    if first:
        values = {"column": name, "example": distinct.iloc[0]}
        if order == "unknown":
            notes = (*notes, Note.of("warning", "ambiguous_dates", AMBIGUOUS, values))
        else:
            said = Note.of("info", "date_order", DATE_ORDER, values | {"first": first}, place=_FIRST[first])
            notes = (*notes, said)
    return Found(columns.DATETIME, CellFormat(first=first), notes)


def _files(name: str, distinct: pd.Series, base: Path | None) -> tuple[str, tuple[Note, ...]]:
    """The kind of files that the cells are paths of, "" where they are none, and a note where they only could
    be."""
    parts = (distinct.head(MANY), distinct)
    for kind in () if base is None else _file_kinds.KINDS:
        if any(share(part, partial(_names_one, kind)) < MOSTLY for part in parts):
            continue
        path = base / distinct.iloc[0]
        if any((base / cell).is_file() for cell in distinct):
            return kind.modality, ()
        values = {"column": name, "example": distinct.iloc[0]}
        return "", (Note.of("warning", "image_files_missing", NO_FILES, values, path=path),)
    return "", ()


def _names_one(kind: _file_kinds.FileKind, cell: str) -> bool:
    return "." in cell and kind.known(Path(cell))


def _unread(name: str, looks: pd.Series, count: int, total: int) -> Note:
    examples = looks.iloc[:: max(1, len(looks) // SHOWN)].head(SHOWN).tolist()
    values = {"column": name, "count": count, "of": total, "examples": ", ".join(examples)}
    return Note.of("warning", "unread_digits", UNREAD_DIGITS, values)


def _written(found: dict[str, Found]) -> list[Note]:
    """A note for each form of numbers that is not plain, with the columns that are written so, and a warning
    where another could be meant."""
    alike: dict[tuple[CellFormat, CellFormat | None], list[str]] = {}
    for column, one in found.items():
        doubted = one.rival is not None and (one.form.decimal, one.form.thousands) != (".", "")
        if one.kind == columns.NUMERIC and (one.form != PLAIN or doubted):
            alike.setdefault((one.form, one.rival if doubted else None), []).append(column)
    return [_how(form, rival, names, found[names[0]].example) for (form, rival), names in alike.items()]


def _how(form: CellFormat, rival: CellFormat | None, names: Sequence[str], example: str) -> Note:
    more: dict[str, Any] = {"listed": ", ".join(map(repr, names[:5])) + (", ..." if len(names) > 5 else "")}
    value = _value(example, form)
    values = {"columns": list(names), "example": example, "value": value}
    more["read"] = _figure(value)
    if form.clock:
        return Note.of("info", "times_as_seconds", SECONDS, values, **more)
    if rival is not None:
        more["other"] = _figure(_value(example, rival))
        return Note.of("warning", "ambiguous_numbers", EITHER, values, **more)
    return Note.of("info", "number_format", WRITTEN, values | {"unit": form.unit}, **more)


def _figure(value: float) -> Words:
    return Words(en=f"{value:.12g}", bn=digits(f"{value:.12g}", "bn"))


def _value(example: str, form: CellFormat) -> float:
    cells = [example]
    return float((date_cells.read_clock(cells) if form.clock else number_cells.read(cells, form))[0])


def numbers(column: pd.Series) -> pd.Series:
    """float64: a column as numbers, however they are written; NaN where a cell is none."""
    found = infer(column, None)
    return columns.numbers(column, found.form if found.kind == columns.NUMERIC else PLAIN)


def share(cells: pd.Series, holds: Callable[[str], bool]) -> float:
    """The share of the cells for which it holds."""
    return float(cells.map(holds).mean())
