"""JSON from strangers: text to plain values that the rest of nikti can hold."""

from __future__ import annotations

import json
import re
from typing import Any

from nikti.core import limits
from nikti.core.errors import DataError
from nikti.core.foreign import TOO_DEEP
from nikti.core.words import Words

INVALID = Words(en="{place} is not valid JSON: {reason}.", bn="{place} ঠিক JSON নয়: {reason}।")

#: An escaped half of a surrogate pair. Two that belong together are one character, one alone is none.
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
#: Whole numbers beyond 64 bits, which arrays cannot hold and floats can.
_LONG = re.compile(r"\d{19}")
_LONGEST = 18  # digits of a whole number that an int64 surely holds


def parse(text: str, place: str | Words) -> Any:
    """The value of a JSON text. place: what is parsed, for the error: "data.json", "line 3".

    Whole numbers that no int64 holds come as floats, halves of surrogate pairs as U+FFFD. Raises DataError
    for text that is not valid, or beyond the limits.
    """
    limits.check(place, cells=text.count(","))
    try:
        value = json.loads(text, parse_int=_number if _LONG.search(text) else None)
    except RecursionError as error:
        raise DataError(INVALID.format(place=place, reason=TOO_DEEP)) from error
    except ValueError as error:  # it tells line and column
        raise DataError(INVALID.format(place=place, reason=str(error))) from error
    if text.count("[") + text.count("{") > limits.current().depth:
        limits.check(place, depth=depth(value))
    return _clean(value) if _SURROGATE.search(text) else value


def depth(value: Any) -> int:
    """Levels of lists and records inside each other.

    >>> depth(1), depth([]), depth([{"a": [1]}])
    (0, 1, 3)
    """
    found, level = 0, [value]
    while level := [one for one in level if isinstance(one, dict | list)]:
        found += 1
        level = [one for inner in level for one in (inner.values() if isinstance(inner, dict) else inner)]
    return found


def _number(digits: str) -> int | float:
    return int(digits) if len(digits) <= _LONGEST else float(digits)


def _clean(value: Any) -> Any:
    """The value without halves of surrogate pairs, in keys as in texts."""
    if isinstance(value, str):
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, list):
        return [_clean(one) for one in value]
    if isinstance(value, dict):
        return {_clean(key): _clean(one) for key, one in value.items()}
    return value


def table(records: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """The records of a table, which has as many columns as they have keys between them. Raises DataError
    where that is beyond the limits."""
    keys: dict[str, None] = {}
    for record in records:
        keys.update(dict.fromkeys(record))
        limits.check(name, more=True, columns=len(keys))
    limits.check(name, rows=len(records), cells=len(records) * len(keys))
    return records
