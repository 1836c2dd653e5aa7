"""Delimited text (comma, semicolon, tab, pipe) to a frame of strings, with what had to be repaired."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from nikti.core import limits
from nikti.core.cell_format import Reading
from nikti.core.data import Note
from nikti.core.errors import DataError
from nikti.core.words import Words
from nikti.readers import _fast, _frame, _table_layout, _unpacked

if TYPE_CHECKING:
    import pandas as pd

DELIMITERS = ",;\t|"
NO_DELIMITER = "\x1f"  # the unit separator, which no text holds
SAMPLE_ROWS = 100  # rows looked at to find the delimiter and whether there is a header
SAMPLE_CHARS = 200_000
BLANKS = " "  # runs of them, between columns of numbers that stand below each other
WHOLE_ROWS = 0.9  # share of the rows between blanks that must be as wide as the first
GAPS = "  "  # two blanks and more, between columns of any cells
LEAST_VALUES = 0.5  # of the fields between blanks are numbers or dates, or it is no table
REGULAR = 0.8  # share of rows as wide as the first, from which a .txt file is a table
FIELD_LIMIT = 2**27  # characters in one cell; beyond it a quote was never closed
BAD_UTF8_SHARE = 0.01  # of the non-ASCII characters: fewer broken ones are damage, more another encoding

_GAP = re.compile(r"[ \t]{2,}")
#: The first line of some files: sep=; with or without quotation marks.
_SEP_LINE = re.compile(r'"?sep=(\\t|[^\r\n"])"?[ \t,;|]*\r?\n', re.IGNORECASE)

DAMAGED = Words(
    en="{count} damaged UTF-8 characters in {file} were replaced by \ufffd.",
    bn="{file} ফাইলের {count}টি নষ্ট অক্ষর বদলে দেওয়া হয়েছে।",
)
OTHER_ENCODING = Words(
    en="{file} is not UTF-8; it was read as {encoding}. If letters look wrong, save it as UTF-8.",
    bn="লেখা UTF-8 নয়; {encoding} ধরে পড়া হয়েছে। অক্ষর ভুল দেখালে ফাইলটি UTF-8 করে রাখুন।",
)

IN_QUOTES = Words(
    en="Each line of {file} stands in quotation marks as a whole; they were left out.",
    bn="{file} ফাইলের প্রতিটি লাইন পুরোটাই উদ্ধৃতিচিহ্নের ভেতরে; চিহ্নগুলো বাদ দেওয়া হয়েছে।",
)
EMPTY = Words(
    en="{file} is empty. A table needs a line of column names and rows.",
    bn="{file} খালি। টেবিলে কলামের নামের একটি লাইন আর সারি লাগে।",
)
NO_TEXT = Words(
    en="{file} is not a text file (it holds zero bytes).",
    bn="{file} লেখার ফাইল নয় (এতে শূন্য মানের বাইট আছে)।",
)
NOT_DELIMITED = Words(
    en="line {line} cannot be read as delimited text: {reason}",
    bn="{line} নম্বর লাইন টেবিলের সারি হিসেবে পড়া যাচ্ছে না: {reason}",
)
TOLD = Words(
    en="The first line of {file} says that its cells are separated by {delimiter!r}.",
    bn="{file} ফাইলের প্রথম লাইনে বলা আছে, ঘরগুলো {delimiter} দিয়ে আলাদা করা।",
)


@dataclass(frozen=True)
class Table:
    """A table as read: strings from text formats, typed columns from the others.

    delimiter: what separated its cells, "" where nothing did; header: whether the names stood in it."""

    frame: pd.DataFrame
    notes: tuple[Note, ...] = ()
    delimiter: str = ""
    header: bool = True


def read_bytes(path: Path) -> bytes:
    """A file's bytes, unpacked where it is gzipped. Raises DataError if empty or not readable."""
    content = _unpacked.content(path)
    if path.suffix.lower() == ".gz":
        content = _unpacked.gunzip(content, path.name)
    if not content or content.isspace():
        raise DataError(EMPTY.format(file=path.name))
    return content


