"""Delimited text (comma, semicolon, tab, pipe) to a frame of strings, with what had to be repaired."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from nikti.core import limits
from nikti.core.columns import ASCII_DIGITS
from nikti.core.data import Note
from nikti.core.errors import DataError
from nikti.core.words import Words
from nikti.readers import _unpacked

if TYPE_CHECKING:
    import pandas as pd

DELIMITERS = ",;\t|"
NO_DELIMITER = "\x1f"  # the unit separator, which no text holds
SAMPLE_ROWS = 100  # rows looked at to find the delimiter and whether there is a header
SAMPLE_CHARS = 200_000
REGULAR = 0.8  # share of rows as wide as the first, from which a .txt file is a table
FIELD_LIMIT = 2**27  # characters in one cell; beyond it a quote was never closed
BAD_UTF8_SHARE = 0.01  # of the non-ASCII characters: fewer broken ones are damage, more another encoding
LISTED = 10  # line numbers named in a note

_NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
_DECIMAL_COMMA = re.compile(r"[+-]?\d+(,\d+)?([eE][+-]?\d+)?")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?|" + _NUMBER)

DAMAGED = Words(
    en="{count} damaged UTF-8 characters in {file} were replaced by \ufffd.",
    bn="{file} ফাইলের {count}টি নষ্ট অক্ষর বদলে দেওয়া হয়েছে।",
)
OTHER_ENCODING = Words(
    en="{file} is not UTF-8; it was read as {encoding}. If letters look wrong, save it as UTF-8.",
    bn="লেখা UTF-8 নয়; {encoding} ধরে পড়া হয়েছে। অক্ষর ভুল দেখালে ফাইলটি UTF-8 করে রাখুন।",
)
NO_HEADER = Words(
    en="{file} has no line of column names; they are called {first} to {last}.",
    bn="{file} ফাইলে কলামের নাম নেই; {columns}টি কলামের নাম নিজে থেকে দেওয়া হয়েছে।",
)
ODD_FIELDS = Words(
    en="{count} rows of {file} do not have {fields} fields and were dropped (line {listed}).",
    bn="{count}টি সারিতে ঘরের সংখ্যা ঠিক নেই, তাই বাদ গেছে।",
)


def read_bytes(path: Path) -> bytes:
    """A file's bytes, unpacked where it is gzipped. Raises DataError if empty or not readable."""
    try:
        content = _unpacked.content(path)
    except OSError as error:
        raise DataError(f"{path.name} cannot be read: {error}") from error
    if path.suffix.lower() == ".gz":
        content = _unpacked.gunzip(content, path.name)
    if not content.strip():
        raise DataError(f"{path.name} is empty. A table needs a line of column names and rows.")
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
            raise DataError(f"{name} is not a text file (it holds zero bytes).")
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


def parse(text: str, name: str, prefer: str = "") -> tuple[pd.DataFrame, list[Note]]:
    """A frame of strings, a column per field; unnamed columns are "".

    Rows with too few or too many fields are dropped and noted with their line numbers. `prefer`: the
    delimiter the file's name promises. Raises DataError where there is a header and nothing else.
    """
    import pandas as pd

    delimiter = sniff_delimiter(text, prefer)
    rows = _records(text, delimiter, name)
    if not rows:
        raise DataError(f"{name} is empty. A table needs a line of column names and rows.")
    names, notes = list(map(str.strip, rows[0][1])), []
    body = rows[1:]
    if headless([fields for _, fields in rows[:SAMPLE_ROWS]]):
        names, body = [f"column_{i + 1}" for i in range(len(names))], rows
        values = {"file": name, "columns": len(names)}
        notes.append(Note.of("info", "no_header", NO_HEADER, values, first=names[0], last=names[-1]))
    if not body:
        raise DataError(f"{name} has a line of column names ({', '.join(names)}) and no rows below it.")
    if body and all(len(fields) == len(names) + 1 for _, fields in body):
        names = ["", *names]  # written by R: row names without a name of their own
    bad = [line for line, fields in body if len(fields) != len(names)]
    if len(bad) == len(body):
        raise DataError(
            f"{name}: the header has {len(names)} fields and no row has as many (line {bad[0]} has "
            f"{len(body[0][1])}). Is the delimiter {delimiter!r}, and is the first line the column names?"
        )
    if bad:
        notes.append(ragged(bad, name, ODD_FIELDS, fields=len(names)))
    good = [fields for _, fields in body if len(fields) == len(names)]
    frame = pd.DataFrame(good, columns=pd.Index(names, dtype=object), dtype="str")
    return _plain_numbers(frame, delimiter), notes


def ragged(lines: list[int], name: str, why: Words, **more: Any) -> Note:
    """The note for dropped lines. why: a sentence that may name {count}, {file} and the lines {listed}."""
    listed = ", ".join(map(str, lines[:LISTED])) + (", ..." if len(lines) > LISTED else "")
    values = {"count": len(lines), "file": name, "lines": lines[:LISTED]}
    return Note.of("warning", "dropped_ragged_rows", why, values, listed=listed, **more)


