"""Numbers as people read them, in English and in Bangla. Pure functions of (value, language)."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import Any

from nikti.core.numerals import MISSING as MISSING
from nikti.core.numerals import digits as digits
from nikti.core.numerals import number as number
from nikti.report.words.phrases import say

#: Primary metrics that are read as plain numbers; all others are shares that people read in percent.
PLAIN_METRICS = ("r2",)

ANY_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?(e[-+]?[0-9]+)?")
BARE_NUMBER = re.compile(r"[-−]?[0-9]+(\.[0-9]+)?")


def name(words: object, lang: str) -> str:
    """A class or an answer as people read it: a bare number in the language's digits, else untouched.

    >>> name("7", "bn"), name("type_7", "bn")
    ('৭', 'type_7')
    """
    text = str(words)
    return digits(text, lang) if BARE_NUMBER.fullmatch(text) else text


def value(found: Any, lang: str) -> str:
    """A cell of a table or an answer: numbers to four significant digits, words as `name` has them.

    >>> value(0.0507801, "en"), value("311.0", "en"), value(7.91388e-05, "bn"), value(None, "en")
    ('0.05078', '311', '০.০০০০৭৯১৪', '–')
    """
    if found is None:
        return MISSING
    if isinstance(found, bool) or not ANY_NUMBER.fullmatch(str(found)):
        return name(found, lang)
    short = f"{float(found):.4g}"
    if 1e-7 <= abs(float(found)) < 1e12:  # people read 0.00007, not 7e-05
        short = f"{Decimal(short):f}"
    return digits(short.replace("-", "−"), lang)


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
    return say(
        lang, "unit.range", low=number(scale * low, lang, places), high=number(scale * high, lang, places)
    )


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
    return text if text == MISSING or not is_percent(metric) else say(lang, "unit.points", value=text)


def band(value: float, metric: str, lang: str) -> str:
    """A round difference of scores with its unit: "1 point" or "0.01"."""
    if not is_percent(metric):
        return trimmed(value, lang)
    text = trimmed(round(100 * value, 6), lang)
    return say(lang, "unit.point" if text == number(1, lang) else "unit.points", value=text)


def significant(value: float, lang: str, figures: int = 2) -> str:
    """At least `figures` significant digits, never in powers of ten.

    >>> significant(0.0347, "en"), significant(3.42, "en"), significant(342.1, "en")
    ('0.035', '3.4', '342')
    """
    if value == 0:
        return number(0, lang)
    places = max(0, figures - 1 - math.floor(math.log10(abs(value))))
    return number(value, lang, places)


def two_figures(value: float) -> float:
    """A number to two significant figures: an estimate with a wide interval earns no more.

    >>> two_figures(3456)
    3500.0
    """
    return float(f"{value:.2g}")


def trimmed(value: float, lang: str) -> str:
    """A round number with no more decimals than it needs, for ticks.

    >>> trimmed(0.5, "en"), trimmed(20.0, "en"), trimmed(0.002, "bn")
    ('0.5', '20', '০.০০২')
    """
    places = next((k for k in range(6) if math.isclose(round(value, k), value, rel_tol=1e-6)), 6)
    return number(value, lang, places)


def seconds(value: float | None, lang: str) -> str:
    """A duration: 0.35 s, 12 s, 3 min 20 s, 1 h 5 min."""
    if value is None or math.isnan(value):
        return MISSING
    if value < 60:
        text = significant(value, lang) if value >= 0.005 else "< " + number(0.01, lang, 2)
        return say(lang, "unit.seconds", value=text)
    whole = round(value)
    if whole < 3600 and whole % 60 == 0:
        return say(lang, "unit.minutes", minutes=number(whole // 60, lang))
    if whole < 3600:
        return say(
            lang,
            "unit.minutes_seconds",
            minutes=number(whole // 60, lang),
            seconds=number(whole % 60, lang),
        )
    return say(
        lang,
        "unit.hours_minutes",
        hours=number(whole // 3600, lang),
        minutes=number(whole % 3600 // 60, lang),
    )


def milliseconds(value: float | None, lang: str) -> str:
    """A short duration in milliseconds: 0.035 ms, 3.4 ms."""
    if value is None or math.isnan(value):
        return MISSING
    return say(lang, "unit.ms", value=significant(value, lang))


def energy(joules: float | None, lang: str) -> str:
    """An energy: 3.4 J, 12 kJ."""
    if joules is None or math.isnan(joules):
        return MISSING
    if joules >= 1000:
        return say(lang, "unit.kilojoules", value=significant(joules / 1000, lang))
    return say(lang, "unit.joules", value=significant(joules, lang))


def size(count: float | None, lang: str) -> str:
    """Bytes, in powers of 1,000: 830 B, 12 kB, 3.4 MB."""
    if count is None:
        return MISSING
    for unit, scale in (("gb", 1e9), ("mb", 1e6), ("kb", 1e3)):
        if count >= scale:
            return say(lang, f"unit.{unit}", value=significant(count / scale, lang))
    return say(lang, "unit.b", value=number(count, lang))
