"""A verdict's conditions in words: a clause for its sentence, a sentence for the list below it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from nikti.core.words import read
from nikti.report.words import numbers
from nikti.report.words.metrics import phrase
from nikti.report.words.notes import note_sentence
from nikti.report.words.phrases import phrases, say

if TYPE_CHECKING:
    from nikti.verdict.judge import Verdict

Condition = Mapping[str, Any]

#: Clauses of a sentence that says why it is not surer; the list below it has all.
MOST_CLAUSES = 2


def limiting(conditions: Sequence[Condition]) -> list[Condition]:
    """Those that make a verdict less sure."""
    return [one for one in conditions if one["level"] == "warning" and one["code"] != "floor_unbeaten"]


def clauses(conditions: Sequence[Condition], metric: str, lang: str) -> str:
    """Why a verdict is not surer, for the end of its sentence; "" where nothing limits it."""
    words = [
        say(lang, f"condition.{_which(one)}", **_words(one, metric, lang)) for one in limiting(conditions)
    ]
    more = len(words) - MOST_CLAUSES
    words = words[:MOST_CLAUSES]
    if more > 0:
        words.append(say(lang, "condition.more", count=numbers.number(more, lang)))
    joined = ""
    for then in words:
        joined = say(lang, "condition.and", first=joined, then=then) if joined else then
    return joined


def sentence(condition: Condition, metric: str, lang: str) -> str:
    """What a condition is, whole."""
    return say(lang, f"conditions.{_which(condition)}", **_words(condition, metric, lang))


def in_words(verdict: Verdict, lang: str) -> list[dict[str, Any]]:
    """The conditions of a verdict as plain dicts, with their sentences."""
    found = [asdict(note) for note in verdict.conditions]
    return [{**one, "text": sentence(one, verdict.metric, lang)} for one in found]


def label(condition: Condition, lang: str) -> str:
    """A condition's name."""
    return say(lang, f"condition_name.{condition['code']}")


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
    """What to ask for where it was the preset, and not the time, that cut somebody short; else ""."""
    presets = [one["values"]["preset"] for one in conditions if one["values"].get("preset")]
    return say(lang, "condition.by_preset", preset=presets[0]) if presets else ""


def whole(seconds: float) -> float:
    """An estimate of a duration, rounded up to whole minutes from two on.

    >>> whole(90.2), whole(721)
    (91, 780)
    """
    return 60 * math.ceil(seconds / 60) if seconds >= 120 else math.ceil(seconds)


def method(name: str, lang: str) -> str:
    """A family of methods, in the field's words where the language has them."""
    key = f"method.{name}".replace(" ", "_")
    return phrases(lang).get(key, name)


def _which(condition: Condition) -> str:
    """The code, or that of the graver sentence."""
    values, code = condition["values"], condition["code"]
    if code == "shift" and values["turned"]:
        return "shift_turned"
    return "uneven_unmeasured" if code == "uneven" and not values["measured"] else code


def _words(condition: Condition, metric: str, lang: str) -> dict[str, str]:
    values = condition["values"]
    words = {name.removesuffix("_bn") for name in values if name.endswith("_bn")}
    shown = {name: _shown(name, value, metric, lang) for name, value in values.items()}
    shown |= {name: read(values, name).shown(lang) for name in words}
    if "side" in values:
        shown["Side"] = say(lang, f"side.{values['side'].title()}")
    return shown


def _shown(name: str, value: Any, metric: str, lang: str) -> str:
    if name == "side":
        return say(lang, f"side.{value}")
    if name.endswith("score"):
        return numbers.score(value, metric, lang)
    if name.endswith("seconds"):
        return numbers.seconds(value, lang)
    if name == "gain":
        return numbers.gap(value, metric, lang)
    if name == "metric":
        return phrase(value, lang)
    if name == "method":
        return method(value, lang)
    if name == "note":
        return note_sentence(value, lang)[0]
    if isinstance(value, list):
        return ", ".join(value)
    return numbers.number(value, lang) if isinstance(value, int | float) else numbers.name(value, lang)
