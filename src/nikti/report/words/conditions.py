"""A verdict's conditions on the page: clauses for its sentence, and what would settle it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from nikti.report.words import numbers
from nikti.report.words.notes import note_sentence
from nikti.report.words.phrases import say

if TYPE_CHECKING:
    from nikti.verdict.judge import Verdict

#: `nikti.verdict.condition.Condition` as a plain dict.
Condition = Mapping[str, Any]

#: Clauses of a sentence that says why it is not surer; the list below it has all.
MOST_CLAUSES = 2


def limiting(conditions: Sequence[Condition]) -> list[Condition]:
    """The conditions that make a verdict less sure."""
    return [one for one in conditions if one["level"] == "warning" and one["code"] != "floor_unbeaten"]


def clauses(conditions: Sequence[Condition], lang: str) -> str:
    """Why a verdict is not surer, for the end of its sentence; "" where nothing limits it."""
    words = [one["clause"][lang] for one in limiting(conditions)]
    more = len(words) - MOST_CLAUSES
    words = words[:MOST_CLAUSES]
    if more > 0:
        words.append(say(lang, "condition.more", count=numbers.number(more, lang)))
    joined = ""
    for then in words:
        joined = say(lang, "condition.and", first=joined, then=then) if joined else then
    return joined


def in_words(verdict: Verdict, lang: str) -> list[dict[str, Any]]:
    """[{"code", "level", "name", "text", "values"}] of a verdict's conditions, in the language."""
    return [
        {
            "code": one["code"],
            "level": one["level"],
            "name": one["name"][lang],
            "text": note_sentence(one, lang)[0],
            "values": one["values"],
        }
        for one in (asdict(condition) for condition in verdict.conditions)
    ]


def enough(conditions: Sequence[Condition]) -> tuple[float, float] | None:
    """(time limit, the one under which nothing would have been cut) in seconds, where that is known."""
    known = [one["values"] for one in conditions if "enough_seconds" in one["values"]]
    if not known:
        return None
    return known[0]["limit_seconds"], max(values["enough_seconds"] for values in known)


def with_time(conditions: Sequence[Condition], lang: str) -> str:
    """The time that would settle it, as a sentence; "" where it is not known."""
    found = enough(conditions)
    if found is None:
        return by_preset(conditions, lang)
    had, needed = (numbers.seconds(whole(value), lang) for value in found)
    return say(lang, "condition.settled_by", had=had, needed=needed)


def by_preset(conditions: Sequence[Condition], lang: str) -> str:
    """The larger preset to use, where the preset and not the time limit cut a training short; else ""."""
    presets = [one["values"]["preset"] for one in conditions if one["values"].get("preset")]
    return say(lang, "condition.by_preset", preset=presets[0]) if presets else ""


def whole(seconds: float) -> float:
    """An estimate of a duration, rounded up to whole minutes from two on.

    >>> whole(90.2), whole(721)
    (91, 780)
    """
    return 60 * math.ceil(seconds / 60) if seconds >= 120 else math.ceil(seconds)
