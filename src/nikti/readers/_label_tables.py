"""Which tables of a folder say what its pictures show, and which part of the data each is for.

A form to hand in (sample_submission.csv) holds no answers, nor does a table that names only pictures beside
class folders. Several tables belong together where their names, or their folders', say train, valid or test.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from nikti.core import spelling
from nikti.core.data import Note
from nikti.core.errors import NiktiError, UsageError
from nikti.core.words import Words
from nikti.readers import _folders, _images, csv_table
from nikti.readers._naming import naming, written_as_paths
from nikti.readers._pictures import Pictures
from nikti.readers._places import roles, spoken_role

if TYPE_CHECKING:
    import pandas as pd

_MASKS = frozenset({"mask", "masks", "segmentation", "groundtruth", "ground_truth", "gt"})
_BESIDE = ("annotation", "label", "csv", "meta")
MOST_TABLES = 50

FORM = Words(
    en="{file} is a form for handing in predictions; it holds no answers and was not read.",
    bn="{file} পূর্বাভাস জমা দেওয়ার ছক; এতে উত্তর নেই, তাই পড়া হয়নি।",
)
OTHERS = Words(
    en="{file} names only pictures that lie in no class folder; the class folders were read, the table was "
    "not.",
    bn="{file} শুধু শ্রেণির ফোল্ডারের বাইরের ছবির নাম দেয়; শ্রেণির ফোল্ডার পড়া হয়েছে, টেবিলটি নয়।",
)
NO_SPLIT = Words(
    en="{file} was not read, because the tables beside it are for train, valid and test pictures.",
    bn="পাশের টেবিলগুলো ট্রেন, যাচাই ও টেস্ট ছবির জন্য, তাই {file} পড়া হয়নি।",
)


@dataclass(frozen=True)
class Table:
    """A table that names pictures. columns: those that do; role: 0 train, 1 valid, 2 test, or None."""

    file: Path
    raw: pd.DataFrame
    columns: list[str]
    role: int | None
    notes: tuple[Note, ...] = ()


def pictures_of(folder: Path) -> Pictures:
    """The pictures of a folder but for masks."""
    below = _images.below(folder)
    return Pictures(
        path for path in below if not _MASKS.intersection(p.lower() for p in path.relative_to(folder).parts)
    )


def find(folder: Path, pictures: Pictures, target: str | None = None) -> tuple[list[Table], list[Note]]:
    """(the tables that label the pictures, train first; what is to be said of others that do not).

    target: the column of the answers, where the user named it. Raises UsageError where it is not clear which
    of several tables is meant.
    """
    found, notes = [], []
    for file, role in _candidates(folder):
        if is_form(file):
            notes.append(Note.of("info", "form_not_read", FORM, {"file": file.name}))
            continue
        try:
            raw, more = csv_table.load(file)
        except NiktiError:
            continue
        if columns := naming(raw, pictures, file, once_each=True):
            found.append(Table(file, raw, columns, role, tuple(more)))
    if found and not any(_labels_pictures(table, folder, pictures) for table in found):
        notes += [Note.of("warning", "table_not_read", OTHERS, {"file": table.file.name}) for table in found]
        return [], notes
    return _belonging(folder, found, target, notes), notes


def is_form(file: Path) -> bool:
    """Whether a file's name says that it shows how predictions are handed in.

    >>> is_form(Path("sampleSubmission.csv")), is_form(Path("labels.csv"))
    (True, False)
    """
    return "submission" in file.stem.lower()


def unmatched(folder: Path) -> str:
    """What a table beside pictures names that is not there, for an error; "" where there is no table."""
    for file, _ in _candidates(folder):
        try:
            raw, _ = csv_table.load(file)
        except NiktiError as error:
            return f" {error}"
        column = next((c for c in raw.columns if written_as_paths(raw[c])), raw.columns[0])
        if not is_form(file):
            first = raw[column].dropna().astype(str).head(1).tolist()
            cell = first[0] if first else ""
            return f" {file.name} names {cell!r} first in its column {column!r}, which is no picture there."
    return ""


def _candidates(folder: Path) -> list[tuple[Path, int | None]]:
    """(table, part of the data that it is for) in a folder, its split folders and those of annotations."""
    inner = _folders.subfolders(folder)
    parts = roles(place.name for place in inner)
    places = [folder, *(p for p in inner if p.name in parts or p.name.lower().startswith(_BESIDE))]
    found = []
    for place in places:
        records = [p for p in sorted(place.glob("*.json")) if p.is_file() and csv_table.sniff(p)]
        for file in dict.fromkeys([*csv_table.tables_in(place), *records]):
            own = None if place == folder else parts.get(place.name)
            found.append((file, spoken_role(file.stem) if own is None else own))
    return found[:MOST_TABLES]


def _labels_pictures(table: Table, folder: Path, pictures: Pictures) -> bool:
    """Whether a table names pictures in class folders, if there are such."""
    found = _folders.scan(folder, _images.is_image)
    if len(set(found.labels)) < 2 or _folders.purposes_alone(found.labels):
        return True
    cells = table.raw[table.columns[0]].dropna().astype(str)
    named, classed = (pictures.find(cell, table.file) for cell in cells), set(found.paths)
    return any(one is not None and one[1] in classed for one in named)


def _belonging(folder: Path, found: Sequence[Table], target: str | None, notes: list[Note]) -> list[Table]:
    """Those of the tables that are parts of one; `notes` grows by what is said of the others."""
    if len(found) > 1 and target is not None:
        found = [table for table in found if spelling.find(target, map(str, table.raw.columns))] or found
    if len(found) < 2:
        return list(found)
    alone = [table for table in found if table.role is None]
    parts = {table.role: table for table in found if table.role is not None}
    if len(alone) == 1 and 0 not in parts:
        parts[0], alone = alone[0], []
    if 0 not in parts or len(parts) + len(alone) < len(found):
        listed = ", ".join(str(table.file.relative_to(folder)) for table in found)
        raise UsageError(
            f"{folder.name} holds several tables that name its pictures ({listed}). Give the path of the one "
            "that holds the answers."
        )
    notes += [Note.of("warning", "table_not_read", NO_SPLIT, {"file": table.file.name}) for table in alone]
    return [replace(parts[role], role=role) for role in sorted(parts)]
