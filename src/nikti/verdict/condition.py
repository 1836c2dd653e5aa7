"""A condition of a verdict in both languages: its name, a whole sentence, and a clause for the verdict's
own sentence. The texts stand in the file that finds the condition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nikti.core import amounts
from nikti.core.data import Note
from nikti.core.numerals import number
from nikti.core.primary_metrics import words as metric_words
from nikti.core.words import Words, read

SIDES = {
    "classical": Words(en="machine learning", bn="মেশিন লার্নিং"),
    "deep": Words(en="deep learning", bn="ডিপ লার্নিং"),
}


@dataclass(frozen=True)
class Wording:
    """The texts of one kind of condition, with places for its values. clause: of those that make a verdict
    less sure."""

    name: Words
    sentence: Words
    clause: Words = Words("", "")


@dataclass(frozen=True)
class Condition(Note):
    """A note whose text is the sentence, with its name and its clause filled in."""

    name: Words = field(kw_only=True)
    clause: Words = field(kw_only=True)

    @classmethod
    def worded(
        cls, level: str, code: str, wording: Wording, values: dict[str, Any], metric: str
    ) -> Condition:
        """A condition whose texts are filled with its values, scores as people read this metric."""
        shown = shown_values(values, metric)
        sentence = wording.sentence.format(**shown)
        clause = wording.clause.format(**shown)
        return cls(level, code, sentence.en, values, sentence.bn, name=wording.name, clause=clause)


def shown_values(values: Mapping[str, Any], metric: str) -> dict[str, Words]:
    """Values as people read them, in both languages. What they are is told by the names: `..._score` and
    `gain` are of the metric, `..._seconds` durations, `side` a side (`Side`: at the start of a sentence)."""
    worded = {name.removesuffix("_bn") for name in values if name.endswith("_bn")}
    shown = {name: _shown(name, value, metric) for name, value in values.items() if not name.endswith("_bn")}
    shown |= {name: _whole(read(values, name)) for name in worded}
    if "side" in values:
        side = SIDES[values["side"]]
        shown["Side"] = Words(side.en.capitalize(), side.bn)
    return shown


def _shown(name: str, value: Any, metric: str) -> Words:
    if name == "side":
        return SIDES[value]
    if name.endswith("score"):
        return amounts.both(amounts.score, value, metric)
    if name.endswith("seconds"):
        return amounts.both(amounts.seconds, value)
    if name.endswith("ms"):
        return amounts.both(amounts.milliseconds, value)
    if name == "gain":
        return amounts.both(amounts.gap, value, metric)
    if name == "metric":
        return metric_words(value, "phrase")
    if name == "note":
        return _whole(read(value, "text"))
    if isinstance(value, list):
        return _whole(Words(", ".join(value), ""))
    return amounts.both(number if isinstance(value, int | float) else amounts.name, value)


def _whole(words: Words) -> Words:
    """The English in place of Bangla that is missing: earlier versions stored none."""
    return Words(words.en, words.bn or words.en)
