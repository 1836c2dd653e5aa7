"""The caveats of a verdict: the conditions that it stands under, and what to type for a surer one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nikti.report.words import conditions, note_sentence, numbers, say


def caveats(verdict: Mapping[str, Any], lang: str, folder: str) -> dict[str, Any]:
    """{"conditions": [{"level", "name", "says"}], "time": a sentence on the time that would settle it,
    "command": what to type for it}; time and command are "" where that is not known."""
    shown = [
        {
            "level": one["level"],
            "name": one["name"][lang],
            "says": note_sentence(one, lang)[0],
        }
        for one in verdict["conditions"]
    ]
    found = conditions.enough(verdict["conditions"])
    if found is None:
        return {"conditions": shown, "time": conditions.by_preset(verdict["conditions"], lang), "command": ""}
    had, needed = map(conditions.whole, found)
    limit = f"{needed // 60}m" if needed >= 120 else f"{needed}s"
    words = {"had": numbers.seconds(had, lang), "needed": numbers.seconds(needed, lang)}
    return {
        "conditions": shown,
        "time": say(lang, "advice.more_time", **words),
        "command": f"nikti resume {folder} --time-limit {limit}",
    }
