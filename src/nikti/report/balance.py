"""The verdict drawn: a jeweller's balance (nikti) that tilts by the gap, and the gap on a number line."""

from __future__ import annotations

import math
from collections.abc import Mapping

from nikti.report.charts import Axis, marker
from nikti.report.svg import SIZE, Scale, fitting, nice_ticks, svg, tag, text, text_width

#: The beam's largest tilt in degrees; the gap at which it is 76% of that, in bands of practical
#: equivalence or in half widths of the interval, whichever is more: what is unsure tilts little.
MOST_TILT, SOFT_BANDS, SOFT_HALVES = 15.0, 4.0, 1.5

ARM = 118.0  # half the beam, px
PIVOT = (180.0, 46.0)
HANG = 84.0  # from the beam's end to its pan


def tilt(gap: float, band: float, half: float = 0.0) -> float:
    """Degrees by which the beam turns; positive when deep learning (on the right) is heavier.
    half: half the width of the gap's interval."""
    return MOST_TILT * math.tanh(gap / max(SOFT_BANDS * band, SOFT_HALVES * half))


def balance(
    gap: float | None,
    low: float | None,
    high: float | None,
    band: float,
    words: Mapping[str, str],
    *,
    width: float = 360,
) -> str:
    """Jeweller's scales: machine learning in the left pan, deep learning in the right one. The beam
    stands where the gap puts it; the fan behind it is the 95% interval, so a fan across the level
    means that the heavier pan is not known. gap None: an empty balance at rest.

    words: {"classical", "deep", "classical_score", "deep_score", "label"}; the scores may be "".
    """
    half = 0.0 if low is None or high is None else (high - low) / 2
    angle = 0.0 if gap is None else tilt(gap, band, half)
    left, right = _end(angle, -1), _end(angle, 1)
    parts = [_stand()]
    if gap is not None and low is not None and high is not None:
        parts += [_fan(tilt(low, band, half), tilt(high, band, half), side) for side in (-1, 1)]
        parts += [tag("line", x1=PIVOT[0] - ARM, x2=PIVOT[0] + ARM, y1=PIVOT[1], y2=PIVOT[1], class_="level")]
    parts += [
        tag("line", x1=left[0], y1=left[1], x2=right[0], y2=right[1], class_="beam"),
        tag("circle", cx=PIVOT[0], cy=PIVOT[1], r=5.0, class_="pivot"),
        _pan(left, "classical", words["classical"], words["classical_score"]),
        _pan(right, "deep", words["deep"], words["deep_score"]),
    ]
    return svg(width, 252, words["label"], *parts, class_="chart balance")


def _end(angle: float, side: int) -> tuple[float, float]:
    turn = math.radians(angle)
    return PIVOT[0] + side * ARM * math.cos(turn), PIVOT[1] + side * ARM * math.sin(turn)


def _stand() -> str:
    x, y = PIVOT
    return tag(
        "g",
        tag("path", d=f"M{x} {y} V214", class_="post"),
        tag("path", d=f"M{x - 44} 222 Q{x} 204 {x + 44} 222 Z", class_="foot"),
        tag("path", d=f"M{x} {y - 12} V{y - 26}", class_="post"),
        tag("circle", cx=x, cy=y - 30, r=4.0, class_="knob"),
    )


def _fan(low: float, high: float, side: int) -> str:
    """The sector that the beam's end sweeps within the interval."""
    (x1, y1), (x2, y2) = _end(low, side), _end(high, side)
    sweep = 1 if (y2 > y1) == (side > 0) else 0
    d = f"M{PIVOT[0]} {PIVOT[1]} L{x1:.1f} {y1:.1f} A{ARM} {ARM} 0 0 {sweep} {x2:.1f} {y2:.1f} Z"
    return tag("path", d=d, class_="fan")


def _pan(hook: tuple[float, float], kind: str, name: str, score: str) -> str:
    x, y = hook
    bottom = y + HANG
    return tag(
        "g",
        tag(
            "path",
            d=f"M{x - 38:.1f} {bottom:.1f} L{x:.1f} {y:.1f} L{x + 38:.1f} {bottom:.1f}",
            class_="string",
        ),
        tag("circle", cx=x, cy=y, r=3.0, class_="hook"),
        tag("path", d=f"M{x - 46:.1f} {bottom:.1f} h92 q-46 34 -92 0 Z", class_=f"pan {kind}"),
        text(score, x, bottom - 9, f"weight {kind}", "middle") if score else "",
        text(name, x, bottom + 36, f"label {kind}", "middle"),
    )


def number_line(
    gap: float,
    low: float,
    high: float,
    band: float,
    axis: Axis,
    words: Mapping[str, str],
    *,
    width: float = 720,
) -> str:
    """The gap (deep minus classical) with its interval on a line; the band in which the sides count as
    equally good is shaded. words: {"classical", "deep", "equal", "label", "tip"}."""
    reach = 1.15 * max(abs(low), abs(high), 2 * band)
    x = Scale(-reach, reach, 10, width - 10)
    room = (width - text_width(words["equal"], 11)) / 2 - 12
    crowded = room < max(text_width(words[side], SIZE) for side in ("classical", "deep"))
    top = 40.0 if crowded else 18.0  # where it says "as good as equal"
    y = top + 44
    parts = [
        tag("rect", x=x(-band), y=top + 8, width=x(band) - x(-band), height=y - top + 4, class_="equal"),
        text(words["equal"], width / 2, top, "small", "middle"),
        text(words["classical"], 0, 18, "label classical"),
        text(words["deep"], width, 18, "label deep", "end"),
    ]
    parts.append(tag("line", x1=0.0, x2=float(width), y1=y + 12, y2=y + 12, class_="axis"))
    ticks = nice_ticks(-reach, reach, 10 if width >= 480 else 6)
    labels, places = [axis.format(t) for t in ticks], [x(t) for t in ticks]
    shown = fitting(places, labels, SIZE)
    for i, at in enumerate(places):
        parts.append(tag("line", x1=at, x2=at, y1=y + 12, y2=y + 17, class_="axis"))
        if i in shown:
            parts.append(text(labels[i], at, y + 31, "tick", "middle"))
    parts.append(tag("line", x1=x(0), x2=x(0), y1=top + 8, y2=y + 12, class_="zero"))
    side = "classical" if gap < 0 else "deep"
    parts.append(tag("line", x1=x(low), x2=x(high), y1=y - 14, y2=y - 14, class_=f"whisker thick {side}"))
    for end in (low, high):
        parts.append(tag("line", x1=x(end), x2=x(end), y1=y - 20, y2=y - 8, class_=f"whisker {side}"))
    parts.append(marker(side, x(gap), y - 14, 6.5, words["tip"]))
    parts.append(text(axis.title, width / 2, y + 50, "axis-title", "middle"))
    return svg(width, y + 66, words["label"], *parts)
