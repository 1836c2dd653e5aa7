"""Charts of named rows: bars, dots with intervals, a grid of confusions, a bare series.

Same rules as `nikti.report.charts`: numbers and words in, an SVG string out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nikti.report.charts import NARROW, Axis, frame, limits, marker, tick_values
from nikti.report.svg import SIZE, Format, Scale, padded, shorten, svg, tag, text, text_width, title

MOST_CELL = 56.0  # pixels of a cell of the confusion grid


def bars(
    rows: Sequence[tuple[str, float]], kind: str, format: Format, label: str, *, width: float = 720
) -> str:
    """Horizontal bars from zero with their values at the ends; the names stand left of the bars where
    they leave room, else above them."""
    most = max((value for _, value in rows), default=0) or 1.0
    names = 14 + max((text_width(name, SIZE) for name, _ in rows), default=0)
    beside = names <= 0.4 * width
    left, step = (names, 24) if beside else (0.0, 34)
    room = width - left - 14 - max((text_width(format(v), SIZE) for _, v in rows), default=0)
    parts = []
    for i, (name, value) in enumerate(rows):
        top = step * i
        bar = top + (4.0 if beside else 17.0)
        long = max(room * max(value, 0) / most, 1.0)
        words = name if beside else shorten(name, width - 4, SIZE)
        parts.append(tag("g", title(name), text(words, 0, top + (13 if beside else 12), "label")))
        parts.append(tag("rect", x=left, y=bar, width=long, height=10.0, class_=f"bar {kind}"))
        parts.append(text(format(value), left + long + 7, bar + 9, "tick"))
    return svg(width, max(step * len(rows), 1), label, *parts)


def dot_plot(rows: Sequence[Mapping[str, Any]], x_axis: Axis, label: str, *, width: float = 720) -> str:
    """A row per name with a dot and its interval for each side.

    rows: {"name", "note", "dots": [{"kind", "value", "low", "high", "tip"}]}
    """
    narrow = width < NARROW
    notes = 14 + max(text_width(r["note"], SIZE) for r in rows)
    side = 0 if narrow else min(280, 24 + notes + max(text_width(r["name"], SIZE) for r in rows))
    step = 48 if narrow else 34
    height = step * len(rows) + 62
    values = [v for r in rows for d in r["dots"] for v in (d["low"], d["high"])]
    low, high = limits(x_axis, values, least=0.02)
    x = Scale(low, high, side + 6, width - 10)
    y = Scale(0, 1, height - 46, 8)
    axis = Axis(x_axis.title, x_axis.format, x_axis.ticks)
    parts = frame(x, y, axis, Axis("", lambda value: "", []), width)
    for value in tick_values(axis, low, high, 8 if not narrow else 5):
        parts.append(tag("line", x1=x(value), x2=x(value), y1=8.0, y2=y.start, class_="grid"))
    for i, row in enumerate(rows):
        middle = 8 + step * i + step / 2 + (8 if narrow else 0)
        words = shorten(row["name"], width - notes if narrow else side - notes - 10, SIZE)
        name_y = middle - 15 if narrow else middle + 4
        parts.append(tag("g", title(row["name"]), text(words, 0, name_y, "label")))
        note_x = width - 10 if narrow else side - 10
        parts.append(text(row["note"], note_x, name_y, "tick", "end"))
        for j, dot in enumerate(row["dots"]):
            at = middle + 9 * (j - (len(row["dots"]) - 1) / 2)
            parts.append(
                tag(
                    "line", x1=x(dot["low"]), x2=x(dot["high"]), y1=at, y2=at, class_=f"whisker {dot['kind']}"
                )
            )
            parts.append(marker(dot["kind"], x(dot["value"]), at, 3.8, dot["tip"]))
    return svg(width, height, label, *parts)


def confusion(
    counts: Sequence[Sequence[int]],
    names: Sequence[str],
    kind: str,
    words: Mapping[str, str],
    format: Format,
    *,
    width: float = 350,
) -> str:
    """A grid of counts: a row for the true class, a column for the predicted one; shades are shares of the
    row. words: {"truth", "predicted", "label"}."""
    size = len(names)
    room = min(96.0, 10 + max(text_width(name, 11) for name in names))
    cell = min((width - room - 26) / size, MOST_CELL)
    upright = all(text_width(name, 11) <= cell - 4 for name in names)
    head = 42.0 if upright else 34 + room
    height = head + cell * size + 4
    left = room + 22
    parts = [
        text(words["predicted"], left + cell * size / 2, 12, "axis-title", "middle"),
        text(words["truth"], 12, head + cell * size / 2, "axis-title", "middle",
             transform=f"rotate(-90 12 {head + cell * size / 2:.1f})"),
    ]  # fmt: skip
    for i, name in enumerate(names):
        short = shorten(name, room - 4, 11)
        middle = cell * i + cell / 2
        parts.append(tag("g", title(name), text(short, left - 6, head + middle + 4, "small", "end")))
        at_x, at_y = left + middle, head - 7
        turn = None if upright else f"rotate(-90 {at_x + 4:.1f} {at_y:.1f})"
        parts.append(
            text(
                short,
                at_x if upright else at_x + 4,
                at_y,
                "small",
                "middle" if upright else "start",
                transform=turn,
            )
        )
    show = cell >= 6 + max((text_width(format(c), 11) for row in counts for c in row), default=0)
    for i, row in enumerate(counts):
        total = sum(row) or 1
        for j, count in enumerate(row):
            share = count / total
            shade = 0.0 if count == 0 else 0.12 + 0.88 * share**0.6
            css = f"cell {kind if i == j else 'wrong'}"
            x, y = left + cell * j, head + cell * i
            tip = f"{words['truth']}: {names[i]}, {words['predicted']}: {names[j]}: {format(count)}"
            box = {"x": x + 0.5, "y": y + 0.5, "width": cell - 1, "height": cell - 1}
            parts.append(
                tag("rect", title(tip) if count else "", **box, class_=css, style=f"--shade:{shade:.3f}")
            )
            if show and count:
                css = f"small count {kind if i == j else 'wrong'}" + (" on-dark" if shade > 0.55 else "")
                parts.append(text(format(count), x + cell / 2, y + cell / 2 + 4, css, "middle"))
    return svg(width, height, words["label"], *parts, class_="chart grid-chart")


def wave(
    channels: Sequence[Sequence[float | None]],
    weights: Sequence[float] | None,
    label: str,
    *,
    width: float = 220,
    height: float = 90,
) -> str:
    """A series without axes, one line per channel with gaps where a value is None; behind it, the
    weights as shade (0 to 1)."""
    length = max((len(c) for c in channels), default=0)
    seen = [v for c in channels for v in c if v is not None]
    if length < 2 or not seen:
        return svg(width, height, label)
    x = Scale(0, length - 1, 1, width - 1)
    y = Scale(*padded(seen), height - 1, 1)
    parts = []
    if weights:
        step = width / len(weights)
        top = max(weights) or 1.0
        for i, weight in enumerate(weights):
            if weight > 0.02 * top:
                parts.append(
                    tag("rect", x=i * step, y=0.0, width=step + 0.3, height=float(height), class_="heat",
                        style=f"--shade:{weight / top:.2f}")
                )  # fmt: skip
    for channel in channels:
        pieces: list[list[str]] = [[]]
        for i, value in enumerate(channel):
            if value is None:
                pieces.append([])
            else:
                pieces[-1].append(f"{x(i):.1f},{y(value):.1f}")
        parts += [tag("polyline", points=" ".join(p), class_="wave") for p in pieces if p]
    return svg(width, height, label, *parts, class_="chart wave-chart")
