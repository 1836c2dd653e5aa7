"""Metrics in words, from the tasks that they belong to."""

from __future__ import annotations

from nikti.core.primary_metrics import words
from nikti.report.words.numbers import score


def measured(value: float | None, metric: str, lang: str) -> str:
    """A score with what it measures: "98.6% correct", "R² 0.524". Raises UnknownName for a metric that is the
    primary one of no task."""
    return words(metric, "shown").shown(lang).format(value=score(value, metric, lang))


def axis_title(metric: str, lang: str) -> str:
    """What an axis of such scores is called. Raises UnknownName as `measured` does."""
    return words(metric, "title").shown(lang)
