"""How much of a file is read before it is refused, and the flags that lift these limits.

A file of a few kilobytes can unpack to gigabytes, or name a million columns. Readers count before they keep:
what a header promises, what a stream has given so far. Whoever has more real data than that lifts the limit:

    nikti inspect genes.csv --max-columns 60000
    with lifted(columns=60_000): nikti.inspect("genes.csv")
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, fields, replace
from typing import Any

from nikti.core.errors import DataError, UsageError
from nikti.core.words import Words

_NO_LIMIT = Words(
    en="{text!r} is no limit. Give a count above 0, such as 50000, 2m or 20g.",
    bn="“{text}” কোনো সীমা নয়। ০-এর বড় সংখ্যা লিখুন, যেমন `50000`, `2m` বা `20g`।",
)


def _limit(default: int, what: str, bn: str) -> Any:
    return field(default=default, metadata={"what": Words(what, bn)})


@dataclass(frozen=True)
class Limits:
    """The most that is read of one file. Ten million rows of twenty columns, or a hundred thousand of two
    thousand, are within them."""

    rows: int = _limit(20_000_000, "rows", "সারি")
    columns: int = _limit(20_000, "columns", "কলাম")
    cells: int = _limit(200_000_000, "values", "মান")
    bytes: int = _limit(8 * 2**30, "bytes once it is unpacked", "বাইট (খোলার পরে)")
    #: Real data hardly shrink more than twentyfold (text, empty masks); a bomb does a thousandfold.
    growth: int = _limit(200, "times its own size once it is unpacked", "গুণ বড় (খোলার পরে)")
    depth: int = _limit(200, "levels of brackets inside each other", "স্তর (একটির ভেতরে আরেকটি বন্ধনী)")
    #: Counted only where a clip does not say how long it is; four hours.
    frames: int = _limit(400_000, "frames of a clip", "ফ্রেম (ভিডিওতে)")
    archive_files: int = _limit(2_000_000, "files in an archive", "ফাইল (আর্কাইভে)")
    sound_seconds: int = _limit(600, "seconds of sound", "সেকেন্ড শব্দ")
    archive_bytes: int = _limit(100 * 2**30, "bytes of an archive, unpacked", "বাইট (আর্কাইভ খোলার পরে)")


#: Bytes from which `growth` counts; below that any growth is harmless.
GROWTH_FROM = 100 * 2**20

TOO_MUCH = Words(
    en="{file} holds {count:,} {what}, and nikti reads at most {most:,} unless it is told to. If the file is "
    "what you think it is, add {flag} {enough}.",
    bn="{file} ফাইলে {count} {what} আছে; নিক্তি না বললে {most}-এর বেশি পড়ে না। ফাইলটি ঠিক থাকলে যোগ করুন {flag} "
    "{enough}",
)
STILL_MORE = Words(
    en="{file} holds more than {most:,} {what}, which is the most that nikti reads unless it is told to. If "
    "the file is what you think it is, add {flag} {enough}.",
    bn="{file} ফাইলে {most}-এর বেশি {what} আছে; নিক্তি না বললে এর বেশি পড়ে না। ফাইলটি ঠিক থাকলে যোগ করুন {flag} "
    "{enough}",
)

_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmg]?)b?", re.IGNORECASE)
_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9}

_USUAL = Limits()
_now: ContextVar[Limits] = ContextVar("limits", default=_USUAL)


def current() -> Limits:
    """The limits that hold here."""
    return _now.get()


@contextmanager
def lifted(**limits: int | None) -> Iterator[None]:
    """Other limits inside of the block, by their names; None leaves one as it is."""
    given = {name: limit for name, limit in limits.items() if limit is not None}
    token = _now.set(replace(current(), **given))
    try:
        yield
    finally:
        _now.reset(token)


def flag(name: str) -> str:
    """The flag of a limit.

    >>> flag("archive_files")
    '--max-archive-files'
    """
    return f"--max-{name.replace('_', '-')}"


def described() -> Mapping[str, Words]:
    """{limit: what is counted}."""
    return {one.name: one.metadata["what"] for one in fields(Limits)}


def check(file: str | Words, *, more: bool = False, **counts: int) -> None:
    """Raise DataError, with the limit and its flag, where a count that was met is above its limit.

    file: what is read, or a place in it; counts: by the limits' names; more: whether counting stopped there,
    and there is more to come.
    """
    limits = current()
    for name, count in counts.items():
        if count > (most := getattr(limits, name)):
            words, enough = (STILL_MORE, 2 * count) if more else (TOO_MUCH, count)
            values = {"count": count, "what": described()[name], "most": most, "flag": flag(name)}
            raise DataError(words.format(file=file, enough=str(enough), **values))


def check_growth(file: str, packed: int, unpacked: int, *, more: bool = False) -> None:
    """Raise DataError where packed bytes become far more than those of real data do."""
    if unpacked > GROWTH_FROM:
        check(file, more=more, growth=-(-unpacked // max(1, packed)))


def size(text: str) -> int:
    """A count as it is typed: 2000000, 2m, 20g. Raises UsageError.

    >>> size("2m"), size("1.5k"), size("300")
    (2000000, 1500, 300)
    """
    match = _SIZE.fullmatch(text.strip().replace(",", "").replace("_", ""))
    found = 0 if match is None else int(float(match[1]) * _UNITS[match[2].lower()])
    if found < 1:
        raise UsageError(_NO_LIMIT.format(text=text))
    return found
