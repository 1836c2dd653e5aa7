"""Measured amounts as people read them, in English and in Bangla. Pure functions of (value, language)."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from nikti.core.numerals import MISSING, digits, number
from nikti.core.words import LANGUAGES, Words

RANGE = Words(en="{low} to {high}", bn="{low} থেকে {high}")
POINT = Words(en="{value} point", bn="{value} পয়েন্ট")
POINTS = Words(en="{value} points", bn="{value} পয়েন্ট")
SECONDS = Words(en="{value} s", bn="{value} সে.")
MINUTES = Words(en="{minutes} min", bn="{minutes} মি.")
MINUTES_SECONDS = Words(en="{minutes} min {seconds} s", bn="{minutes} মি. {seconds} সে.")
HOURS_MINUTES = Words(en="{hours} h {minutes} min", bn="{hours} ঘ. {minutes} মি.")
MILLISECONDS = Words(en="{value} ms", bn="{value} মি.সে.")

#: Primary metrics that are read as plain numbers; all others are shares that people read in percent.
PLAIN_METRICS = ("r2",)

BARE_NUMBER = re.compile(r"[-−]?[0-9]+(\.[0-9]+)?")


def filled(unit: Words, lang: str, **values: str) -> str:
    """An amount with its unit. The values come formatted in the language.

    >>> filled(RANGE, "bn", low="১", high="২")
    '১ থেকে ২'
    """
    return unit.shown(lang).format(**values)


def both(shown: Callable[..., str], *given: Any) -> Words:
    """What a function of (..., language) here says, in both languages, to stand in a sentence.

    >>> both(percent, 0.986)
    Words(en='98.6%', bn='৯৮.৬%')
    """
    return Words(*(shown(*given, lang) for lang in LANGUAGES))


def name(words: object, lang: str) -> str:
    """A class or an answer as people read it: a bare number in the language's digits, else untouched.

    >>> name("7", "bn"), name("type_7", "bn")
    ('৭', 'type_7')
    """
    text = str(words)
    return digits(text, lang) if BARE_NUMBER.fullmatch(text) else text


def is_percent(metric: str) -> bool:
    """Whether a metric is read in percent and its gaps in points."""
    return metric not in PLAIN_METRICS


def percent(share: float | None, lang: str, places: int = 1) -> str:
    """A share of one in percent.

    >>> percent(0.986, "en"), percent(1.0, "bn", 0)
    ('98.6%', '১০০%')
    """
    if share is None or math.isnan(share):
        return MISSING
    return number(100 * share, lang, places) + "%"


def score(value: float | None, metric: str, lang: str) -> str:
    """A score as people read its metric: 98.6% or 0.524."""
    return percent(value, lang) if is_percent(metric) else number(value, lang, 3)


def interval(low: float | None, high: float | None, metric: str, lang: str) -> str:
    """Both ends of an interval of a score, e.g. "97.1 to 98.9"."""
    if low is None or high is None:
        return MISSING
    scale, places = (100, 1) if is_percent(metric) else (1, 3)
    return filled(RANGE, lang, low=number(scale * low, lang, places), high=number(scale * high, lang, places))


def gap_number(value: float | None, metric: str, lang: str, signed: bool = False) -> str:
    """A difference of scores without its unit: points for a percentage. Small ones get one more place."""
    if value is None or math.isnan(value):
        return MISSING
    scaled, places = (100 * value, 1) if is_percent(metric) else (value, 3)
    if scaled != 0 and abs(scaled) < 0.5 * 10**-places:
        places += 1
    plus = "+" if signed and scaled > 0 else ""
    return plus + number(scaled, lang, places)


def gap(value: float | None, metric: str, lang: str) -> str:
    """A difference of scores with its unit: "1.2 points" or "0.031"."""
    text = gap_number(value, metric, lang)
    return text if text == MISSING or not is_percent(metric) else filled(POINTS, lang, value=text)


def significant(value: float, lang: str, figures: int = 2) -> str:
    """At least `figures` significant digits, never in powers of ten.

    >>> significant(0.0347, "en"), significant(3.42, "en"), significant(342.1, "en")
    ('0.035', '3.4', '342')
    """
    if value == 0:
        return number(0, lang)
    places = max(0, figures - 1 - math.floor(math.log10(abs(value))))
    return number(value, lang, places)


def seconds(value: float | None, lang: str) -> str:
    """A duration: 0.35 s, 12 s, 3 min 20 s, 1 h 5 min."""
    if value is None or math.isnan(value):
        return MISSING
    if value < 60:
        text = significant(value, lang) if value >= 0.005 else "< " + number(0.01, lang, 2)
        return filled(SECONDS, lang, value=text)
    whole = round(value)
    if whole < 3600 and whole % 60 == 0:
        return filled(MINUTES, lang, minutes=number(whole // 60, lang))
    if whole < 3600:
        return filled(
            MINUTES_SECONDS,
            lang,
            minutes=number(whole // 60, lang),
            seconds=number(whole % 60, lang),
        )
    return filled(
        HOURS_MINUTES,
        lang,
        hours=number(whole // 3600, lang),
        minutes=number(whole % 3600 // 60, lang),
    )


def milliseconds(value: float | None, lang: str) -> str:
    """A short duration in milliseconds: 0.035 ms, 3.4 ms."""
    if value is None or math.isnan(value):
        return MISSING
    return filled(MILLISECONDS, lang, value=significant(value, lang))
