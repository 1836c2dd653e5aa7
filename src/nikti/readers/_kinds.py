"""What a raw column of a table is: numbers, categories, dates, texts, paths of pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from nikti.core import columns
from nikti.core.data import Note
from nikti.core.images import ENDINGS
from nikti.core.words import Words

if TYPE_CHECKING:
    import pandas as pd

TEXT_WORDS = 4  # words a cell holds on average, from which strings are free text
MANY = 20  # different strings, from which they are no categories of a small table
MOSTLY = 0.95  # share of cells that must be readable as numbers (paths) for a column of numbers (paths)

NO_NUMBERS = Words(
    en="{count} cells of the column {column!r} are no numbers ({example!r}): missing.",
    bn="{column} কলামের {count}টি ঘরে সংখ্যা নেই (যেমন {example}); সেগুলো ফাঁকা ধরা হয়েছে।",
)
NO_PICTURES = Words(
    en="The column {column!r} names pictures, but none is there, not {path}.",
    bn="{column} কলামে ছবির নাম আছে, কিন্তু সেই ছবিগুলো নেই (যেমন {path})।",
)
AMBIGUOUS = Words(
    en="No date in {column!r} tells day and month apart ({example}); read with the day first.",
    bn="{column} কলামের তারিখে দিন আর মাস আলাদা করা যায় না ({example}); আগে দিন ধরা হয়েছে।",
)
DATE_ORDER = Words(
    en="Dates in {column!r} were read with the {place} first ({example}).",
    bn="{column} কলামের তারিখে আগে {place} ধরা হয়েছে ({example})।",
)
_FIRST = {"day": Words("day", "দিন"), "month": Words("month", "মাস")}


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
        values = {"column": column.name, "count": count, "example": bad}
        return "numeric", [Note.of("warning", "unreadable_numbers", NO_NUMBERS, values)]
    if columns.looks_boolean(distinct):
        return "boolean", []
    if columns.looks_dated(distinct):
        return "datetime", _date_note(column.name, distinct)
    notes = []
    if base is not None and share(distinct, lambda c: Path(c).suffix.lower() in ENDINGS) >= MOSTLY:
        if any((base / cell).is_file() for cell in distinct):
            return "image", []
        values = {"column": column.name, "example": cells.iloc[0]}
        path = base / cells.iloc[0]
        notes = [Note.of("warning", "image_files_missing", NO_PICTURES, values, path=path)]
    words = float(distinct.str.split().str.len().mean())
    if words >= TEXT_WORDS and len(distinct) > min(MANY, len(cells) / 2):
        return "text", notes
    return "categorical", notes


def share(cells: pd.Series, holds: Callable[[str], bool]) -> float:
    """The share of the cells for which it holds."""
    return float(cells.map(holds).mean())


def _date_note(name: str, distinct: pd.Series) -> list[Note]:
    first = columns.order(cell.translate(columns.ASCII_DIGITS) for cell in distinct)
    if first == "year":
        return []
    values = {"column": name, "example": distinct.iloc[0]}
    if first == "unknown":
        return [Note.of("warning", "ambiguous_dates", AMBIGUOUS, values)]
    return [Note.of("info", "date_order", DATE_ORDER, values | {"first": first}, place=_FIRST[first])]
