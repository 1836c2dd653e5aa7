"""Drawings of layers: a grid of values, a cloud of samples, the stretch of a series that mattered.

Same rules as `nikti.report.charts`: numbers and words in, an SVG string out.
"""

from __future__ import annotations

from collections.abc import Sequence

from nikti.report.svg import SIZE, Format, clean, shorten, svg, tag, text, text_width, title

#: Colours of classes; what is beyond them is grey.
HUES = 10

#: Pixels of a cell of a grid of values, at most, and of its height.
MOST_CELL, TALL = 58.0, 24.0

#: Steps in which a stretch of a series is shaded.
STEPS = 40


def value_grid(
    rows: Sequence[tuple[str, Sequence[float]]],
    columns: Sequence[str],
    format: Format,
    label: str,
    *,
    width: float = 720,
    kind: str = "deep",
) -> str:
    """A row per name and a cell per column, shaded by its value in 0..1, with the value in it. Names stand
    left of the cells where they leave room, else above them."""
    most = max(text_width(name, SIZE) for name, _ in rows) + 14
    least = 8 + max(text_width(format(v), 11) for _, values in rows for v in values)
    beside = most + least * len(columns) <= width
    left = most if beside else 0.0
    cell = min(MOST_CELL, (width - left) / len(columns))
    step, head = (TALL + 2, 20.0) if beside else (TALL + 20, 20.0)
    parts = []
    for i, name in enumerate(columns):
        parts.append(text(name, left + cell * (i + 0.5), 12, "tick", "middle"))
    for j, (name, values) in enumerate(rows):
        top = head + step * j
        words = name if beside else shorten(name, width - 4, SIZE)
        parts.append(tag("g", title(name), text(words, 0, top + (16 if beside else 13), "label")))
        top += 0 if beside else 18
        for i, value in enumerate(values):
            shade = min(1.0, max(0.0, value))
            box = {"x": left + cell * i + 0.5, "y": top, "width": cell - 1, "height": TALL}
            tip = title(f"{name}, {columns[i]}: {format(value)}")
            parts.append(tag("rect", tip, **box, class_=f"cell {kind}", style=f"--shade:{shade:.2f}"))
            if cell >= least:
                css = "small count" + (" on-dark" if shade > 0.55 else "")
                parts.append(text(format(value), left + cell * (i + 0.5), top + 16, css, "middle"))
    return svg(width, head + step * len(rows), label, *parts, class_="chart value-grid")


def cloud(points: Sequence[Sequence[float]], codes: Sequence[int], label: str, *, size: float = 170) -> str:
    """Dots at points in 0..1000, coloured by code; codes of HUES and above are grey. A colour is one path of
    dots, so that hundreds of them weigh little."""
    scale = (size - 12) / 1000
    parts = []
    for hue in sorted(set(min(code, HUES) for code in codes), reverse=True):
        dots = [
            f"M{6 + scale * x:.1f} {size - 6 - scale * y:.1f}h0"
            for (x, y), code in zip(points, codes, strict=True)
            if min(code, HUES) == hue
        ]
        parts.append(tag("path", d="".join(dots), class_=f"cloud hue{hue}"))
    return svg(size, size, clean(label), *parts, class_="chart cloud-chart")


def shading(span: Sequence[float] | None) -> list[float] | None:
    """Weights for `nikti.report.plots.wave`: 1 within a span given in shares of the whole.

    >>> sum(shading([0.25, 0.5]))
    10.0
    """
    if span is None:
        return None
    return [1.0 if span[0] <= (i + 0.5) / STEPS <= span[1] else 0.0 for i in range(STEPS)]
