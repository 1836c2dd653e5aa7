"""How faithful the explanations of a run are, drawn and in words."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from nikti.core.words import read
from nikti.report.figures import both
from nikti.report.svg import Scale, svg, tag, text
from nikti.report.words import numbers, say

#: The axis: a random order has 0, the oracle 1.
LOW, HIGH = -0.5, 1.05
TICKS = (-0.5, 0.0, 0.5, 1.0)
ROW, TOP, BOTTOM = 46, 8, 26


def rows(explained: Mapping[str, Any], lang: str) -> list[dict[str, Any]]:
    """One per side and measured explanation: {"side", "contender", "method": its name, "f", "low", "high",
    "n", "controls", "faithful", "why": what it lost to, in words}."""
    found = []
    for side, one in explained.get("sides", {}).items():
        for method, measured in one["measured"].items():
            lost = ", ".join(say(lang, f"look.control_{kind}") for kind in measured["lost_to"])
            found.append(
                {
                    **measured,
                    "side": side,
                    "contender": one["contender"],
                    "method": title(one, method, lang),
                    "why": lost,
                }
            )
    return found


def title(one: Mapping[str, Any], method: str, lang: str) -> str:
    """What a method of a side is called; its name where an earlier version stored no more."""
    return _described(one, method, "title", lang) or method.replace("_", " ")


def how(one: Mapping[str, Any], lang: str) -> str:
    """What the weights of a side are that are shown, for the end of a sentence."""
    return _described(one, one["method"], "how", lang) or title(one, one["method"], lang) + "."


def _described(one: Mapping[str, Any], method: str, key: str, lang: str) -> str:
    return read(one.get("described", {}).get(method, {}), key).shown(lang)


def number(value: float | None, lang: str) -> str:
    """F with two decimals; a dash where there is none."""
    return "–" if value is None else numbers.number(value, lang, 2)


def trusted(explained: Mapping[str, Any], side: str) -> bool:
    """Whether the explanation that is shown of a side beat its controls."""
    one = explained["sides"][side]
    return bool(one["measured"][one["method"]]["faithful"])


def chart(explained: Mapping[str, Any], lang: str) -> str:
    """F with its interval for each explanation, its controls as small rings; wide and narrow."""
    return both(partial(_chart, rows(explained, lang), lang))


def _chart(found: list[dict[str, Any]], lang: str, *, width: float) -> str:
    height = TOP + ROW * len(found) + BOTTOM
    x = Scale(LOW, HIGH, 4, width - 8)
    foot = height - BOTTOM + 4
    parts = []
    for tick in TICKS:
        parts.append(
            tag("line", x1=x(tick), x2=x(tick), y1=float(TOP), y2=foot, class_="grid" if tick else "zero")
        )
        parts.append(text(numbers.number(tick, lang, 1), x(tick), foot + 16, "tick", "middle"))
    for place, row in enumerate(found):
        y = TOP + ROW * place + 32.0
        side = say(lang, f"side.{row['side'].capitalize()}")
        parts.append(text(f"{side}: {row['method']}", 4, y - 14, f"label {row['side']}"))
        if row["f"] is None:
            continue
        for kind, control in row["controls"].items():
            if control["f"] is not None:
                listed = f"{say(lang, f'look.control_{kind}')}: {number(control['f'], lang)}"
                parts.append(_ring(x(_cut(control["f"])), y, listed))
        low, high = (x(_cut(row[end])) for end in ("low", "high"))
        parts.append(tag("line", x1=low, x2=high, y1=y, y2=y, class_=f"whisker {row['side']}"))
        parts.append(tag("circle", cx=x(_cut(row["f"])), cy=y, r=5.0, class_=f"mark {row['side']}"))
    listed = "; ".join(f"{row['method']}: {number(row['f'], lang)}" for row in found)
    return svg(width, height, say(lang, "look.faithful_label", listed=listed), *parts)


def _ring(x: float, y: float, words: str) -> str:
    from nikti.report.svg import title

    return tag("circle", title(words), cx=x, cy=y, r=3.6, class_="control")


def _cut(value: float) -> float:
    return min(HIGH, max(LOW, value))
