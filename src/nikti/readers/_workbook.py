"""Whether an Excel workbook can be opened safely, found by streaming through its parts.

A workbook is a zip archive of XML (ECMA-376, part 1). A row or a cell may say any place of itself, and all
that is left out before it is made up as empty: one row of a few bytes can stand for a million. Its XML may
declare no document type, since entities are declared in one and grow without end.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import IO
from xml.parsers import expat

from nikti.core import archives, limits
from nikti.core.errors import DataError
from nikti.core.foreign import BAD_ARCHIVE, reason
from nikti.core.words import Words

PIECE = 2**20
_SHEET = re.compile(r"xl/worksheets/.*\.xml", re.IGNORECASE)
_PLACE = re.compile(r"([A-Z]{1,4})(\d*)")

DAMAGED = Words(
    en="{file} cannot be read as an Excel file: {part}{reason}. Save it again, or save it as .csv.",
    bn="{file} নষ্ট বা এক্সেল ফাইল নয়: {part}{reason}। আবার সংরক্ষণ করুন, বা .csv করে দিন।",
)
DECLARES = Words(en="it declares a document type", bn="এতে ডকুমেন্ট টাইপ ঘোষণা করা আছে")


def check(path: Path) -> None:
    """Raise DataError, with the place, for a workbook that is damaged, unsafe, or larger than the limits."""
    part = ""
    try:
        with zipfile.ZipFile(path) as archive:
            archives.weigh(archive, path.name)
            for member in archive.infolist():
                if member.filename.lower().endswith((".xml", ".rels")):
                    part = f"{member.filename}: "
                    with archive.open(member) as file:
                        _look(file, path.name, bool(_SHEET.fullmatch(member.filename)))
    except DataError:
        raise
    except (*BAD_ARCHIVE, expat.ExpatError, LookupError) as error:
        why = DECLARES if isinstance(error, _Declared) else reason(error)
        raise DataError(DAMAGED.format(file=path.name, part=part, reason=why)) from error


class _Declared(expat.ExpatError):
    """A document type, which no part of a workbook needs."""


def _look(file: IO[bytes], name: str, sheet: bool) -> None:
    """Go through one part; of a sheet, count what it would become."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = _refuse
    if sheet:
        parser.StartElementHandler = _Extent(name).begin
    while piece := file.read(PIECE):
        parser.Parse(piece, False)
    parser.Parse(b"", True)


def _refuse(*declared: object) -> None:
    raise _Declared


class _Extent:
    """The rows and columns of a sheet so far, with all that is made up between them."""

    def __init__(self, name: str):
        self.name, self.rows, self.columns, self.column = name, 0, 0, 0

    def begin(self, tag: str, attributes: dict[str, str]) -> None:
        """Count a row or a cell."""
        if tag.endswith(" c"):
            self.column = max(self.column + 1, _place(attributes.get("r", "")))
            if self.column <= self.columns:
                return
            self.columns = self.column
        elif tag.endswith(" row"):
            self.rows, self.column = max(self.rows + 1, _whole(attributes.get("r"))), 0
        else:
            return
        limits.check(self.name, rows=self.rows, columns=self.columns, cells=self.rows * self.columns)


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else 0


def _place(reference: str) -> int:
    """The column of a cell's reference, 0 where it has none: 28 of "AB7"."""
    match = _PLACE.match(reference)
    number = 0
    for letter in match[1] if match else "":
        number = 26 * number + ord(letter) - ord("A") + 1
    return number
