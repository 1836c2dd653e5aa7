"""The order in which people expect names."""

from __future__ import annotations

import re
from collections.abc import Iterable


def natural(names: Iterable[str]) -> tuple[str, ...]:
    """Class names in the order people expect: by number if all are numbers (Bangla digits too), else
    by letters with the numbers inside compared as numbers.

    >>> natural(["10", "9", "-1"]), natural(["b", "a10", "a9"])
    (('-1', '9', '10'), ('a9', 'a10', 'b'))
    """
    names = sorted(names)
    try:
        return tuple(sorted(names, key=float))
    except ValueError:
        pass

    def key(name: str) -> list[tuple[int, int, str]]:
        parts = re.split(r"(\d+)", name.casefold())
        return [(0, int(p), "") if p.isdecimal() else (1, 0, p) for p in parts if p]

    return tuple(sorted(names, key=key))
