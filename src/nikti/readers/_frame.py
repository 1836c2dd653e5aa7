"""The frame of a table: which of its lines hold the names, which the rows, and which neither.

Titles and remarks above the names, a second line of names or units, names that come again, delimiters at the
end of each row and rows cut short are what people's files have. A row whose cells cannot be put to their
columns for sure is dropped and said; where that are many, the table is refused.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nikti.core import columns, date_cells, number_cells
from nikti.core.cell_format import Reading
from nikti.core.data import Note
from nikti.core.errors import DataError
from nikti.core.words import Words

SAMPLE_ROWS = 100  # rows looked at to find out where the table begins
MOST_ABOVE = 30  # lines of titles and remarks above the names
NEARLY_ALL = 0.95
MOST_DROPPED = 0.1  # of the rows: where more do not fit their columns, the file is misunderstood
LISTED = 10  # line numbers named in a note
REMARKS = ("#", "%", "//")

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
TRAILING = Words(
    en="{count} rows of {file} have empty fields behind the last column; they were left out.",
    bn="{count}টি সারিতে শেষ কলামের পরে ফাঁকা ঘর ছিল; সেগুলো বাদ গেছে।",
)

#: Names that only number the columns.
_NUMBERED = re.compile(r"(x|v|c|q|f|col|column|var|field|feature|unnamed:?)?[ _]?\d+", re.IGNORECASE)
_BRACKETED = re.compile(r"[(\[].*[)\]]")

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


@dataclass(frozen=True)
class Layout:
    """above: lines before the table; header: whether it begins with names; second: "names" where a second
    line of them counts, "units" where one is left out, else ""."""

    above: int = 0
    header: bool = True
    second: str = ""


def layout(rows: Sequence[list[str]], known: Reading | None = None) -> Layout:
    """Where a table begins, from its first lines. known: how the table of training was read."""
    rows = rows[:SAMPLE_ROWS]
    above = _above(rows)
    rest = rows[above:]
    header = _has_names(rest, known)
    return Layout(above, header, _second(rest) if header else "")


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
        width = _usual([len(fields) for _, fields in body])
        names, more = _unnamed(width, name, known)
    notes += more
    if not body:
        raise DataError(f"{name} has a line of column names ({', '.join(names)}) and no rows below it.")
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


def _filled(row: Sequence[str]) -> int:
    """Fields up to the last that holds something."""
    return max((place for place, cell in enumerate(row, 1) if cell.strip()), default=0)


def _usual(widths: Sequence[int]) -> int:
    """The most frequent one; of two as frequent the larger."""
    often = Counter(widths[:SAMPLE_ROWS])
    return max(often, key=lambda width: (often[width], width), default=0)


def is_value(cell: str) -> bool:
    """Whether a cell holds a number, a date or a time."""
    cell = cell.strip()
    if not any(map(str.isdigit, cell)):
        return False
    try:
        float(cell)
        return True
    except ValueError:
        pass
    return (
        number_cells.split(cell) is not None
        or date_cells.looks_dated(cell)
        or bool(date_cells.clock_parts([cell]))
    )


def _missing(cell: str) -> bool:
    return cell.strip().lower() in columns.MISSING


def _like_names(row: Sequence[str], below: Sequence[list[str]], width: int) -> bool:
    """Whether a line reads like the names of the columns: words, all different, none a value below it."""
    cells = [cell.strip() for cell in row]
    there = [cell for cell in cells if cell]
    if len(there) < max(1, width - 1) or len(set(there)) < len(there) or any(map(is_value, there)):
        return False
    return not any(
        sum(len(other) > place and other[place].strip() == cell for other in below) > 1
        for place, cell in enumerate(cells)
        if cell
    )


def _above(rows: Sequence[list[str]]) -> int:
    """How many lines before the names or, where there are none, before the rows."""
    width = _usual([_filled(row) for row in rows])
    for place, row in enumerate(rows[:MOST_ABOVE]):
        below = rows[place + 1 :]
        if not below:
            break
        follows = next((k for k, one in enumerate(below) if not one[0].lstrip().startswith(REMARKS)), 0)
        named = _like_names(below[follows], below[follows + 1 :], width)
        remark = width > 1 and row[0].lstrip().startswith(REMARKS)
        if remark and (named or _filled(row) < width - 1 or len(row) != width):
            continue
        narrow = width > 1 and _filled(row) < width
        if not narrow or (not _title_above(rows, place, width) and len(row) >= width - 1):
            return place
    return 0


def _title_above(rows: Sequence[list[str]], place: int, width: int) -> bool:
    """Whether a narrow line stands above the names: they come below it, before any row, and numbers below
    them, unless there are so many columns that commas in a text do not explain them."""
    for other in range(place + 1, min(len(rows), MOST_ABOVE)):
        if _filled(rows[other]) >= width and len(rows[other]) >= width:
            below = rows[other + 1 :]
            return (width > 2 or measured(below)) and _like_names(rows[other], below, width)
    return False


def _has_names(rows: Sequence[list[str]], known: Reading | None) -> bool:
    if not rows:
        return True
    first = {cell.strip().casefold() for cell in rows[0]}
    if known is not None:
        names = {name.casefold() for name in known.columns}
        if first & names:
            return True
        if not known.header:
            return False
    return not headless(rows)


def headless(rows: Sequence[list[str]]) -> bool:
    """Whether the first row is data: all its cells are numbers or dates (not a run such as 0, 1, 2 ..., which
    numbers the columns), or one of them comes back in its own column again and again, and none is a word
    above numbers."""
    first, rest = [cell.strip().translate(columns.ASCII_DIGITS) for cell in rows[0]], rows[1:]
    if len(first) > 1 and all(map(is_value, first)):
        counted = [str(i) for i in range(len(first) + 1)]
        return len(first) < 3 or first not in (counted[:-1], counted[1:])
    for place, cell in enumerate(first):
        again = sum(len(row) > place and row[place].strip() == cell for row in rest)
        if cell and again >= max(2, len(rest) // 20) and list(rest).count(list(rows[0])) < again:
            return not any(_titled(first, rest, column) for column in range(len(first)))
    return False


def _titled(first: Sequence[str], rest: Sequence[list[str]], place: int) -> bool:
    """Whether a word stands above a column of numbers or dates."""
    word = bool(first[place]) and not is_value(first[place]) and not _missing(first[place])
    return word and _measured(rest, place)


def _second(rows: Sequence[list[str]]) -> str:
    """What the line below the names is, see `Layout`: no row where its cells are words in all columns that
    hold numbers below it, in two of them at least or in brackets."""
    if len(rows) < 4:
        return ""
    names, line, below = rows[0], rows[1], rows[2:]
    numeric = [place for place in range(len(names)) if _measured(below, place)]
    cells = [line[place].strip() for place in numeric if place < len(line)]
    words = [cell for cell in cells if not is_value(cell) and not _missing(cell)]
    if any(map(is_value, cells)) or not words or list(map(str.strip, line)) == list(map(str.strip, names)):
        return ""
    if len(words) < 2 and not all(map(_BRACKETED.fullmatch, words)):
        return ""
    tidy = [cell.strip() for cell in names]
    poor = len(set(tidy)) < len(tidy) or sum(map(bool, map(_NUMBERED.fullmatch, tidy))) >= len(tidy) / 2
    full = [cell.strip() for cell in line]
    good = len(full) == len(tidy) and all(full) and len(set(full)) == len(full)
    return "names" if (poor or "" in tidy) and good else "units"


def measured(rows: Sequence[list[str]]) -> bool:
    """Whether there is a column of numbers or dates."""
    return any(_measured(rows, column) for column in range(len(rows[0]) if rows else 0))


def _measured(rows: Sequence[list[str]], place: int) -> bool:
    """Whether (nearly) all cells of a column that hold anything hold numbers or dates."""
    cells = [row[place] for row in rows if len(row) > place and not _missing(row[place])]
    return len(cells) > 1 and sum(map(is_value, cells)) >= NEARLY_ALL * len(cells)


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
            raise DataError(
                f"{file} has {width} fields a row and no column names; the table of training had "
                f"{len(trained)}, with the answer. Give as many in that order, with the answer or without it."
            )
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
        place for place in range(width) if _measured([f for _, f in body[:1000] if len(f) == width], place)
    ]
    good: list[list[str]] = []
    trimmed, filled, bad = 0, [], []
    for line, row in body:
        fields = row
        if len(row) > width and _filled(row) <= width:
            trimmed, fields = trimmed + 1, row[:width]
        elif (
            len(row) < width
            and not blanks
            and all(is_value(row[k]) or _missing(row[k]) for k in numeric if k < len(row))
        ):
            fields = row + [""] * (width - len(row))
            filled.append(line)
        if len(fields) != width:
            bad.append(line)
        else:
            good.append(fields)
    if len(bad) > MOST_DROPPED * len(body) and len(bad) > 2 or len(bad) + len(filled) == len(body):
        _refuse(names, body, bad or filled, file)
    if trimmed:
        notes.append(Note.of("info", "empty_fields_behind", TRAILING, {"file": file, "count": trimmed}))
    if filled:
        notes.append(listing(filled, file, FILLED, "short_rows"))
    if bad:
        notes.append(listing(bad, file, ODD_FIELDS, "dropped_ragged_rows", fields=width))
    return names, good, notes


def _without_empty_end(names: list[str], body: list[Row]) -> list[str]:
    """The names without empty ones at the end that no row has anything below."""
    used = max(_filled(names), 1)
    beyond = sum(_filled(fields) > used for _, fields in body) if used < len(names) else 0
    return names[:used] if beyond == 0 else names


def _row_names(body: list[Row]) -> bool:
    """Whether the first field of each row is a name of its own, and the last one holds something."""
    first = [fields[0].strip() for _, fields in body]
    last = float(np.mean([not _missing(fields[-1]) for _, fields in body]))
    return all(first) and len(set(first)) == len(first) and last > 1 - NEARLY_ALL


def _refuse(names: list[str], body: list[Row], bad: list[int], file: str) -> None:
    odd = set(bad)
    line, fields = next(row for row in body if row[0] in odd)
    raise DataError(
        f"{file}: {len(bad)} of {len(body)} rows do not have the {len(names)} fields that the column names "
        f"have (line {line} has {len(fields)}), so it is not sure which column a cell is of. Is the "
        "first line the column names, and is text that holds the delimiter in quotes?"
    )


def listing(lines: list[int], file: str, why: Words, code: str, level: str = "warning", **more: Any) -> Note:
    """The note on some lines. why: a sentence that may name {count}, {file} and the lines {listed}."""
    listed = ", ".join(map(str, lines[:LISTED])) + (", ..." if len(lines) > LISTED else "")
    values = {"count": len(lines), "file": file, "lines": lines[:LISTED]}
    return Note.of(level, code, why, values, listed=listed, **more)
