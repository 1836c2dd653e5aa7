"""The band of practical equivalence as people type it."""

from __future__ import annotations

import re

from nikti.core.errors import UsageError
from nikti.core.words import Words

#: Two learners within one point of each other are equally good for practical purposes.
BAND = 0.01

_POINTS = re.compile(r"(\d+(?:\.\d+)?)\s*(?:pts?|points?|%)")

_NO_BAND = Words(
    en="{text!r} is no band within which two scores count as equal. Give points, at most 50: --band "
    "1pt, --band 0.5pt; or a share of the score: --band 0.01.",
    bn="“{text}” এমন ব্যবধান নয় যার ভেতরে দুটি স্কোরকে সমান ধরা যায়। পয়েন্টে লিখুন, সর্বোচ্চ ৫০: "
    "--band 1pt, --band 0.5pt; অথবা স্কোরের অংশ হিসেবে: --band 0.01",
)


def parse(text: str | float) -> float:
    """A difference in score: "1pt" and "0.5 points" are hundredths, a plain number is the score's own.

    Raises UsageError unless it is above 0 and at most 0.5.

    >>> parse("1pt"), parse("0.5 points"), parse(0.02)
    (0.01, 0.005, 0.02)
    """
    match = _POINTS.fullmatch(str(text).strip().lower())
    try:
        value = float(match[1]) / 100 if match else float(text)
    except ValueError:
        value = float("nan")
    if not 0 < value <= 0.5:
        raise UsageError(_NO_BAND.format(text=text))
    return value