def decode(content: bytes, name: str) -> tuple[str, list[Note]]:
    """Text of unknown encoding: UTF-8, UTF-16 (with or without its mark), else Windows-1252/Latin-1.

    Raises DataError for bytes that are no text at all.
    """
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", errors="replace").removeprefix("\ufeff"), []
    if b"\0" in content[:1000]:
        first, second = 0 in content[:1000:2], 0 in content[1:1000:2]  # bytes of a UTF-16 letter
        if first and second:
            raise DataError(NO_TEXT.format(file=name))
        return content.decode("utf-16-le" if second else "utf-16-be", errors="replace"), []
    text = content.decode("utf-8-sig", errors="replace")
    broken = text.count("\ufffd") - content.count("\ufffd".encode())
    if broken <= 0:
        return text, []
    beyond_ascii = sum(char > "\x7f" for char in text)
    if broken <= BAD_UTF8_SHARE * beyond_ascii:
        return text, [Note.of("warning", "damaged_characters", DAMAGED, {"count": broken, "file": name})]
    try:
        encoding, text = "Windows-1252", content.decode("cp1252")
    except UnicodeDecodeError:
        encoding, text = "Latin-1", content.decode("latin-1")
    values = {"file": name, "encoding": encoding}
    return text, [Note.of("warning", "encoding_fallback", OTHER_ENCODING, values)]


def parse(text: str, name: str, prefer: str = "", known: Reading | None = None) -> Table:
    """A frame of strings, a column per field; unnamed columns are "".

    prefer: the delimiter the file's name promises; known: how the table of training was read. See
    `nikti.readers._frame` for what is left out and repaired. Raises DataError where there are no rows, or
    where they do not fit the names.
    """
    import pandas as pd

    text, told = _told_delimiter(text.lstrip("\ufeff"))
    delimiter = told or sniff_delimiter(text, prefer)
    notes = [Note.of("info", "told_delimiter", TOLD, {"file": name, "delimiter": told})] if told else []
    if delimiter == NO_DELIMITER and (inner := _in_quotes(text)) is not None:
        text, delimiter = inner, sniff_delimiter(inner, prefer)
        notes.append(Note.of("info", "lines_in_quotes", IN_QUOTES, {"file": name}))
    _weigh(text, delimiter, name)
    if len(text) >= _fast.FROM and (regular := _regular(text, delimiter, known)) is not None:
        return Table(regular, tuple(notes), delimiter)
    rows = _records(text, delimiter)
    if not rows:
        raise DataError(EMPTY.format(file=name))
    found = _frame.framed(rows, name, blanks=delimiter in (BLANKS, GAPS), known=known)
    frame = pd.DataFrame(found.rows, columns=pd.Index(found.names, dtype=object), dtype="str")
    return Table(frame, (*notes, *found.notes), delimiter, found.header)


def _weigh(text: str, delimiter: str, name: str) -> None:
    """Raise DataError for more rows, columns or cells than the limits allow, counted before any is made."""
    lines = text.count("\n") + 1
    if delimiter in (BLANKS, GAPS):
        limits.check(name, rows=lines)
        return
    columns = text[: text.find("\n")].count(delimiter) + 1
    limits.check(name, rows=lines, columns=columns, cells=text.count(delimiter) + lines)


def _regular(text: str, delimiter: str, known: Reading | None) -> pd.DataFrame | None:
    """The table where it needs no repair, None where it may."""
    if delimiter in (BLANKS, GAPS):
        return None
    head = _records(text[: text.rfind("\n", 0, SAMPLE_CHARS) + 1], delimiter)
    fields = [row for _, row in head[:SAMPLE_ROWS]]
    plain = len(fields) > 1 and len({len(row) for row in fields}) == 1
    if not plain or _table_layout.layout(fields, known) != _table_layout.Layout():
        return None
    names = [cell.strip() for cell in fields[0]]
    return _fast.read(text, delimiter, names, head[1][0] - 1) if all(names[1:]) else None


