"""Numbers as the report shows them, in English and in Bangla. Pure functions of (value, language)."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import Any

from nikti.core.amounts import MILLISECONDS as MILLISECONDS
from nikti.core.amounts import POINT as POINT
from nikti.core.amounts import POINTS as POINTS
from nikti.core.amounts import RANGE as RANGE
from nikti.core.amounts import SECONDS as SECONDS
from nikti.core.amounts import filled as filled
from nikti.core.amounts import gap as gap
from nikti.core.amounts import gap_number as gap_number
from nikti.core.amounts import interval as interval
from nikti.core.amounts import is_percent as is_percent
from nikti.core.amounts import milliseconds as milliseconds
from nikti.core.amounts import name as name
from nikti.core.amounts import percent as percent
from nikti.core.amounts import score as score
from nikti.core.amounts import seconds as seconds
from nikti.core.amounts import significant as significant
from nikti.core.numerals import MISSING as MISSING
from nikti.core.numerals import digits as digits
from nikti.core.numerals import number as number
from nikti.report.words.phrases import say

ANY_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?(e[-+]?[0-9]+)?")


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


def band(value: float, metric: str, lang: str) -> str:
    """A round difference of scores with its unit: "1 point" or "0.01"."""
    if not is_percent(metric):
        return trimmed(value, lang)
    text = trimmed(round(100 * value, 6), lang)
    return filled(POINT if text == number(1, lang) else POINTS, lang, value=text)


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