def _records(text: str, delimiter: str, name: str) -> list[tuple[int, list[str]]]:
    """[(line number, fields), ...] without blank lines, quotes honoured unless that breaks rows that
    are whole without (tab-separated text with stray quotation marks)."""
    rows, unclosed = _scan(text, delimiter, csv.QUOTE_MINIMAL, name)
    if '"' in text and (unclosed or delimiter == "\t"):
        plain, _ = _scan(text, delimiter, csv.QUOTE_NONE, name)
        width = len(plain[0][1]) if plain else 0
        if len(plain) > len(rows) and all(len(fields) == width for _, fields in plain):
            return plain
    return rows


def _scan(
    text: str, delimiter: str, quoting: Literal[0, 3], name: str
) -> tuple[list[tuple[int, list[str]]], bool]:
    """The records, and whether the last one ends inside a quotation."""
    limit = csv.field_size_limit(FIELD_LIMIT)
    most, widest, longest = limits.current().cells, limits.current().columns, limits.current().rows
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=quoting)
        rows, line, cells = [], 1, 0
        for fields in reader:
            if any(fields) or len(fields) > 1:
                rows.append((line, fields))
                cells += len(fields)
                if cells > most or len(fields) > widest or len(rows) > longest:
                    limits.check(name, more=True, cells=cells, columns=len(fields), rows=len(rows))
            line = reader.line_num + 1
    except csv.Error as error:
        raise DataError(f"line {line} cannot be read as delimited text: {error}") from error
    finally:
        csv.field_size_limit(limit)
    last = len(rows) > 1 and len(rows[-1][1]) < len(rows[0][1]) and "\n" in rows[-1][1][-1]
    return rows, last


def sniff_delimiter(text: str, prefer: str = "") -> str:
    """The delimiter that cuts the first rows into the same number (>= 2) of fields most often;
    `NO_DELIMITER` for a single column."""
    best, found = 0.0, NO_DELIMITER
    for delimiter in prefer + DELIMITERS.replace(prefer, ""):
        sample = io.StringIO(text[:SAMPLE_CHARS], newline="")
        try:
            reader = csv.reader(sample, delimiter=delimiter)
            widths = [len(fields) for fields, _ in zip(reader, range(SAMPLE_ROWS), strict=False) if fields]
        except csv.Error:
            continue
        if len(text) > SAMPLE_CHARS and len(widths) > 1:
            widths.pop()  # the last may be cut short
        if not widths or widths[0] < 2:
            continue
        width, often = Counter(widths).most_common(1)[0]
        score = often / len(widths) if width > 1 else 0.0
        if score > best + 0.05:  # near ties go to the earlier one: comma, then semicolon ...
            best, found = score, delimiter
    return found


def regular(text: str) -> bool:
    """Whether text is delimited at all, and not prose with commas in it."""
    delimiter = sniff_delimiter(text)
    if delimiter == NO_DELIMITER:
        return False
    widths = [len(fields) for _, fields in _records(text[:SAMPLE_CHARS], delimiter, "the text")[:SAMPLE_ROWS]]
    return len(widths) > 1 and widths.count(widths[0]) >= REGULAR * len(widths)


def headless(rows: list[list[str]]) -> bool:
    """Whether the first row is data: all its cells are numbers (not a run such as 0, 1, 2 ..., which
    numbers the columns), or one of them comes back in its own column again and again."""
    first, rest = [cell.strip().translate(ASCII_DIGITS) for cell in rows[0]], rows[1:]
    number = re.compile(_NUMBER)
    if len(first) > 1 and all(number.fullmatch(cell) for cell in first):
        counted = [str(i) for i in range(len(first) + 1)]
        return len(first) < 3 or first not in (counted[:-1], counted[1:])
    for place, cell in enumerate(first):
        again = sum(len(row) > place and row[place].strip() == cell for row in rest)
        if cell and again >= max(2, len(rest) // 20):
            return True
    return False


def _plain_numbers(frame: pd.DataFrame, delimiter: str) -> pd.DataFrame:
    """Numbers written 3,5 (where the comma is no delimiter) or 1,234.5 rewritten as 3.5 and 1234.5."""
    for place in range(frame.shape[1]):
        column = frame.iloc[:, place]
        if not column.str.contains(",", regex=False).any():
            continue
        cells = column.str.strip().str.translate(ASCII_DIGITS)
        there = cells[cells != ""]
        if delimiter != "," and there.map(lambda cell: bool(_DECIMAL_COMMA.fullmatch(cell))).all():
            frame.isetitem(place, cells.str.replace(",", ".", regex=False))
        elif there.map(lambda cell: bool(_THOUSANDS.fullmatch(cell))).all():
            frame.isetitem(place, cells.str.replace(",", "", regex=False))
    return frame