def _in_quotes(text: str) -> str | None:
    """The text without the quotation marks that each whole line of a table stands in; None if none does."""
    if not text.startswith('"'):
        return None
    rows = [fields for _, fields in _records(text, NO_DELIMITER)]
    lines = [fields[0] for fields in rows]
    if text.count('\n"') < len(rows) - 1 or not all(map(str.strip, lines)):
        return None
    inner = "\n".join(lines)
    delimiter = sniff_delimiter(inner)
    cut = [fields for _, fields in _records(inner[:SAMPLE_CHARS], delimiter)[:SAMPLE_ROWS]]
    alike = delimiter != NO_DELIMITER and len({len(fields) for fields in cut}) == 1
    return inner if alike and _table_layout.layout(cut).header and _table_layout.measured(cut[1:]) else None


def _told_delimiter(text: str) -> tuple[str, str]:
    """(the text below, the delimiter) of a first line such as sep=; as spreadsheets write it."""
    match = _SEP_LINE.match(text)
    return (text, "") if match is None else (text[match.end() :], match[1].replace("\\t", "\t"))


def _records(text: str, delimiter: str) -> list[_frame.Row]:
    """[(line number, fields), ...] without blank lines, quotes honoured unless that breaks rows that
    are whole without (tab-separated text with stray quotation marks)."""
    if delimiter == BLANKS:
        text = "\n".join(line.strip().replace("\t", " ") for line in text.splitlines())
    if delimiter == GAPS:
        text, delimiter = (
            "\n".join(_GAP.sub(NO_DELIMITER, line.strip()) for line in text.splitlines()),
            NO_DELIMITER,
        )
    rows, unclosed = _scan(text, delimiter, csv.QUOTE_MINIMAL, blanks=delimiter == BLANKS)
    if '"' in text and delimiter != BLANKS and re.search(re.escape(delimiter) + ' +"', text):
        spaced, open_too = _scan(text, delimiter, csv.QUOTE_MINIMAL, blanks=True)
        better = _regular_rows(spaced) - _regular_rows(rows)
        if better > 0 or (better == 0 and _quotes_kept(rows)):  # as in: 40, "Dhaka, north"
            rows, unclosed = spaced, open_too
    if '"' in text and (unclosed or delimiter == "\t"):
        plain, _ = _scan(text, delimiter, csv.QUOTE_NONE)
        width = len(plain[0][1]) if plain else 0
        if len(plain) > len(rows) and all(len(fields) == width for _, fields in plain):
            return plain
    return rows


def _quotes_kept(rows: Sequence[_frame.Row]) -> bool:
    """Whether there is a column all of whose cells are quoted behind blanks."""
    cells = [fields for _, fields in rows[1 : SAMPLE_ROWS + 1]]
    width = min(map(len, cells), default=0)
    return any(all(re.fullmatch(r' +".*" *', row[k], re.DOTALL) for row in cells) for k in range(width))


def _regular_rows(rows: Sequence[_frame.Row]) -> float:
    """The share of the rows that are as wide as the first."""
    return sum(len(fields) == len(rows[0][1]) for _, fields in rows) / max(1, len(rows))


def _scan(
    text: str, delimiter: str, quoting: Literal[0, 3], *, blanks: bool = False
) -> tuple[list[_frame.Row], bool]:
    """The records, and whether the last one ends inside a quotation. blanks: whether blanks behind a
    delimiter belong to it."""
    limit = csv.field_size_limit(FIELD_LIMIT)
    try:
        lines = io.StringIO(text, newline="")
        reader = csv.reader(lines, delimiter=delimiter, quoting=quoting, skipinitialspace=blanks)
        rows: list[_frame.Row] = []
        line = 1
        for fields in reader:
            if any(fields) or len(fields) > 1:
                rows.append((line, fields))
            line = reader.line_num + 1
    except csv.Error as error:
        raise DataError(NOT_DELIMITED.format(line=line, reason=str(error))) from error
    finally:
        csv.field_size_limit(limit)
    last = len(rows) > 1 and len(rows[-1][1]) < len(rows[0][1]) and "\n" in rows[-1][1][-1]
    return rows, last


