"""The metrics that a task can be judged by, with their words, by name."""

from __future__ import annotations

from functools import cache

from nikti.core import catalogue
from nikti.core.errors import UnknownName
from nikti.core.task import Metric
from nikti.core.words import Words

_PRIMARY_METRIC = Words(en="primary metric", bn="প্রধান মাপকাঠি")


@cache
def primary() -> dict[str, Metric]:
    """{name: metric} of all that can be a primary one of any task."""
    tasks = [catalogue.load("tasks", name).TASK for name in catalogue.names("tasks")]
    return {metric.name: metric for task in tasks for metric in task.metrics if metric.shown is not None}


def words(metric: str, which: str) -> Words:
    """One of the texts of a primary metric: "shown", "title" or "phrase", see `nikti.core.task.Metric`.
    Raises UnknownName for a metric that is the primary one of no task."""
    found = getattr(primary().get(metric), which, None)
    if found is None:
        raise UnknownName(_PRIMARY_METRIC, metric, primary())
    return found
