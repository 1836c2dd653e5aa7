"""Cells that hold a set of labels each: lists, texts of lists, and texts of several labels with a mark
between them."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nikti.answers.label import label_of
from nikti.core import columns
from nikti.core.errors import DataError
from nikti.core.natural import natural
from nikti.core.words import Words

if TYPE_CHECKING:
    import pandas as pd

#: Marks between labels in the order in which they are looked for; of those of the second kind only where the
#: user says that there are several labels: they stand in names too.
MARKS, MARKS_IF_ASKED = ("|", ";", ","), ("/", " ")

#: Cells of several labels, as a share of all and their least number, from which a mark is no part of a name.
SEVERAL, FEWEST = 0.05, 2
#: Labels that occur in two different sets at least, as a share of all labels.
RECURRING = 0.5
#: A label is a name, no sentence: words on average, at most.
MOST_WORDS = 4

_LISTED = re.compile(r"\s*\[.*\]\s*", re.DOTALL)
_ITEM = re.compile(r"""\s*(?:'([^']*)'|"([^"]*)"|([^\s,;'"][^,;'"]*))\s*[,;]?""")

_NUMBER = re.compile(r"[-+]?\d+([.]\d+)?")

PLACES = Words(
    en="the column {column!r} holds {shown}: places in the sample with their labels, and no task of nikti's "
    'asks for those. Write the labels of a row alone, such as ["a", "b"].',
    bn="{column} কলামে আছে {shown}: নমুনার ভেতরের জায়গা ও তাদের লেবেল; নিক্তির কোনো কাজে এগুলো লাগে না। শুধু সারির "
    'লেবেলগুলো লিখুন, যেমন ["a", "b"]।',
)

#: The labels of each row; None where nothing is said.
Sets = list[list[str] | None]


def lists_in(column: pd.Series) -> Sets | None:
    """Of a column of lists (JSON, Parquet, memory), where a lone label stands for a list of one; None where
    no cell is a list. Raises DataError for lists of anything but labels."""
    cells = column.tolist()
    if not any(_is_list(cell) for cell in cells):
        return None
    return [_labels(cell, str(column.name)) for cell in cells]


def lists_written(cells: pd.Series) -> Sets | None:
    """Of texts that are lists: '["a", "b"]' as JSON writes them, "['a', 'b']" as Python, "['a' 'b']" as
    NumPy; None where they are not. cells: strings, missing where there is none."""
    there = cells.dropna()
    if not len(there) or not all(_LISTED.fullmatch(cell) for cell in there):
        return None
    sets = [None if cell is None else _parsed(cell, str(cells.name)) for cell in _plain(cells)]
    return None if _are_intervals([labels for labels in sets if labels is not None]) else sets


def marked(cells: pd.Series, asked: bool) -> tuple[Sets, str] | None:
    """(labels of each row, the mark between them) of texts of several labels; None where they seem to be one
    name each. asked: whether the user says that there are several."""
    there = cells.dropna().tolist()
    marks = [mark for mark in MARKS if any(mark in cell for cell in there)]
    if asked:
        marks = marks or [mark for mark in MARKS_IF_ASKED if any(mark in cell for cell in there)]
        return _split_all(cells, marks[0] if marks else MARKS[0]), marks[0] if marks else ""
    for mark in marks:
        sets = [split(cell, mark) for cell in there]
        if several(sets) and not (mark == "," and _are_numbers(sets)):  # 3,5 is three and a half
            return _split_all(cells, mark), mark
    return None


def _split_all(cells: pd.Series, mark: str) -> Sets:
    return [None if cell is None else split(cell, mark) for cell in _plain(cells)]


def several(sets: Sequence[Sequence[str]]) -> bool:
    """Whether such sets are more than names with a mark in them ("Paris, France"): there are sets of several
    sizes, labels recur in other company, and labels are fewer than sets.

    >>> several([["a"], ["a", "b"], ["b", "c"], ["c"]]), several([["Paris", "France"], ["Lyon", "France"]])
    (True, False)
    """
    different = Counter(frozenset(labels) for labels in sets if labels)
    of_label = Counter(label for labels in different for label in labels)
    if not of_label or sum(len(labels) > 1 for labels in sets) < max(FEWEST, SEVERAL * len(sets)):
        return False
    recurring = sum(count > 1 for count in of_label.values()) / len(of_label)
    words = sum(len(label.split()) for label in of_label) / len(of_label)
    sizes = {len(labels) for labels in sets if labels}
    return (
        len(sizes) > 1 and recurring >= RECURRING and len(of_label) <= len(different) and words <= MOST_WORDS
    )


def split(cell: str, mark: str) -> list[str]:
    """The labels of a text, each once.

    >>> split("a|b | a|", "|")
    ['a', 'b']
    """
    return list(dict.fromkeys(part.strip() for part in cell.split(mark) if part.strip()))


def matrix(sets: Sets) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    """(bool [n, C], whether a row says anything bool [n], the labels in natural order)."""
    classes = natural({label for labels in sets for label in labels or ()})
    place = {name: column for column, name in enumerate(classes)}
    targets = np.zeros((len(sets), len(classes)), bool)
    for row, labels in enumerate(sets):
        targets[row, [place[label] for label in labels or ()]] = True
    return targets, np.array([labels is not None for labels in sets], bool), classes


def _are_numbers(sets: Sequence[Sequence[str]]) -> bool:
    return all(_NUMBER.fullmatch(label) for labels in sets for label in labels)


def _are_intervals(sets: Sequence[Sequence[str]]) -> bool:
    """Whether lists are pairs of numbers, as a class "[0, 5]" is written."""
    return _are_numbers(sets) and {len(labels) for labels in sets} == {2}


def _is_list(cell: Any) -> bool:
    return isinstance(cell, list | tuple | set | frozenset | np.ndarray)


def _plain(cells: pd.Series) -> Iterable[str | None]:
    return (None if missing else cell for cell, missing in zip(cells, cells.isna(), strict=True))


def _labels(cell: Any, column: str) -> list[str] | None:
    if not _is_list(cell):
        label = label_of(cell)
        return None if label.casefold() in columns.MISSING else [label]
    items = list(cell)
    if any(_is_list(item) or isinstance(item, dict) for item in items):
        shown = json.dumps(items, ensure_ascii=False, default=str)[:80]
        raise DataError(PLACES.format(column=column, shown=shown))
    return list(dict.fromkeys(label for item in items if (label := label_of(item))))


def _parsed(cell: str, column: str) -> list[str]:
    try:
        found = json.loads(cell)
    except ValueError:
        inner = cell.strip()[1:-1]
        found = [next(part for part in item if part is not None) for item in _items(inner)]
    return _labels(found, column) or []


def _items(inner: str) -> Iterable[tuple[str | None, ...]]:
    """The items of a list as Python or NumPy writes them, one of three groups each."""
    return (match.groups() for match in _ITEM.finditer(inner))
