"""The report's charts: small pure functions from numbers and words to an SVG string.

Each takes a width in pixels, so that the page can hold one drawing for a wide sheet and one for a
phone instead of shrinking its letters. `kind` is a CSS class: classical, deep, pretrained.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nikti.report.svg import (
    SIZE,
    Format,
    Scale,
    fitting,
    log_ticks,
    nice_ticks,
    padded,
    spread,
    svg,
    tag,
    text,
    text_width,
    title,
)

NARROW = 480  # below this width a chart is laid out for a phone
MOST_MARKED = 10  # points of a curve that get a marker each


@dataclass(frozen=True)
class Axis:
    """A labelled axis; ticks None: round numbers are chosen. whole: of things that are counted."""

    title: str
    format: Format
    ticks: Sequence[float] | None = None
    log: bool = False
    low: float | None = None
    high: float | None = None
    whole: bool = False


@dataclass(frozen=True)
class Line:
    """A curve. points: (x, y) or (x, y, low, high), in rising x; faint: background company."""

    label: str
    kind: str
    points: Sequence[Sequence[float]]
    faint: bool = False


def marker(kind: str, x: float, y: float, radius: float = 4.0, tip: str = "") -> str:
    """A dot whose shape also tells the side: circle, square, diamond."""
    inside = [title(tip)] if tip else []
    css = f"mark {kind}"
    if kind == "classical":
        return tag("circle", *inside, cx=float(x), cy=float(y), r=radius, class_=css)
    r = radius * (1.25 if kind == "pretrained" else 0.9)
    turn = f"rotate(45 {x:.2f} {y:.2f})" if kind == "pretrained" else None
    return tag("rect", *inside, x=x - r, y=y - r, width=2 * r, height=2 * r, transform=turn, class_=css)


def limits(axis: Axis, values: Sequence[float], least: float = 0.0) -> tuple[float, float]:
    """(low, high) of an axis: its own, or those of the values with a margin, at least `least` apart."""
    if axis.log:
        low, high = min(values), max(values)
        low, high = (low / 1.15, high * 1.15) if high / low > 1.3 else (low / 1.6, high * 1.6)
    else:
        low, high = padded(values, least=least)
    return (low if axis.low is None else axis.low), (high if axis.high is None else axis.high)


def tick_values(axis: Axis, low: float, high: float, most: int) -> list[float]:
    """The axis's own ticks within low..high, or up to `most` round numbers."""
    if axis.ticks is not None:
        return [t for t in axis.ticks if low <= t <= high]
    if axis.log:
        return log_ticks(low, high, most)
    return nice_ticks(low, high, most, least=1.0 if axis.whole else 0.0)


def frame(x: Scale, y: Scale, x_axis: Axis, y_axis: Axis, width: float) -> list[str]:
    """Grid lines, tick labels and titles. y.start is the bottom, y.stop the top."""
    parts = []
    for value in tick_values(y_axis, y.low, y.high, 6):
        at = y(value)
        parts.append(tag("line", x1=x.start, x2=x.stop, y1=at, y2=at, class_="grid"))
        parts.append(text(y_axis.format(value), x.start - 8, at + 4, "tick", "end"))
    values = tick_values(x_axis, x.low, x.high, 8 if width >= NARROW else 5)
    places, labels = [x(v) for v in values], [x_axis.format(v) for v in values]
    shown = fitting(places, labels, SIZE)
    for i, at in enumerate(places):
        parts.append(tag("line", x1=at, x2=at, y1=y.start, y2=y.start + 5, class_="axis"))
        if i in shown:
            parts.append(text(labels[i], at, y.start + 19, "tick", "middle"))
    parts.append(tag("line", x1=x.start, x2=x.stop, y1=y.start, y2=y.start, class_="axis"))
    parts.append(text(x_axis.title, x.stop, y.start + 38, "axis-title", "end"))
    parts.append(text(y_axis.title, 0, 12, "axis-title"))
    return parts


def _left(axis: Axis, low: float, high: float) -> float:
    """Room for the tick labels of the vertical axis."""
    return 12 + max((text_width(axis.format(t), SIZE) for t in tick_values(axis, low, high, 6)), default=20)


def line_chart(
    lines: Sequence[Line], x_axis: Axis, y_axis: Axis, label: str, *, width: float = 720, height: float = 340
) -> str:
    """Curves with bands where the points bring low and high. Lines that are not faint are named at
    their ends; on a narrow drawing, above it. Raises ValueError if no line has a point."""
    lines = [line for line in lines if line.points]
    if not lines:
        raise ValueError("a line chart needs at least one line with points")
    named = [line for line in lines if not line.faint and line.label]
    narrow = width < NARROW
    ys = [v for line in lines for p in line.points for v in p[1:]]
    xs = [p[0] for line in lines for p in line.points]
    y_low, y_high = limits(y_axis, ys, least=0.02 * max(abs(max(ys)), 1e-6))
    x_low, x_high = limits(x_axis, xs)
    legend = _legend(named, width) if narrow else []
    end = 8 if narrow else 20 + max((text_width(n.label, SIZE) for n in named), default=0)
    x = Scale(x_low, x_high, _left(y_axis, y_low, y_high), width - end, x_axis.log)
    y = Scale(y_low, y_high, height - 46, 28 + (18 + max((row for *_, row in legend), default=-18)))
    parts = frame(x, y, x_axis, y_axis, width)
    for line in sorted(lines, key=lambda line: not line.faint):
        parts.append(_curve(line, x, y, x_axis, y_axis))
    if narrow:
        for line, left, row in legend:
            at = 28.0 + row
            parts.append(tag("line", x1=left, x2=left + 20, y1=at, y2=at, class_=f"line {line.kind}"))
            parts.append(marker(line.kind, left + 10, at, 3.5))
            parts.append(text(line.label, left + 27, at + 4, f"label {line.kind}"))
    else:
        ends = spread([y(n.points[-1][1]) for n in named], 17, 30, height - 46)
        for line, at in zip(named, ends, strict=True):
            parts.append(text(line.label, x(line.points[-1][0]) + 12, at + 4, f"label {line.kind}"))
    return svg(width, height, label, *parts)


