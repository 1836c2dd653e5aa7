"""Which task is meant, by name or by the data."""

from __future__ import annotations

from nikti import answers
from nikti.core import catalogue
from nikti.core.data import Data
from nikti.core.errors import NONE, DataError, UsageError
from nikti.core.task import Task
from nikti.core.words import Words, joined

_NO_TASK = Words(en="no task fits {name}: {reason}.", bn="{name}-এর উপযুক্ত কোনো কাজ নেই: {reason}।")
_OF_KIND = Words(en="{kind} data", bn="{kind} ডেটা")
_OTHER_TASK = Words(
    en="{name} is not for this task: {reason}. What fits: {fitting}.",
    bn="{name} এই কাজের উপযুক্ত নয়: {reason}। উপযুক্ত: {fitting}।",
)


def choose(data: Data, name: str | None = None) -> Task:
    """The task of that name, or the one that fits the data and whose kind of answer these ask for (see
    `nikti.answers`).

    Raises UnknownName for a name that does not exist, UsageError for one that does not fit, DataError
    where nothing fits.
    """
    tasks = [catalogue.load("tasks", entry).TASK for entry in catalogue.names("tasks")]
    fitting = [task for task in tasks if task.accepts(data) is None]
    listed = ", ".join(task.name for task in fitting) or NONE
    if name is not None:
        task = catalogue.load("tasks", name).TASK
        if reason := task.accepts(data):
            raise UsageError(_OTHER_TASK.format(name=data.name, reason=reason, fitting=listed))
        return task
    if data.targets is not None:
        answers.of_targets(data.targets)  # a form that nobody knows is said before tasks say what they miss
    if not fitting:
        refusals = [task.accepts(data) for task in tasks if task.modality == data.modality]
        reasons = joined([reason for reason in refusals if reason is not None], "; ")
        why = reasons if reasons.en else _OF_KIND.format(kind=data.modality)
        raise DataError(_NO_TASK.format(name=data.name, reason=why))
    asked = (task for task in fitting if answers.of(task.answer).matches(data.targets))
    return next(asked, fitting[0])
