"""What gives the answer away before anything is learned: columns, the order of rows, picture files, words.

One file for each modality in which there is something to look for, found by its name, with

    notes(data, fold, classes, files) -> [Note]    data: prepared, without the user's own test split; fold
                                                   int64 [n]: see `_association.folds_of`; classes: whether
                                                   answers are classes; files: see `leaks`

Nothing is left out for what is found: whether a column is known when the answer is asked for is for the user
to say. Each finding is a note that says what to type.

Thresholds were chosen on adult_census, titanic, iris and breast_cancer (where the strongest true feature of
all, the width of an iris' petal, has a lambda of 0.93) and tried on the other sets; see the tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from nikti import answers
from nikti.core import catalogue
from nikti.core.data import Data, Note
from nikti.core.task import Task

_FOLDER = "protocol/leaks"


def leaks(data: Data, task: Task, files: Sequence[Path] | None = None) -> list[Note]:
    """Warnings on what gives away the answers of prepared data, [] where nothing does.

    files: where each picture was read, [n]; None for others. Copies should be groups already (see
    `nikti.protocol.duplicates`), or they count as evidence. The user's own test split is not looked at.
    """
    from nikti.protocol.leaks import _association as association

    if not answers.of(task.answer).SIMPLE:
        return []
    rows = np.arange(len(data)) if data.split is None else np.flatnonzero(data.split != 2)
    files = None if files is None else [files[row] for row in rows.tolist()]
    data = data.subset(rows)
    if len(data) < 2 or len(np.unique(data.targets)) < 2 or data.modality not in catalogue.names(_FOLDER):
        return []
    fold = association.folds_of(len(data), data.groups)
    way = catalogue.load(_FOLDER, data.modality)
    return way.notes(data, fold, bool(data.classes), files)
