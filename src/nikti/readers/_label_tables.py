"""Which tables of a folder say what its pictures show, and which part of the data each is for.

A form to hand in (sample_submission.csv) holds no answers, nor does a table that names only pictures beside
class folders. Several tables belong together where their names, or their folders', say train, valid or test.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from nikti.core import spelling
from nikti.core.data import Note
from nikti.core.errors import NiktiError, UsageError
from nikti.core.words import Words
from nikti.readers import _delimited, _folders, _images, _table_files, _target, csv_table
from nikti.readers._naming import naming, written_as_paths
from nikti.readers._pictures import Pictures
from nikti.readers._places import roles, spoken_role

if TYPE_CHECKING:
    import pandas as pd

_MASKS = frozenset({"mask", "masks", "segmentation", "groundtruth", "ground_truth", "gt"})
_BESIDE = ("annotation", "label", "csv", "meta")
MOST_TABLES = 50
LARGEST_MAPPING = 64 * 2**20  # bytes

FORM = Words(
    en="{file} is a form for handing in predictions; it holds no answers and was not read.",
    bn="{file} পূর্বাভাস জমা দেওয়ার ছক; এতে উত্তর নেই, তাই পড়া হয়নি।",
)
OTHERS = Words(
    en="{file} names only pictures that lie in no class folder; the class folders were read, the table was "
    "not.",
    bn="{file} শুধু শ্রেণির ফোল্ডারের বাইরের ছবির নাম দেয়; শ্রেণির ফোল্ডার পড়া হয়েছে, টেবিলটি নয়।",
)
UNFILLED = Words(
    en="{file} was not read: beside the names of pictures it holds no two different values, as forms to fill "
    "in do.",
    bn="{file} পড়া হয়নি: ছবির নামের পাশে আলাদা কোনো মান নেই, যেমন ভরার ছকে থাকে।",
)
FOLDERS_FIRST = Words(
    en="The classes are those of the folders; {file}, which names the pictures too, was not read. For a "
    "column of it type --target NAME.",
    bn="শ্রেণি নেওয়া হয়েছে ফোল্ডার থেকে; {file} ফাইলেও ছবির নাম আছে, সেটি পড়া হয়নি। তার কোনো কলাম চাইলে লিখুন "
    "--target NAME",
)
NO_SPLIT = Words(
    en="{file} was not read, because the tables beside it are for train, valid and test pictures.",
    bn="পাশের টেবিলগুলো ট্রেন, যাচাই ও টেস্ট ছবির জন্য, তাই {file} পড়া হয়নি।",
)
SEVERAL = Words(
    en="{folder} holds several tables that name its pictures ({listed}). Give the path of the one that holds "
    "the answers.",
    bn="{folder} ফোল্ডারে একাধিক টেবিলে এর ছবির নাম আছে ({listed})। যেটিতে উত্তর আছে, সেটির পথ দিন।",
)
FIRST_NAMED = Words(
    en="{file} names {cell!r} first in its column {column!r}, which is no picture there.",
    bn="{file} ফাইলের {column} কলামে প্রথমে আছে {cell}; এই নামে কোনো ছবি সেখানে নেই।",
)


@dataclass(frozen=True)
class Table:
    """A table that names pictures. columns: those that do; role: 0 train, 1 valid, 2 test, or None; delimiter
    and header as in `_delimited.Table`."""

    file: Path
    raw: pd.DataFrame
    columns: list[str]
    role: int | None
    notes: tuple[Note, ...] = ()
    delimiter: str = ""
    header: bool = True


def pictures_of(folder: Path) -> Pictures:
    """The pictures of a folder but for masks."""
    below = _images.below(folder)
    return Pictures(
        path for path in below if not _MASKS.intersection(p.lower() for p in path.relative_to(folder).parts)
    )


def find(
    folder: Path,
    pictures: Pictures,
    target: str | None = None,
    is_sample: Callable[[Path], bool] = _images.is_image,
) -> tuple[list[Table], list[Note]]:
    """(the tables that label the pictures, train first; what is to be said of others that do not).

    target: the column of the answers, where the user named it; is_sample: whether a file is one of the
    samples, which may be sounds as well. Raises UsageError where it is not clear which of several tables is
    meant.
    """
    found: list[Table] = []
    notes: list[Note] = []
    for file, role in _candidates(folder):
        if is_form(file):
            notes.append(_not_read(file, FORM, "info"))
            continue
        try:
            read = _load(file)
        except NiktiError:
            continue
        if columns := naming(read.frame, pictures, file, once_each=True):
            found.append(Table(file, read.frame, columns, role, read.notes, read.delimiter, read.header))
    filled = [table for table in found if not _unfilled(table)]
    notes += [_not_read(table.file, UNFILLED) for table in found if filled and table not in filled]
    found = filled or found
    classed = _in_class_folders(folder, is_sample)
    if found and classed:
        if not filled or not any(_named(table, pictures) & classed for table in found):
            return [], [
                *notes,
                *(_not_read(table.file, OTHERS) for table in found if _named(table, pictures)),
            ]
        if target is None and not any(_has_answers(table) for table in found):
            return [], [*notes, *(_not_read(table.file, FOLDERS_FIRST) for table in found)]
    return _belonging(folder, found, target, notes), notes


def _not_read(file: Path, words: Words, level: str = "warning") -> Note:
    return Note.of(level, "table_not_read", words, {"file": file.name})


def _unfilled(table: Table) -> bool:
    """Whether no column beside the pictures' holds two different values: places to fill in. The names of a
    test part alone are known as such by their role."""
    rest = table.raw.drop(columns=table.columns)
    alike = len(rest) > 1 and all(rest[column].nunique() < 2 for column in rest.columns)
    return alike and (table.role is None or len(rest.columns) > 0)


def _has_answers(table: Table) -> bool:
    """Whether a column is called as answers are."""
    names = {str(column).strip().lower().replace(" ", "_") for column in table.raw.columns}
    return not names.isdisjoint((*_target.SURE_NAMES, *_target.LIKELY_NAMES))


def _in_class_folders(folder: Path, is_sample: Callable[[Path], bool]) -> set[Path]:
    """The pictures in class folders, if there are two classes or more."""
    found = _folders.scan(folder, is_sample)
    classes = len(set(found.labels)) > 1 and not found.no_classes
    return set(found.paths) if classes else set()


def _named(table: Table, pictures: Pictures) -> set[Path]:
    """The pictures that a table names clearly."""
    cells = table.raw[table.columns[0]].dropna().astype(str).unique()
    found = (pictures.find(cell, table.file) for cell in cells)
    return {one[1] for one in found if one is not None and one[1] is not None}


def is_form(file: Path) -> bool:
    """Whether a file's name says that it shows how predictions are handed in.

    >>> is_form(Path("sampleSubmission.csv")), is_form(Path("labels.csv"))
    (True, False)
    """
    return "submission" in file.stem.lower()


def unmatched(folder: Path) -> Words | None:
    """What a table beside pictures names that is not there, for an error; None where there is no table."""
    for file, _ in _candidates(folder):
        try:
            raw = _load(file).frame
        except NiktiError as error:
            return error.words
        column = next((c for c in raw.columns if written_as_paths(raw[c])), raw.columns[0])
        if not is_form(file):
            first = raw[column].dropna().astype(str).head(1).tolist()
            cell = first[0] if first else ""
            return FIRST_NAMED.format(file=file.name, cell=cell, column=str(column))
    return None


def _load(file: Path) -> _delimited.Table:
    """A table, also one written as {"1.jpg": "cat", ...} in JSON."""
    import pandas as pd

    names = _mapping(file)
    if names is None:
        return _table_files.load(file)
    frame = pd.DataFrame({"image": list(names), "label": list(map(str, names.values()))})
    return _delimited.Table(frame)


def _mapping(file: Path) -> dict[str, str | int] | None:
    """What a JSON file maps names to, where these are words or whole numbers; None for any other file."""
    if file.suffix.lower() != ".json" or file.stat().st_size > LARGEST_MAPPING:
        return None
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        return None
    flat = isinstance(content, dict) and all(isinstance(value, str | int) for value in content.values())
    return content if flat and content else None


def _candidates(folder: Path) -> list[tuple[Path, int | None]]:
    """(table, part of the data that it is for) in a folder, its split folders and those of annotations."""
    inner = _folders.subfolders(folder)
    parts = roles(place.name for place in inner)
    places = [folder, *(p for p in inner if p.name in parts or p.name.lower().startswith(_BESIDE))]
    found = []
    for place in places:
        records = [
            p for p in sorted(place.glob("*.json")) if p.is_file() and (csv_table.sniff(p) or _mapping(p))
        ]
        for file in dict.fromkeys([*csv_table.tables_in(place), *records]):
            own = None if place == folder else parts.get(place.name)
            found.append((file, spoken_role(file.stem) if own is None else own))
    return found[:MOST_TABLES]


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
        raise UsageError(SEVERAL.format(folder=folder.name, listed=listed))
    notes += [_not_read(table.file, NO_SPLIT) for table in alone]
    return [replace(parts[role], role=role) for role in sorted(parts)]
