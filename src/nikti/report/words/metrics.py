"""Metrics in words, as the task says them that measures with them."""

from __future__ import annotations

from functools import cache

from nikti.core import catalogue
from nikti.core.errors import UnknownName
from nikti.core.task import Metric
from nikti.report.words.numbers import score


@cache
def primary() -> dict[str, Metric]:
    """{name: metric} of all that can be a primary one of any task."""
    tasks = [catalogue.load("tasks", name).TASK for name in catalogue.names("tasks")]
    return {metric.name: metric for task in tasks for metric in task.metrics if metric.shown is not None}


def metric(name: str) -> Metric:
    """The metric of that name; raises UnknownName where it is the primary one of no task."""
    if name not in primary():
        raise UnknownName("primary metric", name, primary())
    return primary()[name]


def measured(value: float | None, name: str, lang: str) -> str:
    """A score with what it measures: "98.6% correct", "R² 0.524"."""
    return metric(name).shown.to(lang).format(value=score(value, name, lang))
