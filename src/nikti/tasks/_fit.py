"""Reasons why data do not fit a task that most tasks share."""

from __future__ import annotations

from nikti.core.data import Data
from nikti.core.words import Words

OTHER_MODALITY = Words(
    en="{task} needs {needed} data; these are {given} data",
    bn="{task}-এর জন্য {needed} ডেটা লাগে; এগুলো {given} ডেটা",
)
NO_ANSWERS = Words(
    en="{task} needs labelled data; these have no answers",
    bn="{task}-এর জন্য লেবেল করা ডেটা লাগে; এগুলোতে উত্তর নেই",
)


def misfit(task: str, modality: str, data: Data) -> Words | None:
    """None where data are of the modality and have answers, else the reason."""
    if data.modality != modality:
        return OTHER_MODALITY.format(task=task, needed=modality, given=data.modality)
    return NO_ANSWERS.format(task=task) if data.targets is None else None
