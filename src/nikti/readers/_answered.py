"""The answers in the target column of a table: classes, values, or sets of labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nikti.answers.labels import BETWEEN
from nikti.core import columns
from nikti.core.cell_format import PLAIN, CellFormat
from nikti.core.data import Note
from nikti.core.errors import DataError
from nikti.core.words import Words
from nikti.readers import _label_sets, _target

if TYPE_CHECKING:
    import pandas as pd

#: What the names of tasks end in whose answers are sets of labels.
ASKED = "multilabel_classification"

SETS = Words(
    en="{column!r} holds sets of labels{marked}: {labels} labels, {mean} a row on average, {none} rows "
    "without any. {instead}",
    bn="{column} কলামে লেবেলের সেট আছে: {labels} রকম লেবেল, সারিপ্রতি গড়ে {mean}টি; {none}টি সারিতে একটিও নেই।",
)
SEVERAL_LABELS = Words(
    en="the column {column!r} holds several labels in a row ({labels}), and {task} asks for one. Type "
    "--task text_multilabel_classification (or image_, sound_, tabular_) to predict all of them.",
    bn="{column} কলামের এক সারিতে একাধিক লেবেল আছে ({labels}), অথচ {task} চায় একটি। সবগুলো অনুমান করতে লিখুন "
    "--task text_multilabel_classification (বা image_, sound_, tabular_)।",
)
NO_LABEL = Words(
    en="the target column {column!r} is empty: no row has a label.",
    bn="উত্তরের কলাম {column} ফাঁকা: কোনো সারিতেই লেবেল নেই।",
)
INSTEAD = "If each cell is one name, type --task {task}."


@dataclass(frozen=True)
class Answered:
    """targets [n]: strings for classes, float64 for values, bool [n, C] for sets of labels, whose names are
    `classes`; there: bool [n], which rows have an answer; cells: the column, each set as one text."""

    targets: np.ndarray
    there: np.ndarray
    cells: pd.Series
    classes: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()


def answered(column: pd.Series, task: str | None, form: CellFormat = PLAIN) -> Answered:
    """What a column answers. Sets of labels are read where cells are lists, where their texts show it (see
    `_label_sets.several`), or where the task asks for them; lists of one label are that label.

    Raises DataError as `_target.answers` does, for lists of anything but labels, and for several labels where
    another task is asked for. form: how numbers are written.
    """
    asked = task is not None and task.endswith(ASKED)
    sets = _label_sets.lists_in(column)
    mark = ""
    if sets is None:
        cells = columns.without_markers(columns.strings(column))
        sets = _label_sets.lists_written(cells)
        if sets is None and cells.notna().any() and (asked or (task is None and _wordy(column))):
            sets, mark = _label_sets.marked(cells, asked) or (None, "")
    if sets is None:
        return _plain(column, task, form)
    if not asked and all(labels is None or len(labels) <= 1 for labels in sets):
        return _plain(_texts(column, sets), task, form)
    if task is not None and not asked:
        values = {"column": str(column.name), "labels": _most(sets), "task": task}
        raise DataError(SEVERAL_LABELS.format(**values))
    targets, there, classes = _label_sets.matrix(sets)
    if not classes:
        raise DataError(NO_LABEL.format(column=str(column.name)))
    return Answered(
        targets, there, _texts(column, sets), classes, (_note(str(column.name), sets, classes, mark),)
    )


def _wordy(column: pd.Series) -> bool:
    import pandas as pd

    return bool(pd.api.types.is_string_dtype(column.dtype) or column.dtype == object)


def _plain(column: pd.Series, task: str | None, form: CellFormat) -> Answered:
    targets, there, notes = _target.answers(column, task, form)
    return Answered(targets, there, column, (), tuple(notes))


def _texts(column: pd.Series, sets: _label_sets.Sets) -> pd.Series:
    """Each set as one text; missing where nothing is said or, of labels one by one, where there is none."""
    import pandas as pd

    cells = [None if not labels else BETWEEN.join(labels) for labels in sets]
    return pd.Series(cells, index=column.index, name=column.name, dtype=object)


def _most(sets: _label_sets.Sets) -> str:
    return ", ".join(max((labels for labels in sets if labels), key=len)[:3])


def _note(column: str, sets: _label_sets.Sets, classes: tuple[str, ...], mark: str) -> Note:
    sizes = [len(labels) for labels in sets if labels is not None]
    values = {"column": column, "labels": len(classes), "none": sizes.count(0), "mark": mark}
    more = {
        "mean": round(sum(sizes) / len(sizes), 2),
        "marked": f" with {mark!r} between them" if mark else "",
        "instead": INSTEAD.format(task="text_classification (or image_, sound_, tabular_)") if mark else "",
    }
    return Note.of("info", "label_sets", SETS, values, **more)
