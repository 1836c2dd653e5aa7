"""What the verdict hangs on, beside its sentence: its conditions, and what to type for a surer one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from nikti.report.words import conditions, numbers, say


def hanging(verdict: Mapping[str, Any], lang: str, folder: str) -> dict[str, Any]:
    """{"conditions": [{"level", "name", "says"}], "time": what more time would do, "command": what to type
    for it}; time and command are "" where that is not known."""
    metric = verdict["metric"]
    shown = [
        {
            "level": one["level"],
            "name": conditions.label(one, lang),
            "says": conditions.sentence(one, metric, lang),
        }
        for one in verdict["conditions"]
    ]
    found = conditions.enough(verdict["conditions"])
    if found is None:
        return {"conditions": shown, "time": "", "command": ""}
    had, needed = found[0], numbers.two_figures(found[1])
    words = {"had": numbers.seconds(had, lang), "needed": numbers.seconds(needed, lang)}
    return {
        "conditions": shown,
        "time": say(lang, "advice.more_time", **words),
        "command": f"nikti resume {folder} --time-limit {limit(needed)}",
    }


def limit(seconds: float) -> str:
    """A time limit as people type it, rounded up to whole minutes from two on.

    >>> limit(90), limit(721)
    ('90s', '13m')
    """
    return f"{math.ceil(seconds / 60)}m" if seconds >= 120 else f"{math.ceil(seconds)}s"
