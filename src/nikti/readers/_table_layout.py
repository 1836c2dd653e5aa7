"""Where a table begins, from its first lines: what stands above it, which line holds the names of its
columns, and whether a second line of names or units follows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from nikti.core import columns, date_cells, number_cells
from nikti.core.cell_format import Reading

SAMPLE_ROWS = 100  # rows looked at to find out where the table begins
MOST_ABOVE = 30  # lines of titles and remarks above the names
NEARLY_ALL = 0.95
REMARKS = ("#", "%", "//")

#: Names that only number the columns.
_NUMBERED = re.compile(r"(x|v|c|q|f|col|column|var|field|feature|unnamed:?)?[ _]?\d+", re.IGNORECASE)
_BRACKETED = re.compile(r"[(\[].*[)\]]")


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


def filled(row: Sequence[str]) -> int:
    """Fields up to the last that holds something."""
    return max((place for place, cell in enumerate(row, 1) if cell.strip()), default=0)


def usual(widths: Sequence[int]) -> int:
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


def missing(cell: str) -> bool:
    """Whether a cell means that there is no value."""
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
    width = usual([filled(row) for row in rows])
    for place, row in enumerate(rows[:MOST_ABOVE]):
        below = rows[place + 1 :]
        if not below:
            break
        follows = next((k for k, one in enumerate(below) if not one[0].lstrip().startswith(REMARKS)), 0)
        named = _like_names(below[follows], below[follows + 1 :], width)
        remark = width > 1 and row[0].lstrip().startswith(REMARKS)
        if remark and (named or filled(row) < width - 1 or len(row) != width):
            continue
        narrow = width > 1 and filled(row) < width
        if not narrow or (not _title_above(rows, place, width) and len(row) >= width - 1):
            return place
    return 0


def _title_above(rows: Sequence[list[str]], place: int, width: int) -> bool:
    """Whether a narrow line stands above the names: they come below it, before any row, and numbers below
    them, unless there are so many columns that commas in a text do not explain them."""
    for other in range(place + 1, min(len(rows), MOST_ABOVE)):
        if filled(rows[other]) >= width and len(rows[other]) >= width:
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
    word = bool(first[place]) and not is_value(first[place]) and not missing(first[place])
    return word and holds_values(rest, place)


def _second(rows: Sequence[list[str]]) -> str:
    """What the line below the names is, see `Layout`: no row where its cells are words in all columns that
    hold numbers below it, in two of them at least or in brackets."""
    if len(rows) < 4:
        return ""
    names, line, below = rows[0], rows[1], rows[2:]
    numeric = [place for place in range(len(names)) if holds_values(below, place)]
    cells = [line[place].strip() for place in numeric if place < len(line)]
    words = [cell for cell in cells if not is_value(cell) and not missing(cell)]
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
    return any(holds_values(rows, column) for column in range(len(rows[0]) if rows else 0))


def holds_values(rows: Sequence[list[str]], place: int) -> bool:
    """Whether (nearly) all cells of a column that hold anything hold numbers or dates."""
    cells = [row[place] for row in rows if len(row) > place and not missing(row[place])]
    return len(cells) > 1 and sum(map(is_value, cells)) >= NEARLY_ALL * len(cells)
