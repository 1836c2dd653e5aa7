"""Lines of a table as CSV that a spreadsheet shows and does not compute.

A cell of text that begins like a formula gets an apostrophe before it, as OWASP advises under "CSV
Injection": class names and file names come from data that anybody may have made.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

#: With these a spreadsheet takes a cell for a formula; some strip white space or a line break before it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def table(lines: Sequence[Mapping[str, Any]]) -> str:
    """CSV with a header: columns as they come, the one of errors last."""
    heads = list(dict.fromkeys(head for line in lines for head in line if head != "error"))
    heads += ["error"] * any("error" in line for line in lines)
    rows = [heads, *([line.get(head, "") for head in heads] for line in lines)]
    return "".join(_line([cell(value) for value in row]) + "\n" for row in rows)


def _line(cells: Sequence[Any]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)  # cells with either letter are quoted
    return out.getvalue()[:-2]


def cell(value: Any) -> Any:
    """A value as a spreadsheet may have it: numbers, and text that is one, stay as they are.

    >>> [cell(v) for v in ("=1+1", "-3.2", -3.2, "- none", " @SUM(A1)", "cat", None)]
    ["'=1+1", '-3.2', -3.2, "'- none", "' @SUM(A1)", 'cat', None]
    """
    if not isinstance(value, str) or _is_number(value):
        return value
    return f"'{value}" if value.startswith(_FORMULA) or value.lstrip().startswith(_FORMULA) else value


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return text.strip() == text