def sniff_delimiter(text: str, prefer: str = "") -> str:
    """The delimiter that cuts the first rows into the same number (>= 2) of fields most often; `BLANKS` or
    `GAPS` where columns stand below each other; `NO_DELIMITER` for a single column."""
    if _aligned(text):
        return BLANKS
    best, found = 0.0, NO_DELIMITER
    for delimiter in prefer + DELIMITERS.replace(prefer, ""):
        sample = io.StringIO(text[:SAMPLE_CHARS], newline="")
        try:
            reader = csv.reader(sample, delimiter=delimiter)
            rows = [fields for fields, _ in zip(reader, range(SAMPLE_ROWS), strict=False) if any(fields)]
        except csv.Error:
            continue
        if len(text) > SAMPLE_CHARS and len(rows) > 1:
            rows.pop()  # the last may be cut short
        above = _table_layout.layout(rows).above if rows and len(rows[0]) < 2 else 0
        widths = [len(fields) for fields in rows[above:]]
        if not widths or widths[0] < 2:
            continue
        width, often = Counter(widths).most_common(1)[0]
        score = often / len(widths) if width > 1 else 0.0
        if score > best + 0.05:  # near ties go to the earlier one: comma, then semicolon ...
            best, found = score, delimiter
    return GAPS if found == NO_DELIMITER and _apart(text) else found


def _apart(text: str) -> bool:
    """Whether two blanks and more cut all of the first lines into the same number of fields, as no prose has
    them."""
    lines = _first_lines(text)
    widths = {len(_GAP.split(line.strip())) for line in lines}
    return len(lines) > 2 and len(widths) == 1 and max(widths) > 1


def _first_lines(text: str) -> list[str]:
    lines = [line for line in text[:SAMPLE_CHARS].splitlines()[:SAMPLE_ROWS] if line.strip()]
    return lines[:-1] if len(text) > SAMPLE_CHARS and len(lines) > 1 else lines


def regular(text: str) -> bool:
    """Whether text is delimited at all, and not prose with commas in it."""
    delimiter = sniff_delimiter(text)
    if delimiter == NO_DELIMITER:
        return False
    rows = [fields for _, fields in _records(text[:SAMPLE_CHARS], delimiter)[:SAMPLE_ROWS]]
    widths = [len(fields) for fields in rows[_table_layout.layout(rows).above :]]
    return len(widths) > 1 and widths.count(widths[0]) >= REGULAR * len(widths)


def _aligned(text: str) -> bool:
    """Whether runs of blanks cut the first lines into the same number of fields, most of them numbers
    or dates, more than commas or semicolons make of them."""
    lines = _first_lines(text)
    cut = [line.split() for line in lines]
    if len(cut) < 2 or max(map(len, cut)) < 2:
        return False
    rows = [fields for _, fields in _records("\n".join(lines), BLANKS)]
    width = len(rows[0])
    if width < 2 or sum(len(row) == width for row in rows) < WHOLE_ROWS * len(rows):
        return False
    return _values(rows) > max(LEAST_VALUES, *(_values(_cut(lines, other)) for other in DELIMITERS))


def _cut(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    """Rows of several fields, quotes aside."""
    return [line.split(delimiter) for line in lines if delimiter in line]


def _values(rows: Sequence[list[str]]) -> float:
    """The share of the fields below the first row that hold a number or a date and no delimiter."""
    cells = [cell for row in rows[1:] for cell in row]
    good = sum(_table_layout.is_value(cell) and cell.strip(DELIMITERS) == cell for cell in cells)
    return good / max(1, len(cells))
