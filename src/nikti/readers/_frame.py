"""The frame of a table: which of its lines hold the names, which the rows, and which neither.

Titles and remarks above the names, a second line of names or units, names that come again, delimiters at the
end of each row and rows cut short are what people's files have. A row whose cells cannot be put to their
columns for sure is dropped and said; where that are many, the table is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nikti.core.cell_format import Reading
from nikti.core.data import Note
from nikti.core.errors import DataError
from nikti.core.words import Words
from nikti.readers._table_layout import (
    NEARLY_ALL,
    REMARKS,
    SAMPLE_ROWS,
    filled,
    holds_values,
    is_value,
    layout,
    missing,
    usual,
)

MOST_DROPPED = 0.1  # of the rows: where more do not fit their columns, the file is misunderstood
LISTED = 10  # line numbers named in a note

NO_HEADER = Words(
    en="{file} has no line of column names; they are called {first} to {last}.",
    bn="{file} ফাইলে কলামের নাম নেই; {columns}টি কলামের নাম নিজে থেকে দেওয়া হয়েছে।",
)
ABOVE = Words(
    en="The first {count} lines of {file} are no part of the table ({example!r}); they were left out.",
    bn="{file} ফাইলের প্রথম {count}টি লাইন টেবিলের অংশ নয় ({example}); সেগুলো বাদ গেছে।",
)
TWO_LINES = Words(
    en="{file} has two lines of column names; those of the second are used ({example!r}, not {instead!r}).",
    bn="{file} ফাইলে কলামের নামের লাইন দুটি; দ্বিতীয়টি নেওয়া হয়েছে ({example})।",
)
UNITS = Words(
    en="The line below the column names of {file} holds units or descriptions ({example!r}), no row; it was "
    "left out.",
    bn="{file} ফাইলে কলামের নামের নিচের লাইনে একক বা বর্ণনা আছে ({example}), কোনো সারি নয়; সেটি বাদ গেছে।",
)
AGAIN = Words(
    en="{count} rows of {file} repeat the column names and were dropped (line {listed}).",
    bn="{count}টি সারিতে কলামের নামই আবার লেখা, তাই বাদ গেছে।",
)
REMARKED = Words(
    en="{count} lines of {file} are remarks and were left out (line {listed}).",
    bn="{count}টি লাইন মন্তব্য, তাই বাদ গেছে।",
)
ODD_FIELDS = Words(
    en="{count} rows of {file} cannot be put into its {fields} columns and were dropped (line {listed}).",
    bn="{count}টি সারিতে ঘরের সংখ্যা ঠিক নেই, তাই বাদ গেছে।",
)
FILLED = Words(
    en="{count} rows of {file} end before the last column (line {listed}); what they lack counts as missing.",
    bn="{count}টি সারি শেষ কলামের আগেই শেষ; বাকি ঘরগুলো ফাঁকা ধরা হয়েছে।",
)
NO_ROWS = Words(
    en="{file} has a line of column names ({names}) and no rows below it.",
    bn="{file} ফাইলে কলামের নামের লাইন আছে ({names}), কিন্তু তার নিচে কোনো সারি নেই।",
)
OTHER_WIDTH = Words(
    en="{file} has {width} fields a row and no column names; the table of training had {trained}, with the "
    "answer. Give as many in that order, with the answer or without it.",
    bn="{file} ফাইলে কলামের নাম নেই, সারিপ্রতি ঘর {width}টি; শেখার টেবিলে ছিল উত্তরসহ {trained}টি। উত্তরসহ বা উত্তর "
    "ছাড়া, একই ক্রমে ততগুলোই দিন।",
)
NO_FIT = Words(
    en="{file}: {bad} of {rows} rows do not have the {names} fields that the column names have (line {line} "
    "has {fields}), so it is not sure which column a cell is of. Is the first line the column names, and is "
    "text that holds the delimiter in quotes?",
    bn="{file}: {rows}টি সারির {bad}টিতে কলামের নামের মতো {names}টি ঘর নেই ({line} নম্বর লাইনে আছে {fields}টি), "
    "তাই কোন ঘর কোন কলামের তা নিশ্চিত নয়। প্রথম লাইনে কি কলামের নাম আছে, আর যে লেখায় বিভাজক চিহ্ন আছে তা কি "
    "উদ্ধৃতিচিহ্নের ভেতরে?",
)
TRAILING = Words(
    en="{count} rows of {file} have empty fields behind the last column; they were left out.",
    bn="{count}টি সারিতে শেষ কলামের পরে ফাঁকা ঘর ছিল; সেগুলো বাদ গেছে।",
)

#: A line number and the fields of that line.
Row = tuple[int, list[str]]


@dataclass(frozen=True)
class Framed:
    """names: of the columns, "" where there is none; rows: their fields, as many each; header: whether the
    names stood in the table."""

    names: list[str]
    rows: list[list[str]]
    notes: tuple[Note, ...]
    header: bool


def framed(rows: Sequence[Row], name: str, *, blanks: bool = False, known: Reading | None = None) -> Framed:
    """Names and rows of a table. blanks: whether runs of blanks separate the cells, so that an empty cell
    leaves no trace. Raises DataError where there are no rows, or where they do not fit the names."""
    found = layout([fields for _, fields in rows[:SAMPLE_ROWS]], known)
    notes = []
    if found.above:
        notes.append(_above_note([fields for _, fields in rows[:1]], found.above, name))
    body = list(rows[found.above :])
    if found.header:
        names, body, more = _named(body, name, found.second)
    else:
        width = usual([len(fields) for _, fields in body])
        names, more = _unnamed(width, name, known)
    notes += more
    if not body:
        raise DataError(NO_ROWS.format(file=name, names=", ".join(names)))
    names, fitting, more = _fitted(names, body, name, blanks)
    return Framed(names, fitting, (*notes, *more), found.header)


def skipped(rows: Sequence[list[str]], file: str) -> tuple[list[int], list[Note]]:
    """(places of the lines that are no part of a table, notes), for formats whose lines are cells already."""
    found = layout(rows)
    lines, notes = list(range(found.above)), []
    if found.above:
        notes.append(_above_note(rows, found.above, file))
    if found.second:
        body = [(place, row) for place, row in enumerate(rows[found.above :])]
        notes += _named(body, file, found.second)[2]
        lines.append(found.above + (found.second == "units"))
    return lines, notes


def _above_note(rows: Sequence[list[str]], count: int, file: str) -> Note:
    values = {"file": file, "count": count, "example": " ".join(rows[0]).strip()}
    return Note.of("info", "lines_above_table", ABOVE, values)


def _named(body: list[Row], file: str, second: str) -> tuple[list[str], list[Row], list[Note]]:
    """(names, rows below them, notes)."""
    lines = [[cell.strip() for cell in fields] for _, fields in body[: 2 if second else 1]]
    names, notes = lines[0], []
    if second:
        units = next(cell for cell in lines[1] if cell)
        notes.append(Note.of("info", "second_line", UNITS, {"file": file, "example": units}))
    if second == "names":
        differs = max(range(len(names)), key=lambda k: bool(names[k]) and names[k] != lines[1][k])
        values = {"file": file, "example": lines[1][differs], "instead": names[differs]}
        names, notes = lines[1], [Note.of("warning", "second_line", TWO_LINES, values)]
    rows = body[len(lines) :]
    again = [
        line
        for line, fields in rows
        if fields[0].strip() == names[0] and [c.strip() for c in fields] in lines
    ]
    if again:
        repeated = set(again)
        rows = [row for row in rows if row[0] not in repeated]
        notes.append(listing(again, file, AGAIN, "repeated_names"))
    return names, rows, notes


def _unnamed(width: int, file: str, known: Reading | None) -> tuple[list[str], list[Note]]:
    """Names for the columns of a table that has none: those that it was given in training.

    Raises DataError where there are other columns than there were."""
    names = [f"column_{i + 1}" for i in range(width)]
    if known is not None and not known.header:
        trained = list(known.columns)
        without = [name for name in trained if name != known.target]
        if width not in (len(trained), len(without)):
            raise DataError(OTHER_WIDTH.format(file=file, width=width, trained=len(trained)))
        names = trained if width == len(trained) else without
    values = {"file": file, "columns": len(names)}
    return names, [Note.of("info", "no_header", NO_HEADER, values, first=names[0], last=names[-1])]


def _fitted(
    names: list[str], body: list[Row], file: str, blanks: bool
) -> tuple[list[str], list[list[str]], list[Note]]:
    """(names, rows of as many fields, notes)."""
    names = _without_empty_end(names, body)
    width = len(names)
    if all(len(fields) == width for _, fields in body):
        return names, [fields for _, fields in body], []
    if all(len(fields) == width + 1 for _, fields in body) and _row_names(body):
        return ["", *names], [fields for _, fields in body], []  # written by R
    remarks = [line for line, row in body if row[0].lstrip().startswith(REMARKS) and len(row) != width]
    body = [row for row in body if row[0] not in set(remarks)]
    notes = [listing(remarks, file, REMARKED, "remarks", "info")] if remarks else []
    numeric = [
        place for place in range(width) if holds_values([f for _, f in body[:1000] if len(f) == width], place)
    ]
    good: list[list[str]] = []
    trimmed, short, bad = 0, [], []
    for line, row in body:
        fields = row
        if len(row) > width and filled(row) <= width:
            trimmed, fields = trimmed + 1, row[:width]
        elif (
            len(row) < width
            and not blanks
            and all(is_value(row[k]) or missing(row[k]) for k in numeric if k < len(row))
        ):
            fields = row + [""] * (width - len(row))
            short.append(line)
        if len(fields) != width:
            bad.append(line)
        else:
            good.append(fields)
    if len(bad) > MOST_DROPPED * len(body) and len(bad) > 2 or len(bad) + len(short) == len(body):
        _refuse(names, body, bad or short, file)
    if trimmed:
        notes.append(Note.of("info", "empty_fields_behind", TRAILING, {"file": file, "count": trimmed}))
    if short:
        notes.append(listing(short, file, FILLED, "short_rows"))
    if bad:
        notes.append(listing(bad, file, ODD_FIELDS, "dropped_ragged_rows", fields=width))
    return names, good, notes


def _without_empty_end(names: list[str], body: list[Row]) -> list[str]:
    """The names without empty ones at the end that no row has anything below."""
    used = max(filled(names), 1)
    beyond = sum(filled(fields) > used for _, fields in body) if used < len(names) else 0
    return names[:used] if beyond == 0 else names


def _row_names(body: list[Row]) -> bool:
    """Whether the first field of each row is a name of its own, and the last one holds something."""
    first = [fields[0].strip() for _, fields in body]
    last = float(np.mean([not missing(fields[-1]) for _, fields in body]))
    return all(first) and len(set(first)) == len(first) and last > 1 - NEARLY_ALL


def _refuse(names: list[str], body: list[Row], bad: list[int], file: str) -> None:
    odd = set(bad)
    line, fields = next(row for row in body if row[0] in odd)
    counts = {"bad": len(bad), "rows": len(body), "names": len(names), "fields": len(fields)}
    raise DataError(NO_FIT.format(file=file, line=line, **counts))


def listing(lines: list[int], file: str, why: Words, code: str, level: str = "warning", **more: Any) -> Note:
    """The note on some lines. why: a sentence that may name {count}, {file} and the lines {listed}."""
    listed = ", ".join(map(str, lines[:LISTED])) + (", ..." if len(lines) > LISTED else "")
    values = {"count": len(lines), "file": file, "lines": lines[:LISTED]}
    return Note.of(level, code, why, values, listed=listed, **more)
