"""What gives the answer away before anything is learned: columns, the order of rows, picture files, words.

Nothing is left out for it: whether a column is known when the answer is asked for is for the user to say.
Each finding is a note that says what to type.

Thresholds were chosen on adult_census, titanic, iris and breast_cancer (where the strongest true feature of
all, the width of an iris' petal, has a lambda of 0.93) and tried on the other sets; see the tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from nikti.core.answers import is_plain
from nikti.core.data import Data, Note
from nikti.core.inputs import Frame, Texts
from nikti.core.task import Task
from nikti.protocol import _association as association
from nikti.protocol._association import Association

#: Lambda of classes from which a column alone is as good as the answer, and R2 of values.
SAME_CLASS, SAME_VALUE = 0.97, 0.99

#: Share of the rows with (or without) a value that have one class, from which being filled tells that class.
ONE_SIDED = 0.98

#: A finding that any of the columns would show by chance more often than this is none.
CHANCE = 0.001

#: A column of so many values, each in several rows, rather says which rows belong together.
MANY_GROUPS = 20


def leaks(data: Data, task: Task, files: Sequence[Path] | None = None) -> list[Note]:
    """Warnings on what gives away the answers of prepared data, [] where nothing does.

    files: where each picture was read, [n]; None for others. Copies should be groups already (see
    `nikti.protocol.duplicates`), or they count as evidence. The user's own test split is not looked at.
    """
    from nikti.protocol import _picture_files, _row_order, _telling_words

    if task.kind not in ("classification", "regression") or not is_plain(data.targets):
        return []
    rows = np.arange(len(data)) if data.split is None else np.flatnonzero(data.split != 2)
    files = None if files is None else [files[row] for row in rows]
    data = data.subset(rows)
    if len(data) < 2 or len(np.unique(data.targets)) < 2:
        return []
    classes = task.kind == "classification"
    fold = association.folds_of(len(data), data.groups)
    notes: list[Note] = []
    if isinstance(data.inputs, Frame | Texts) and data.times is None:
        notes += _row_order.notes(data, fold, classes)
    if isinstance(data.inputs, Frame):
        ordering = {note.values["column"] for note in notes}  # more is said of it than that it tells all
        notes += _columns(data, fold, classes, ordering)
    if classes and isinstance(data.inputs, Texts):
        notes += _telling_words.notes(data)
    if classes and files:
        notes += _picture_files.notes(files, data.targets, data.classes, fold)
    return notes


def _columns(data: Data, fold: np.ndarray, classes: bool, ordering: set[str]) -> list[Note]:
    notes = []
    frame = data.inputs.frame
    for name in frame.columns:
        if name in ordering:
            continue
        note = _column(str(name), frame[name], data.targets, fold, classes, frame.shape[1])
        notes += [note] if note else []
    return notes


def _column(
    name: str, column: object, answers: np.ndarray, fold: np.ndarray, classes: bool, of: int
) -> Note | None:
    """A note where the column, or that it is filled at all, tells the answer. of: the number of columns."""
    filled = column.notna().to_numpy()
    if not filled.all() and filled.any():
        found = association.associated(filled.astype(np.int64), answers, fold, classes)
        if _same(found, classes, of):
            return _suspicious(name, "filled", found.score)
        if classes and (share := _one_sided(filled, answers, of)) is not None:
            return _suspicious(name, "one_sided", share)
    values = association.numbers_of(column)
    if values is None:
        codes = column.factorize(use_na_sentinel=False)[0].astype(np.int64)
    else:
        codes = association.bins(values, answers, classes)
    found = association.associated(codes, answers, fold, classes)
    score = found.score
    if values is not None and not classes:  # few rows make wide bins, which a copy need not fear
        score = max(
            score, association.correlation(association.ranks(values), association.ranks(answers)) ** 2
        )
    if not _same(Association(score, found.hits, found.seen, found.base), classes, of):
        return None
    groups = int(codes.max()) + 1
    kinds = len(np.unique(answers)) if classes else 1
    grouped = values is None and groups > max(MANY_GROUPS, MANY_GROUPS // 4 * kinds)
    return _suspicious(name, "groups" if grouped else "values", score)


def _same(found: Association, classes: bool, of: int) -> bool:
    if not classes:
        return found.score >= SAME_VALUE
    return found.score >= SAME_CLASS and of * found.by_chance() < CHANCE


def _one_sided(filled: np.ndarray, answers: np.ndarray, of: int) -> float | None:
    """The share of one class among rows with a value, or among those without, where it is nearly all of
    them and cannot be so by chance."""
    base = np.bincount(answers) / len(answers)
    for part in (filled, ~filled):
        counts = np.bincount(answers[part], minlength=len(base))
        most, n = int(counts.argmax()), int(part.sum())
        found = Association(0.0, int(counts[most]), n, float(base[most]))
        if counts[most] >= ONE_SIDED * n and of * found.by_chance() < CHANCE:
            return counts[most] / n
    return None


_HOW = {
    "values": "alone tells nearly every answer",
    "groups": "divides the rows into many groups of nearly one answer each",
    "filled": "tells nearly every answer by being filled or empty",
    "one_sided": "is filled, or left empty, nearly only where the answer is one class",
}


def _suspicious(name: str, how: str, score: float) -> Note:
    text = f"The column {name!r} {_HOW[how]} ({score:.3f} of 1, on rows not counted before). "
    if how == "groups":
        text += f"If its rows belong together, type --group {name!r}; if"
    else:
        text += "If"
    text += f" it is only known once the answer is, leave it out: --drop {name!r}"
    values = {"column": name, "how": how, "score": round(float(score), 4)}
    return Note("warning", "suspicious_column", text, values)
