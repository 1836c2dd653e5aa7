"""Time limits as people type them, and seconds as people read them."""

from __future__ import annotations

import math
import re

from nikti.core.errors import UsageError

_PARTS = re.compile(r"(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m(?:in)?)?(?:(\d+(?:\.\d+)?)s)?")


def parse(text: str | float) -> float:
    """Seconds of a time limit: "90s", "10m", "2h", "1h30m", or plain seconds as text or number.

    Raises UsageError unless it is a positive, finite span.

    >>> parse("90s"), parse("10m"), parse("1h30m"), parse(45)
    (90.0, 600.0, 5400.0, 45.0)
    """
    compact = re.sub(r"\s+", "", str(text).lower())
    match = _PARTS.fullmatch(compact)
    if match and any(match.groups()):
        hours, minutes, seconds = (float(part or 0) for part in match.groups())
        span = 3600 * hours + 60 * minutes + seconds
    else:
        try:
            span = float(compact)
        except ValueError:
            span = math.nan
    if not (math.isfinite(span) and span > 0):
        raise UsageError(
            f"{text!r} is no time limit. Give seconds, or a number with s, m or h: 90s, 10m, 2h, 1h30m."
        )
    return span


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
