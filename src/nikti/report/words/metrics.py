"""Metrics in words, as the task says them that measures with them."""

from __future__ import annotations

from functools import cache

from nikti.core import catalogue
from nikti.core.errors import UnknownName
from nikti.core.task import Metric
from nikti.core.words import Words
from nikti.report.words.numbers import score


@cache
def primary() -> dict[str, Metric]:
    """{name: metric} of all that can be a primary one of any task."""
    tasks = [catalogue.load("tasks", name).TASK for name in catalogue.names("tasks")]
    return {metric.name: metric for task in tasks for metric in task.metrics if metric.shown is not None}


def measured(value: float | None, metric: str, lang: str) -> str:
    """A score with what it measures: "98.6% correct", "R² 0.524". Raises UnknownName for a metric that is the
    primary one of no task."""
    return _words(metric, "shown").shown(lang).format(value=score(value, metric, lang))


def axis_title(metric: str, lang: str) -> str:
    """What an axis of such scores is called. Raises UnknownName as `measured` does."""
    return _words(metric, "title").shown(lang)


def phrase(metric: str, lang: str) -> str:
    """What it is, for a sentence that says why it was chosen. Raises UnknownName as `measured` does."""
    return _words(metric, "phrase").shown(lang)


def _words(metric: str, which: str) -> Words:
    found = getattr(primary().get(metric), which, None)
    if found is None:
        raise UnknownName("primary metric", metric, primary())
    return found
