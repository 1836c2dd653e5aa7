"""Which columns of a table are informative, and why the others are not."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nikti.core import columns
from nikti.core.data import Note
from nikti.core.words import Words
from nikti.readers import _target
from nikti.readers._kinds import MANY, MOSTLY, share

if TYPE_CHECKING:
    import pandas as pd

KEPT_GROUPS = 9  # a column such as "group" with no more values may be a treatment: kept as a feature
LOOKED_AT = 1_000  # first rows, which often tell without the others
MIRROR_ROWS = 30  # rows from which a one-to-one match with the target is no accident

#: Different whole numbers of which so few are left out that they were given out one after another: of 100
#: that were measured between 0 and 200, two are the same, surely enough.
DENSE, DENSE_FROM = 2, 100
YEARS = (1500, 2100)

NESTED = Words(
    en="The column {column!r} holds lists or records and was left out.",
    bn="{column} কলামের ঘরে তালিকা আছে, তাই বাদ দেওয়া হয়েছে।",
)
EMPTY = Words(
    en="The column {column!r} has no value in any row and was left out.",
    bn="{column} কলাম পুরো ফাঁকা, তাই বাদ দেওয়া হয়েছে।",
)
CONSTANT = Words(
    en="The column {column!r} has the same value in every row and was left out.",
    bn="{column} কলামের সব মান এক, তাই বাদ দেওয়া হয়েছে।",
)
ID = Words(
    en="The column {column!r} differs in every row, like a number plate, and was left out.",
    bn="{column} কলামের মান প্রতি সারিতে আলাদা, যেন পরিচয় নম্বর; তাই বাদ দেওয়া হয়েছে।",
)
OWN_FILES = Words(
    en="The column {column!r} names a file of its own in every row and was left out.",
    bn="{column} কলামে প্রতি সারিতে আলাদা ফাইলের নাম, যেন পরিচয় নম্বর; তাই বাদ দেওয়া হয়েছে।",
)
UNREAD_FILES = Words(
    en="The column {column!r} names files that nikti does not read in tables (other sounds, videos), and "
    "was left out.",
    bn="{column} কলামে এমন ফাইলের নাম আছে (অন্য ধরনের শব্দ, ভিডিও) যা নিক্তি পড়ে না; তাই বাদ দেওয়া হয়েছে।",
)
TWIN = Words(
    en="The column {column!r} says the same as the answer {target!r} and was left out.",
    bn="{column} কলাম আসলে উত্তরটাই বলে দেয়, তাই বাদ দেওয়া হয়েছে।",
)
GROUPS_KEPT = Words(
    en="Rows that share {column!r} ({groups} different) may belong together. If so, type "
    "--group {column}; it "
    "was kept as a feature.",
    bn="{column} কলামে একই মান ({groups} রকম) থাকলে সারিগুলো হয়তো একসঙ্গের। তা-ই হলে লিখুন --group {column}",
)
GROUPS_LEFT_OUT = Words(
    en="Rows that share {column!r} ({groups} different) may belong together. If so, type "
    "--group {column}; it "
    "was not used as a feature.",
    bn="{column} কলামে একই মান ({groups} রকম) থাকলে সারিগুলো হয়তো একসঙ্গের। তা-ই হলে লিখুন --group {column}",
)

FILE = re.compile(r"\S.*\.[A-Za-z][A-Za-z0-9]{1,4}")
UNREAD = {".m4a", ".aac", ".wma", ".mp4", ".avi", ".mov", ".mkv", ".webm"}
ID_NAME = re.compile(
    r"(?i:id|ids|idx|index|uuid|guid|key|row|row_?(id|no|nr|number)|serial|serial_?no|s\.?l\.?(_?no)?\.?|"
    r"ক্রমিক|ক্রমিক নং|আইডি)|.*([_ -](?i:id)|[a-z]I[dD])"
)
GROUP_NAME = re.compile(
    r"(dup|group|groups|patient|subject|speaker|session|participant|person|user|customer|recording|fold|"
    r"household|রোগী|দল)([_ ]?(id|no|nr|name|code|number))?|.*[_ ]id",
    re.IGNORECASE,
)


def useful(
    raw: pd.DataFrame, keep: list[str], found: dict[str, str], target: pd.Series, split: np.ndarray | None
) -> tuple[list[str], list[Note]]:
    """The informative columns, and notes on the others."""
    notes, left, twins, labels = [], [], [], []
    first = raw if split is None else raw[split == split.min()]
    answers = target.nunique()
    for column in keep:
        reason = _useless(raw[column], first[column], column, found[column])
        if reason is not None:
            notes.append(_left_out(column, *reason))
            continue
        if _twin(raw[column], target, answers) and found[column] != "text":
            twins.append(column)
            continue
        if found[column] == "categorical" and _coded(first[column]):
            labels.append(column)
            continue
        note = _group_like(raw[column], column, found[column])
        notes += [note] if note else []
        if note is None or note.values["kept"]:
            left.append(column)
    if not left and labels:  # addresses of pages, formulas of molecules: what there is to learn from
        left, labels = labels, []
    notes += [_left_out(column, "info", "dropped_id_column", ID) for column in labels]
    if not left:  # a lone twin is what the user wants to learn from
        return twins, notes
    return left, notes + [
        _left_out(column, "warning", "dropped_target_twin", TWIN, target=target.name) for column in twins
    ]


def _left_out(column: str, level: str, code: str, words: Words, **more: object) -> Note:
    return Note.of(level, code, words, {"column": column}, **more)


def _useless(column: pd.Series, first: pd.Series, name: str, kind: str) -> tuple[str, str, Words] | None:
    """(level, note code, sentence) when a column is of no use as a feature."""
    if kind == "nested":
        return "warning", "dropped_nested_column", NESTED
    distinct = 2 if _several(column) else column.nunique()
    if kind == "empty" or distinct == 0:
        return "warning", "dropped_empty_column", EMPTY
    if distinct == 1 and not column.isna().any():
        return "warning", "dropped_constant_column", CONSTANT
    if kind in ("numeric", "categorical") and _all_differ(first):
        if kind == "categorical" and share(first, lambda c: bool(FILE.fullmatch(str(c)))) >= MOSTLY:
            if share(first, lambda c: Path(str(c)).suffix.lower() in UNREAD) >= MOSTLY:
                return "warning", "unread_files", UNREAD_FILES
            return "info", "dropped_id_column", OWN_FILES
        if ID_NAME.fullmatch(name) or GROUP_NAME.fullmatch(name) or (kind == "numeric" and _counts(first)):
            return "info", "dropped_id_column", ID
    return None


def _several(column: pd.Series) -> bool:
    """Whether the first cells already hold several values."""
    return column.iloc[:LOOKED_AT].nunique() > 1


def _all_differ(column: pd.Series) -> bool:
    """Whether several rows all have a value of their own; the first ones mostly tell that they do not."""
    return len(column) > 1 and column.iloc[:LOOKED_AT].is_unique and column.is_unique


def _twin(column: pd.Series, target: pd.Series, distinct: int) -> bool:
    """Whether a column of few values maps one to one to the answer, in too many rows for chance. distinct:
    how many answers there are."""
    if len(target) < MIRROR_ROWS or not 1 < distinct <= len(target) / 5:
        return False
    if column.iloc[:LOOKED_AT].nunique() > distinct:
        return False
    return column.nunique() == distinct and _target.mirrors(column, target)


def _counts(column: pd.Series) -> bool:
    """Whether different numbers count the rows, in any order: 1, 2, 3 ..., or whole ones so close together
    that they were given out one after another. Years are no count."""
    values = columns.numbers(column).to_numpy()
    if len(values) <= MANY or not (values % 1 == 0).all():
        return False
    low, high = values.min(), values.max()
    if YEARS[0] <= low and high <= YEARS[1]:
        return False
    return high - low < (DENSE * len(values) if len(values) >= DENSE_FROM else len(values))


def _coded(column: pd.Series) -> bool:
    """Whether words are codes that (nearly) every row has one of its own of: ORD-10001, 3f2a-77b1 ..."""
    cells = column.dropna().astype("string")
    if len(cells) <= MANY or cells.nunique() < MOSTLY * len(cells):
        return False
    return float(cells.str.contains(r"^\S*\d\S*$").mean()) >= MOSTLY


def _group_like(column: pd.Series, name: str, kind: str) -> Note | None:
    """A warning for a column that seems to say which rows belong together."""
    if not GROUP_NAME.fullmatch(name) or kind not in ("numeric", "categorical"):
        return None
    groups = int(column.nunique())
    kept = groups <= KEPT_GROUPS and not name.lower().endswith(("id", "fold"))
    words = GROUPS_KEPT if kept else GROUPS_LEFT_OUT
    return Note.of("warning", "group_like_column", words, {"column": name, "groups": groups, "kept": kept})