def _legend(lines: Sequence[Line], width: float) -> list[tuple[Line, float, float]]:
    """(line, left, offset from the first row): swatches with names in rows of the drawing's width."""
    placed, left, row = [], 0.0, 0.0
    for line in lines:
        wide = 27 + text_width(line.label, SIZE) + 16
        if left and left + wide - 16 > width:
            left, row = 0.0, row + 18
        placed.append((line, left, row))
        left += wide
    return placed


def _curve(line: Line, x: Scale, y: Scale, x_axis: Axis, y_axis: Axis) -> str:
    parts = []
    banded = [p for p in line.points if len(p) == 4]
    if banded and not line.faint:
        high = [f"{x(p[0]):.1f},{y(p[3]):.1f}" for p in banded]
        low = [f"{x(p[0]):.1f},{y(p[2]):.1f}" for p in reversed(banded)]
        parts.append(tag("polygon", points=" ".join(high + low), class_=f"band {line.kind}"))
    path = " ".join(f"{x(p[0]):.1f},{y(p[1]):.1f}" for p in line.points)
    css = f"line {line.kind}" + (" faint" if line.faint else "")
    inside = [title(line.label)] if line.faint and line.label else []
    parts.append(tag("polyline", *inside, points=path, class_=css))
    if not line.faint and len(line.points) <= MOST_MARKED:
        for p in line.points:
            tip = f"{line.label}: {x_axis.format(p[0])}, {y_axis.format(p[1])}"
            parts.append(marker(line.kind, x(p[0]), y(p[1]), 3.5, tip))
    return tag("g", *parts)


def scatter(
    points: Sequence[Mapping[str, Any]],
    x_axis: Axis,
    y_axis: Axis,
    label: str,
    *,
    width: float = 720,
    height: float = 340,
    diagonal: bool = False,
    front: Sequence[int] = (),
) -> str:
    """front: positions of points joined by a thin line, such as those that nothing beats.
    Points {"x", "y", "kind", "label", "strong"}; a label is drawn where it meets no other label and
    no point, strong ones first, and is always in the point's tooltip. diagonal: draw y = x."""
    if not points:
        raise ValueError("a scatter needs at least one point")
    ys = [p["y"] for p in points]  # one point alone also gets ticks that differ
    y_low, y_high = limits(y_axis, ys, least=0.02 * max(abs(max(ys)), 1e-6))
    x_low, x_high = limits(x_axis, [p["x"] for p in points])
    x = Scale(x_low, x_high, _left(y_axis, y_low, y_high), width - 12, x_axis.log)
    y = Scale(y_low, y_high, height - 46, 28)
    parts = frame(x, y, x_axis, y_axis, width)
    if diagonal:
        low, high = max(x_low, y_low), min(x_high, y_high)
        parts.append(tag("line", x1=x(low), y1=y(low), x2=x(high), y2=y(high), class_="reference"))
    places = [(x(p["x"]), y(p["y"])) for p in points]
    if len(front) > 1:
        path = " ".join(f"{places[i][0]:.1f},{places[i][1]:.1f}" for i in front)
        parts.append(tag("polyline", points=path, class_="front"))
    for point, (at_x, at_y) in zip(points, places, strict=True):
        radius = 2.2 if diagonal else 5.0 if point.get("strong") else 4.0
        tip = (
            "" if diagonal else f"{point['label']}: {x_axis.format(point['x'])}, {y_axis.format(point['y'])}"
        )
        parts.append(marker(point["kind"], at_x, at_y, radius, tip))
    if not diagonal:
        parts += _labels(points, places, (x.start, y.stop, width, y.start))
    return svg(width, height, label, *parts)


def _labels(
    points: Sequence[Mapping[str, Any]],
    places: Sequence[tuple[float, float]],
    inside: tuple[float, float, float, float],
) -> list[str]:
    """Greedy placement: right, left, above, below the point; dropped where nothing is free."""
    taken = [(x - 6, y - 6, x + 6, y + 6) for x, y in places]
    parts = []
    for i in sorted(range(len(points)), key=lambda i: (not points[i].get("strong"), -points[i]["y"])):
        x, y = places[i]
        words = points[i]["label"]
        wide = 1.06 * text_width(words, SIZE)  # the labels are set bold
        choices = (
            ("start", x + 9, y + 4, x + 7),
            ("end", x - 9, y + 4, x - 9 - wide),
            ("middle", x, y - 10, x - wide / 2),
            ("middle", x, y + 19, x - wide / 2),
            ("start", x + 7, y - 8, x + 7),
            ("start", x + 7, y + 16, x + 7),
            ("end", x - 7, y - 8, x - 7 - wide),
            ("end", x - 7, y + 16, x - 7 - wide),
        )
        for anchor, at_x, at_y, left in choices:
            box = (left, at_y - 11, left + wide + 2, at_y + 3)
            within = (
                box[0] >= inside[0] and box[1] >= inside[1] and box[2] <= inside[2] and box[3] <= inside[3]
            )
            others = [t for j, t in enumerate(taken) if j != i]
            if within and not any(_meet(box, other) for other in others):
                taken.append(box)
                strong = " strong" if points[i].get("strong") else ""
                parts.append(text(words, at_x, at_y, f"label {points[i]['kind']}{strong}", anchor))
                break
    return parts


def _meet(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
