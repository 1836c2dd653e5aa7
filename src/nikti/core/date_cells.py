"""Dates and times as people write them: 2024-03-31, 31/3/2024 02:00 PM, Mar 14, 2023, ১৪ মার্চ ২০২৩, 12:34."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import numpy as np

from nikti.core.number_cells import tidy

_ENGLISH = "january february march april may june july august september october november december".split()
_BANGLA = (
    "জানুয়ারি ফেব্রুয়ারি মার্চ এপ্রিল মে জুন জুলাই আগস্ট সেপ্টেম্বর অক্টোবর নভেম্বর ডিসেম্বর",
    "জানুয়ারী ফেব্রুয়ারী মার্চ এপ্রিল মে জুন জুলাই আগষ্ট সেপ্টেম্বর অক্টোবর নভেম্বর ডিসেম্বর",
)
_MONTHS: dict[str, int] = {
    **{name: place for place, name in enumerate(_ENGLISH, 1)},
    **{name[:3]: place for place, name in enumerate(_ENGLISH, 1)},
    **{
        unicodedata.normalize("NFC", name): place
        for names in _BANGLA
        for place, name in enumerate(names.split(), 1)
    },
    "sept": 9,
}
_LAST_CENTURY = 69  # a year of two digits from here on is of the 1900s, as POSIX has it
LOOKED_AT, LEAST_DATES = 500, 0.25  # cells that tell whether the others are worth a look
_LONGEST_DATE = 60  # characters

_MONTH = "(?P<name>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_TIME = (
    r"(?:(?:\s*T\s*|,?\s+(?:at\s+)?)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})"
    r"(?:[.,](?P<fraction>\d{1,9}))?)?\s*(?P<half>[ap]\.?m\.?)?"
    r"\s*(?P<zone>Z|UTC|GMT|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?)?(?:\s*\[[\w/]+\])?)?"
)
#: What NumPy reads by itself, many at a time.
_SIMPLE = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T][0-2][0-9]:[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,6})?)?)?"
)
_SEPARATOR = r"\s?[-/.]\s?"
_ISO = re.compile(
    rf"(?P<year>\d{{4}})[-/.](?P<month>\d{{1,2}})(?:[-/.](?P<day>\d{{1,2}}){_TIME})?", re.IGNORECASE
)
_NUMERIC = re.compile(
    rf"(?P<one>\d{{1,2}}){_SEPARATOR}(?P<two>\d{{1,2}}){_SEPARATOR}(?P<year>\d{{4}}|\d{{2}}){_TIME}",
    re.IGNORECASE,
)
_NAMED = tuple(
    re.compile(_WEEKDAY + pattern + _TIME, re.IGNORECASE)
    for pattern in (
        rf"{_DAY}[\s.-]*(?:of\s)?{_MONTH},?[\s/-]*(?P<year>\d{{4}}|(?<=[\s/-])\d{{2}})",
        rf"{_MONTH}[\s-]*{_DAY}(?:,\s*|[\s-]+)(?P<year>\d{{4}})",
        rf"(?P<year>\d{{4}})[\s-]*{_MONTH}[\s-]*{_DAY}",
        rf"{_MONTH},?[\s-]*(?P<year>\d{{4}})",
    )
)
_CLOCK = re.compile(
    r"(?P<minus>-)?(?:(?P<days>\d+)\s*d(?:ays?)?,?\s*)?(?P<hour>\d{1,3}):(?P<minute>[0-5]\d)"
    r"(?::(?P<second>[0-5]\d(?:[.,]\d+)?))?\s*(?P<half>[ap]\.?m\.?)?",
    re.IGNORECASE,
)


def _tidy(cell: str) -> str:
    text = tidy(cell)
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def is_iso(cell: str) -> bool:
    """Whether the year comes first, so that nothing is to be guessed.

    >>> is_iso("2024-03-31 10:00:00.5 UTC"), is_iso("31.3.2024"), is_iso("2024")
    (True, False, False)
    """
    return _ISO.fullmatch(_tidy(cell)) is not None


def looks_dated(cell: str) -> bool:
    """Whether the cell is written like a date, whether there is such a day or not.

    >>> [looks_dated(cell) for cell in ("১৪ মার্চ ২০২৩", "13-Jun-23", "3/14/2023 02:00 PM", "12:30", "1.2.3")]
    [True, True, True, False, False]
    """
    return _match(_tidy(cell)) is not None


def look_dated(cells: Sequence[str]) -> np.ndarray:
    """bool [n]: see `looks_dated`; none where hardly any of some cells is."""
    some = cells[:: max(1, len(cells) // LOOKED_AT)]
    if sum(map(looks_dated, some)) < LEAST_DATES * len(some):
        return np.zeros(len(cells), dtype=bool)
    return np.array([_SIMPLE.fullmatch(cell) is not None or looks_dated(cell) for cell in cells], dtype=bool)


def _match(cell: str) -> re.Match[str] | None:
    if len(cell) > _LONGEST_DATE:
        return None
    for pattern in (_ISO, _NUMERIC, *_NAMED):
        if found := pattern.fullmatch(cell):
            return found
    return None


def read(cells: Sequence[str], first: str) -> np.ndarray:
    """datetime64[us] [n] in UTC: NaT for what is no date, or has its day and month the other way round.

    first: "day" or "month" for dates such as 31/3/2024, "" where none is to be read that way.

    >>> read(["31/3/2024", "3/31/2024", "Mar 14, 2024"], "day").astype("datetime64[D]").tolist()
    [datetime.date(2024, 3, 31), None, datetime.date(2024, 3, 14)]
    """
    found = np.full(len(cells), np.datetime64("NaT"), dtype="datetime64[us]")
    simple = np.array([_SIMPLE.fullmatch(cell) is not None for cell in cells], dtype=bool)
    try:
        found[simple] = np.array([cells[place] for place in np.flatnonzero(simple)], dtype="datetime64[us]")
    except ValueError:  # there is no such day
        simple[:] = False
    for place in np.flatnonzero(~simple):
        cell = cells[place]
        match = _match(_tidy(cell))
        moment = None if match is None else _moment(match.groupdict(), first)
        if moment is not None:
            found[place] = np.datetime64(moment, "us")
    return found


def _moment(parts: dict[str, str | None], first: str) -> datetime | None:
    year = int(parts["year"] or 0)
    if len(parts["year"] or "") == 2:
        year += 1900 if year >= _LAST_CENTURY else 2000
    if "one" in parts:
        if first not in ("day", "month"):
            return None
        pair = int(parts["one"] or 0), int(parts["two"] or 0)
        day, month = pair if first == "day" else pair[::-1]
    else:
        name = parts.get("name")
        month = _MONTHS[name.casefold()] if name else int(parts["month"] or 1)
        day = int(parts.get("day") or 1)
    try:
        return datetime(year, month, day) + _time_of_day(parts)
    except (ValueError, OverflowError):
        return None


def _time_of_day(parts: dict[str, str | None]) -> timedelta:
    """Since midnight in UTC. Raises ValueError for hours that no day has."""
    if parts.get("hour") is None:
        return timedelta()
    hour = _hour(int(parts["hour"] or 0), parts["half"])
    minute, second = int(parts["minute"] or 0), int(parts["second"] or 0)
    if hour > 24 or minute > 59 or second > 60:
        raise ValueError("no time of day")
    micro = int((parts["fraction"] or "").ljust(6, "0")[:6])
    passed = timedelta(hours=hour, minutes=minute, seconds=second, microseconds=micro)
    zone = re.fullmatch(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?", parts["zone"] or "", re.IGNORECASE)
    if zone is None:
        return passed
    ahead = timedelta(hours=int(zone[2]), minutes=int(zone[3] or 0))
    return passed - ahead if zone[1] == "+" else passed + ahead


def _hour(hour: int, half: str | None) -> int:
    """Of the day, from an hour before or after noon. Raises ValueError for 13 PM."""
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError("no hour before or after noon")
    return hour % 12 + (12 if half[0] in "pP" else 0)


def order(cells: Iterable[str]) -> str:
    """ "day" or "month", whichever comes first in most dates such as 31/3/2024 that tell; "unknown" where
    none does; "year" where none is written that way."""
    pairs = [
        (int(match["one"]), int(match["two"]))
        for match in map(_NUMERIC.fullmatch, map(_tidy, cells))
        if match
    ]
    if not pairs:
        return "year"
    day = sum(one > 12 for one, _ in pairs)
    month = sum(two > 12 for _, two in pairs)
    if day == month == 0:
        return "unknown"
    return "day" if day >= month else "month"


def read_clock(cells: Sequence[str]) -> np.ndarray:
    """float64 [n]: times of day and durations in seconds, NaN for what is none.

    >>> read_clock(["12:34", "1:02:03.5", "02:00 PM", "1 day 00:00:01", "-0:30", "12"]).tolist()
    [45240.0, 3723.5, 50400.0, 86401.0, -1800.0, nan]
    """
    found = np.full(len(cells), np.nan)
    for place, cell in enumerate(cells):
        match = _CLOCK.fullmatch(_tidy(cell))
        if match is None:
            continue
        try:
            hour = _hour(int(match["hour"]), match["half"])
        except ValueError:
            continue
        seconds: float = 86_400 * int(match["days"] or 0) + 3_600 * hour + 60 * int(match["minute"])
        seconds += float((match["second"] or "0").replace(",", "."))
        found[place] = -seconds if match["minus"] else seconds
    return found


def clock_parts(cells: Iterable[str]) -> set[int]:
    """How many parts (12:34 has two) the times have: where some have two and some three, two could be
    hours and minutes or minutes and seconds."""
    return {cell.count(":") + 1 for cell in cells if _CLOCK.fullmatch(_tidy(cell))}
