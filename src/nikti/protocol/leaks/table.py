"""Columns that alone tell the answer, or by being filled tell one class."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np

from nikti.core.columns import DATETIME, NUMERIC, kinds
from nikti.core.data import Data, Note
from nikti.core.inputs import Frame
from nikti.core.words import Words
from nikti.protocol.leaks import _association as association
from nikti.protocol.leaks import _row_order
from nikti.protocol.leaks._association import Association

if TYPE_CHECKING:
    import pandas as pd

#: Lambda of classes from which a column alone is as good as the answer, and R2 of values.
SAME_CLASS, SAME_VALUE = 0.97, 0.99

#: Lambda that is enough where no other column tells half as much: a leak with a few wrong cells. The strong
#: features of a real measurement come in company (an iris' petal is long where it is wide).
ALONE = 0.9

#: Share of the rows with (or without) a value that have one class, from which being filled tells that class.
ONE_SIDED = 0.98

#: A finding that any of the columns would show by chance more often than this is none.
CHANCE = 0.001

#: A column of so many values, each in several rows, rather says which rows belong together.
MANY_GROUPS = 20


def notes(data: Data, fold: np.ndarray, classes: bool, files: Sequence[Path] | None) -> list[Note]:
    """Of the order of the rows, where no time is known, and of the columns."""
    found = [] if data.times is not None else _row_order.notes(data.targets, _numbers(data), fold, classes)
    ordering = {note.values["column"] for note in found}  # more is said of it than that it tells all
    return found + _columns(data, fold, classes, ordering)


def _numbers(data: Data) -> list[tuple[str, np.ndarray, bool]]:
    """(name, values float64 [n], whether they are dates) of the columns of numbers and dates."""
    frame = cast(Frame, data.inputs).frame
    wanted = {name: kind for name, kind in kinds(frame).items() if kind in (NUMERIC, DATETIME)}
    found = [(name, association.numbers_of(frame[name]), kind) for name, kind in wanted.items()]
    return [(name, values, kind == DATETIME) for name, values, kind in found if values is not None]


def _columns(data: Data, fold: np.ndarray, classes: bool, ordering: set[str]) -> list[Note]:
    """Notes on columns that tell the answer, or by being filled tell one class."""
    frame = cast(Frame, data.inputs).frame
    notes: list[Note] = []
    if frame.shape[1] < 2:  # a lone column is what the user wants to learn from
        return []
    found = {name: _column(frame[name], data.targets, fold, classes) for name in frame.columns}
    for name, (how, one) in found.items():
        if name in ordering:
            continue
        others = max(other.score for which, (_, other) in found.items() if which != name)
        if one.score >= _least(one.score, others, classes) and (not classes or _no_chance(one, len(found))):
            notes.append(_suspicious(str(name), how, one.score))
        elif classes and (share := _one_sided(frame[name].notna().to_numpy(), data.targets, len(found))):
            notes.append(_suspicious(str(name), "one_sided", share))
    return notes


def _column(
    column: pd.Series, answers: np.ndarray, fold: np.ndarray, classes: bool
) -> tuple[str, Association]:
    """(how it tells the answer best: "filled", "values" or "groups", how much of it)."""
    values = association.numbers_of(column)
    if values is None:
        codes = column.factorize(use_na_sentinel=False)[0].astype(np.int64)
    else:
        codes = association.bins(values, answers, classes)
    found = association.associated(codes, answers, fold, classes)
    if values is not None and not classes:  # few rows make wide bins, which a copy need not fear
        rank = association.correlation(association.ranks(values), association.ranks(answers))
        found = max(found, Association(rank**2), key=lambda one: one.score)
    filled = column.notna().to_numpy()
    if not filled.all() and filled.any():
        there = association.associated(filled.astype(np.int64), answers, fold, classes)
        if there.score >= found.score:
            return "filled", there
    groups = int(codes.max()) + 1
    kinds = len(np.unique(answers)) if classes else 1
    return "groups" if values is None and groups > max(4, kinds) * MANY_GROUPS // 4 else "values", found


def _least(score: float, others: float, classes: bool) -> float:
    """What a column must tell to be suspected, where the best of the others tells `others`."""
    if not classes:
        return SAME_VALUE
    return ALONE if others <= score / 2 else SAME_CLASS


def _no_chance(found: Association, of: int) -> bool:
    """Whether none of so many columns would tell as much by chance."""
    return of * found.by_chance() < CHANCE


def _one_sided(filled: np.ndarray, answers: np.ndarray, of: int) -> float | None:
    """The share of one class among rows with a value, or among those without, where it is nearly all of
    them and cannot be so by chance; else None."""
    base = np.bincount(answers) / len(answers)
    for part in (filled, ~filled):
        counts = np.bincount(answers[part], minlength=len(base))
        most, n = int(counts.argmax()), int(part.sum())
        found = Association(0.0, int(counts[most]), n, float(base[most]))
        if counts[most] >= ONE_SIDED * n and _no_chance(found, of):
            return counts[most] / n
    return None


#: What is said of a column, by how it tells the answer.
_HOW = {
    "values": Words(
        en="The column {column!r} alone tells nearly every answer ({score:.3f} of 1, on rows not counted "
        "before). If it is only known once the answer is, leave it out: --drop {column!r}",
        bn="{column} কলাম একাই প্রায় সব উত্তর বলে দেয় (১-এর মধ্যে {score})। উত্তর জানার পরেই "
        "যদি এটি জানা যায়, তবে বাদ দিন: --drop {column}",
    ),
    "groups": Words(
        en="The column {column!r} divides the rows into many groups of nearly one answer each "
        "({score:.3f} of "
        "1, on rows not counted before). If its rows belong together, type --group {column!r}; if it is only "
        "known once the answer is, leave it out: --drop {column!r}",
        bn="{column} কলাম সারিগুলোকে অনেকগুলো দলে ভাগ করে, আর প্রায় প্রতিটি দলে উত্তর একটাই "
        "(১-এর মধ্যে {score})। একই দলের সারি একসঙ্গের হলে লিখুন --group {column}; উত্তর জানার "
        "পরেই যদি এটি জানা যায়, তবে বাদ দিন: --drop {column}",
    ),
    "filled": Words(
        en="The column {column!r} tells nearly every answer by being filled or empty ({score:.3f} of 1, on "
        "rows not counted before). If it is only known once the answer is, leave it out: --drop {column!r}",
        bn="{column} কলামের ঘর ভরা না ফাঁকা, তা দেখেই প্রায় সব উত্তর বলা যায় (১-এর মধ্যে "
        "{score})। উত্তর জানার পরেই যদি এটি লেখা হয়, তবে বাদ দিন: --drop {column}",
    ),
    "one_sided": Words(
        en="The column {column!r} is filled, or left empty, nearly only where the answer is one class "
        "({score:.3f} of 1, on rows not counted before). If it is only known once the answer is, leave it "
        "out: --drop {column!r}",
        bn="{column} কলামের ভরা (বা ফাঁকা) ঘরগুলোতে উত্তর প্রায় সব সময় একটাই (১-এর মধ্যে "
        "{score})। উত্তর জানার পরেই যদি এটি লেখা হয়, তবে বাদ দিন: --drop {column}",
    ),
}


def _suspicious(name: str, how: str, score: float) -> Note:
    values = {"column": name, "how": how, "score": round(float(score), 4)}
    return Note.of("warning", "suspicious_column", _HOW[how], values)
