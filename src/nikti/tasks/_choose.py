"""Which task is meant, by name or by the data."""

from __future__ import annotations

from nikti import answers
from nikti.core import catalogue
from nikti.core.data import Data
from nikti.core.errors import DataError, UsageError
from nikti.core.task import Task


def choose(data: Data, name: str | None = None) -> Task:
    """The task of that name, or the one that fits the data and whose kind of answer these ask for (see
    `nikti.answers`).

    Raises UnknownName for a name that does not exist, UsageError for one that does not fit, DataError
    where nothing fits.
    """
    tasks = [catalogue.load("tasks", entry).TASK for entry in catalogue.names("tasks")]
    fitting = [task for task in tasks if task.accepts(data) is None]
    listed = ", ".join(task.name for task in fitting) or "none"
    if name is not None:
        task = catalogue.load("tasks", name).TASK
        if reason := task.accepts(data):
            raise UsageError(f"{data.name} is not for this task: {reason}. What fits: {listed}.")
        return task
    if data.targets is not None:
        answers.of_targets(data.targets)  # a form that nobody knows is said before tasks say what they miss
    if not fitting:
        reasons = [str(task.accepts(data)) for task in tasks if task.modality == data.modality]
        raise DataError(f"no task fits {data.name}: {'; '.join(reasons) or f'{data.modality} data'}.")
    asked = (task for task in fitting if answers.of(task.answer).matches(data.targets))
    return next(asked, fitting[0])
