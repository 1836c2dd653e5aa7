"""The forms in which JSON holds a table, and its rows as records."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from nikti.core.words import Words

#: Keys under which the records of a table lie: pandas' table form, Hugging Face's data viewer, and others'.
_HOLDERS = ("data", "rows", "records", "examples", "instances")
#: What the beginning of a file shows of a table: a list of records, columns, or one of the keys above.
_BEGINS = re.compile(
    r"""\[\s*\{ | \{\s*"(?:[^"\\]|\\.)*"\s*:\s*[\[{] | \{[^\[{]*"(?:HOLDERS)"\s*:\s*\[""".replace(
        "HOLDERS", "|".join(_HOLDERS)
    ),
    re.VERBOSE,
)

ALLOWED = Words(
    en="a table in JSON is a list of records {records}, columns {columns}, or such a list under {holders}",
    bn="JSON-এ টেবিল মানে রেকর্ডের তালিকা {records}, কলাম {columns}, বা {holders} নামের নিচে তেমন তালিকা",
).format(
    records='[{"column": value}, ...]',
    columns='{"column": [values]}',
    holders=Words('"data" or "rows"', '"data" কিংবা "rows"'),
)


def looks_like_a_table(head: str) -> bool:
    """Whether the beginning of a JSON file may be one of a table.

    >>> [looks_like_a_table(head) for head in ('[{"a": 1', '{"a": [1', '{"v": 1, "data": [', '{"a": 1}')]
    [True, True, True, False]
    """
    return _BEGINS.match(head) is not None


def records(content: Any) -> list[dict[str, Any]] | None:
    """The rows of a table in any of these forms, None for other content:

    [{...}, ...]; {"data" or "rows" ...: [{...}, ...]}; Hugging Face's {"features": [...], "rows": [{"row":
    {...}}, ...]}, classes by their names; {"column": [values], ...} of equal length; pandas' {"column": {"0":
    value}} and {"columns": [...], "data": [[...], ...]}.

    >>> records({"a": [1, 2], "b": ["x", "y"]})
    [{'a': 1, 'b': 'x'}, {'a': 2, 'b': 'y'}]
    """
    if isinstance(content, list):
        return content if content and all(isinstance(row, dict) for row in content) else None
    if not isinstance(content, dict) or not content:
        return None
    columns, cells = content.get("columns"), content.get("data")
    if isinstance(columns, list) and isinstance(cells, list) and all(isinstance(row, list) for row in cells):
        return [dict(zip(map(str, columns), row, strict=False)) for row in cells]
    for holder in _HOLDERS:
        rows = content.get(holder)
        if isinstance(rows, list) and rows and all(isinstance(row, dict) for row in rows):
            return _named(_unwrapped(rows), content.get("features"))
    return _columns(content)


def _unwrapped(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without the records that the data viewer puts around each."""
    wrapped = all(isinstance(row.get("row"), dict) and "row_idx" in row for row in rows)
    return [row["row"] for row in rows] if wrapped else rows


def _named(rows: list[dict[str, Any]], features: Any) -> list[dict[str, Any]]:
    """With the names of classes for their codes, as the features tell them."""
    named = {}
    for feature in features if isinstance(features, list) else ():
        kind = feature.get("type") if isinstance(feature, dict) else None
        if isinstance(kind, dict):
            inner = kind.get("feature")
            names = (inner if isinstance(inner, dict) else kind).get("names")
            if isinstance(names, list):
                named[str(feature.get("name"))] = names
    return (
        [{key: _name(value, named.get(key)) for key, value in row.items()} for row in rows] if named else rows
    )


def _name(value: Any, names: list[Any] | None) -> Any:
    if names is None:
        return value
    if isinstance(value, list):
        return [_name(one, names) for one in value]
    known = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < len(names)
    return names[value] if known else (None if value == -1 else value)


def _columns(content: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """Of columns as lists, or as pandas' records of row numbers."""
    if all(isinstance(column, dict) for column in content.values()):
        keys = dict.fromkeys(key for column in content.values() for key in column)
        if not keys or not all(key.isdecimal() for key in keys):
            return None
        return [{name: column.get(key) for name, column in content.items()} for key in keys]
    if not all(isinstance(column, list) for column in content.values()):
        return None
    lengths = {len(column) for column in content.values()}
    if len(lengths) != 1 or not lengths.pop() or any(_holds_records(column) for column in content.values()):
        return None
    return [dict(zip(content, row, strict=True)) for row in zip(*content.values(), strict=True)]


def _holds_records(column: list[Any]) -> bool:
    return bool(column) and all(isinstance(cell, dict) for cell in column)
