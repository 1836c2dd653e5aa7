"""Time limits as people type them, and seconds as people read them."""

from __future__ import annotations

import math
import re
from numbers import Real

from nikti.core.errors import UsageError

_PARTS = re.compile(r"(-)?(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m(?:in)?)?(?:(\d+(?:\.\d+)?)s)?")
_BARE = re.compile(r"-?\d+(?:\.\d+)?")

#: The longest time limit, in seconds: a week. Whoever types more has most likely mixed up the units.
LONGEST = 7 * 24 * 3600

_FORMS = "90s, 10m, 2h or 1h30m"


def parse(given: str | float) -> float:
    """Seconds of a time limit: "90s", "10m", "2h", "1h30m"; from Python also a number of seconds.

    Typed words need a unit, because a bare 5 may mean five seconds, minutes or hours. Raises UsageError
    unless it is a span above zero and of a week at most.

    >>> parse("90s"), parse("10m"), parse("1h30m"), parse(45)
    (90.0, 600.0, 5400.0, 45.0)
    """
    span = _typed(given) if isinstance(given, str) else _number(given)
    if span <= 0:
        raise UsageError(f"a time limit of {given!r} is no time. It must be above 0; give {_FORMS}.")
    if span > LONGEST:
        raise UsageError(
            f"a time limit of {given!r} is longer than a week ({LONGEST // 3600}h), which is the longest; "
            f"give {_FORMS}."
        )
    return span


def _typed(text: str) -> float:
    """Seconds of a span in words, which may be negative."""
    compact = re.sub(r"\s+", "", text.lower())
    match = _PARTS.fullmatch(compact)
    if match and any(match.groups()[1:]):
        hours, minutes, seconds = (float(part or 0) for part in match.groups()[1:])
        return (-1 if match[1] else 1) * (3600 * hours + 60 * minutes + seconds)
    if _BARE.fullmatch(compact):
        if float(compact) <= 0:  # wrong with any unit
            return float(compact)
        raise UsageError(
            f"a time limit of {text!r} has no unit. Give {compact}s for seconds, {compact}m for minutes or "
            f"{compact}h for hours."
        )
    raise UsageError(f"{text!r} is no time limit. Give a number with s, m or h: {_FORMS}.")


def _number(given: float) -> float:
    """A number of seconds as a float; numpy's numbers are numbers too."""
    if isinstance(given, Real) and not isinstance(given, bool) and not math.isnan(given):
        return float(given)
    raise UsageError(f"{given!r} is no time limit. Give a number of seconds, or {_FORMS} in quotes.")


def clock(seconds: float) -> str:
    """Minutes and seconds, for a display that ticks.

    >>> clock(95.2), clock(3725)
    ('1:35', '1:02:05')
    """
    whole = int(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def words(seconds: float) -> str:
    """A duration with its unit, two digits or so.

    >>> words(0.0421), words(3.42), words(95.2), words(3725)
    ('0.04 s', '3.4 s', '1 min 35 s', '1 h 02 min')
    """
    if seconds < 59.5:
        return f"{seconds:.{2 if seconds < 0.995 else 1 if seconds < 9.95 else 0}f} s"
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600} h {whole // 60 % 60:02} min"
