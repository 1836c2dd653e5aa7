"""Drawing for all charts: safe SVG tags, scales, ticks, and the estimated width of text.

Text stays text, so that the browser shapes Bangla conjuncts and a reader can copy it. Colours are
CSS classes, so that one drawing serves the light page, the dark page and the printed one.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

NARROW_LETTERS = " .,:;'!|()[]/-ijlItfr"

#: Control characters that XML 1.0 forbids even when escaped.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

SIZE = 12  # type size of a chart's labels, px

VIRAMA = "\u09cd"

Format = Callable[[float], str]


def tag(tag_name: str, *children: str, **attributes: object) -> str:
    """An SVG element. Children are SVG already; attribute values are escaped. `class_` is class,
    other underscores become hyphens; attributes that are None are left out."""
    words = []
    for key, value in attributes.items():
        if value is not None:
            name = {"class_": "class", "viewBox": "viewBox"}.get(key, key.replace("_", "-"))
            shown = f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else clean(value)
            words.append(f" {name}={quoteattr(shown)}")
    opened, inside = f"<{tag_name}{''.join(words)}", "".join(children)
    return f"{opened}>{inside}</{tag_name}>" if inside else f"{opened}/>"


def clean(value: object) -> str:
    """Text without the characters that XML forbids."""
    return FORBIDDEN.sub("\ufffd", str(value))


def text(words: object, x: float, y: float, class_: str = "", anchor: str = "start", **more: object) -> str:
    """A line of real text; the words are escaped."""
    return tag(
        "text",
        escape(clean(words)),
        x=float(x),
        y=float(y),
        class_=class_ or None,
        text_anchor=anchor,
        **more,
    )


def title(words: str) -> str:
    """A tooltip for the enclosing element."""
    return tag("title", escape(clean(words)))


def svg(width: float, height: float, label: str, *children: str, class_: str = "chart") -> str:
    """A whole drawing, announced to screen readers by its label."""
    return tag(
        "svg",
        *children,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width:g} {height:g}",
        width=f"{width:g}",
        height=f"{height:g}",
        role="img",
        aria_label=label,
        class_=class_,
    )


def clusters(words: str) -> list[str]:
    """Letters with the marks that belong to them; a Bangla conjunct is one cluster."""
    found: list[str] = []
    for letter in words:
        joins = unicodedata.category(letter)[0] == "M" or letter in "\u200c\u200d"
        if found and (joins or found[-1].rstrip("\u200c\u200d").endswith(VIRAMA)):
            found[-1] += letter
        else:
            found.append(letter)
    return found


def text_width(words: str, size: float) -> float:
    """Estimated width of a line in pixels, for type of `size` pixels."""
    return size * sum(_advance(words, i) for i in range(len(words)))


def _advance(words: str, i: int) -> float:
    """Advance of one letter in units of the type size: rounded means over Noto Sans by kind of letter."""
    letter, kind = words[i], unicodedata.category(words[i])
    if kind in ("Mn", "Cf", "Cc"):
        return 0.0
    if kind == "Mc":  # Bangla vowel signs; those around the letter have two halves
        return 0.63 if letter in "\u09cb\u09cc" else 0.33
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.0
    if kind == "Lo":
        return 0.3 if i and words[i - 1] == VIRAMA else 0.7
    if letter in NARROW_LETTERS:
        return 0.3
    if letter in "mwMW%@":
        return 0.88
    return 0.65 if kind == "Lu" else 0.57


def shorten(words: str, width: float, size: float) -> str:
    """The words, cut between letters (never inside a conjunct) with "…" where they are too wide."""
    words = " ".join(words.split())
    if text_width(words, size) <= width:
        return words
    kept = clusters(words)
    while kept and text_width("".join(kept) + "…", size) > width:
        kept.pop()
    return "".join(kept).rstrip() + "…"


@dataclass(frozen=True)
class Scale:
    """From data to pixels: low..high onto start..stop, linear or logarithmic."""

    low: float
    high: float
    start: float
    stop: float
    log: bool = False

    def __call__(self, value: float) -> float:
        low, high = self.low, self.high
        if self.log:
            value, low, high = math.log(value), math.log(low), math.log(high)
        share = 0.5 if high == low else (value - low) / (high - low)
        return self.start + share * (self.stop - self.start)


def nice_ticks(low: float, high: float, most: int = 6, least: float = 0.0) -> list[float]:
    """Round numbers within low..high, a step of 1, 2 or 5 times a power of ten apart, and at least `least`,
    which is such a step itself.

    >>> nice_ticks(0.83, 0.991, 5), nice_ticks(0.9, 3.1, 8, least=1.0)
    ([0.85, 0.9, 0.95], [1.0, 2.0, 3.0])
    """
    if not high > low:
        return [low]
    step = 10.0 ** math.floor(math.log10((high - low) / most))
    step *= next(k for k in (1, 2, 5, 10, 20) if (high - low) / (k * step) <= most)
    step = max(step, least)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    places = max(0, -math.floor(math.log10(step)))
    return [round(i * step, places) for i in range(first, last + 1)]


def log_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """1, 2 and 5 times powers of ten within low..high; powers of ten alone where that is too many.

    >>> log_ticks(0.3, 30)
    [0.5, 1.0, 2.0, 5.0, 10.0, 20.0]
    """
    found: list[float] = []
    for factors in ((1, 2, 5), (1, 3), (1,)):
        found = [
            float(f"{factor}e{power}")
            for power in range(math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 1)
            for factor in factors
            if low * (1 - 1e-9) <= float(f"{factor}e{power}") <= high * (1 + 1e-9)
        ]
        if len(found) <= most:
            return found
    return found[:: math.ceil(len(found) / most)]


def padded(values: Sequence[float], share: float = 0.06, least: float = 0.0) -> tuple[float, float]:
    """(low, high) around the values with a margin; at least `least` apart."""
    low, high = min(values), max(values)
    margin = max((high - low) * share, (least - (high - low)) / 2, 1e-9)
    return low - margin, high + margin


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Positions near the wanted ones, in the same order, at least `gap` apart, within low..high where
    that is possible (labels beside the ends of lines)."""
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    placed: list[list[float]] = []  # blocks of [sum of (wanted - offset), number of members]
    for i in order:
        placed.append([wanted[i], 1])
        while len(placed) > 1:
            (above, m), (below, k) = placed[-2], placed[-1]
            if above / m + m * gap <= below / k:
                break
            placed[-2:] = [[above + below - k * m * gap, m + k]]
    result = [0.0] * len(wanted)
    at = 0
    for total, count in placed:
        for j in range(int(count)):
            result[order[at]] = total / count + j * gap
            at += 1
    for rank, i in enumerate(order):  # both bounds rise by the gap, so the distances stay
        result[i] = max(result[i], low + rank * gap)
        result[i] = min(result[i], high - (len(order) - 1 - rank) * gap)
    return result


def fitting(positions: Sequence[float], labels: Sequence[str], size: float, gap: float = 8) -> list[int]:
    """Which of the labels, centred at rising positions, can be shown without touching; the last one
    and the first one are kept before those between."""
    half = [text_width(label, size) / 2 for label in labels]
    kept: list[int] = []
    for i in [*dict.fromkeys([len(labels) - 1, 0, *range(len(labels) - 2, 0, -1)])] if labels else []:
        if all(abs(positions[i] - positions[j]) >= half[i] + half[j] + gap for j in kept):
            kept.append(i)
    return sorted(kept)
