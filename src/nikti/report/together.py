"""Both champions together, drawn and in words: how often only one is right, what their average reaches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nikti.report.figures import HALF, dot, score_axis
from nikti.report.plots import dot_plot
from nikti.report.svg import SIZE, svg, tag, text
from nikti.report.words import measured, numbers, say

#: The weight of a side is shown as a whole number of percent; less than half of one is none.
NO_WEIGHT = 0.005

#: The picture of the four shares: the room for its heads and the cells, px.
LEFT, TOP, ACROSS, DOWN = 52.0, 46.0, 146.0, 84.0

#: {share: (its column, its row, its colour)}; machine learning is right in the left column, deep learning in
#: the upper row.
CELLS = {
    "both": (0, 0, "both"),
    "classical": (0, 1, "classical"),
    "deep": (1, 0, "deep"),
    "neither": (1, 1, "wrong"),
}

Summary = Mapping[str, Any]


def view(summary: Summary, lang: str) -> dict[str, Any]:
    """What the section shows: {"reason": Note} where there is nothing to average, else {"grid": the shares or
    None, "scores": chart, "sentences", "how"}."""
    found = summary["together"]
    if found.get("reason"):
        return {"reason": found["reason"]}
    return {
        "reason": None,
        "grid": _grid(found, lang) if found["shares"] else None,
        "scores": _scores(summary, lang),
        "sentences": [*_gain(found, lang), _reached(found, lang), _judged(found, lang), _price(found, lang)],
        "how": say(
            lang,
            "together.how" if found["shares"] else "together.how_values",
            band=numbers.band(summary["verdict"]["band"], found["metric"], lang),
        ),
    }


def third_way(summary: Summary, lang: str) -> str | None:
    """The sentence beside the advice; None where the average is not worth its price."""
    found = summary["together"]
    if found.get("reason") or not found["ahead"]:
        return None
    score = found["scores"]["together"]
    return say(
        lang,
        "together.third_way" if found["ms"] is not None else "together.third_way_untimed",
        score=measured(score["value"], found["metric"], lang),
        gap=numbers.gap(found["gap"], found["metric"], lang),
        better=found["champions"][found["better"]],
        interval=numbers.interval(found["low"], found["high"], found["metric"], lang),
        ms=numbers.milliseconds(found["ms"], lang),
    )


def _gain(found: Summary, lang: str) -> list[str]:
    """Where an average could gain: the samples that only one side gets right, or errors that differ."""
    shares = found["shares"]
    if shares is None:
        if found["correlation"] is None:
            return []
        return [say(lang, "together.correlation", r=numbers.number(found["correlation"], lang, 2))]
    return [
        say(
            lang,
            "together.either",
            either=numbers.percent(1 - shares["neither"], lang),
            n=numbers.number(found["n"], lang),
            **{side: numbers.percent(shares[side], lang) for side in ("classical", "deep")},
        )
    ]


def _reached(found: Summary, lang: str) -> str:
    score, weight, names = found["scores"]["together"], found["pool"]["weight"], found["champions"]
    words = {
        "score": measured(score["value"], found["metric"], lang),
        "interval": numbers.interval(score["low"], score["high"], found["metric"], lang),
    }
    if min(weight, 1 - weight) < NO_WEIGHT:
        return say(lang, "together.alone", name=names["deep" if weight > 0.5 else "classical"], **words)
    return say(
        lang,
        "together.reached",
        **names,
        classical_weight=numbers.percent(1 - weight, lang, 0),
        deep_weight=numbers.percent(weight, lang, 0),
        **words,
    )


def _judged(found: Summary, lang: str) -> str:
    """The gap to the better champion; signed where it may be a loss."""
    metric = found["metric"]
    shown = numbers.gap_number(found["gap"], metric, lang, signed=not found["ahead"])
    if numbers.is_percent(metric):
        shown = numbers.filled(numbers.POINTS, lang, value=shown)
    return say(
        lang,
        "together.ahead" if found["ahead"] else "together.unsure",
        gap=shown,
        better=found["champions"][found["better"]],
        interval=numbers.interval(found["low"], found["high"], metric, lang),
    )


def _price(found: Summary, lang: str) -> str:
    if found["ms"] is None:
        return say(lang, "together.price_unknown")
    return say(lang, "together.price", ms=numbers.milliseconds(found["ms"], lang))


def _scores(summary: Summary, lang: str) -> str:
    """The champions' scores and that of their average, on the same samples."""
    found = summary["together"]
    names = found["champions"] | {"together": say(lang, "together.title")}
    rows, metric = [], found["metric"]
    for who, kind in (("classical", "classical"), ("deep", "deep"), ("together", "both")):
        score = found["scores"][who]
        dots = [dot(kind, score["value"], score["low"], score["high"], metric, lang)]
        rows.append({"name": names[who], "note": numbers.score(score["value"], metric, lang), "dots": dots})
    listed = "; ".join(f"{row['name']}: {row['note']}" for row in rows)
    return dot_plot(rows, score_axis(summary, lang), say(lang, "together.scores", scores=listed), width=HALF)


def _grid(found: Summary, lang: str) -> str:
    """The four shares as two columns (machine learning right or wrong) and two rows (deep learning)."""
    shares = found["shares"]
    shown = {who: numbers.percent(share, lang) for who, share in shares.items()}
    parts = [
        text(say(lang, "side.Classical"), LEFT + ACROSS, 13, "label classical", "middle"),
        _upright(say(lang, "side.Deep"), 13, TOP + DOWN, "label deep"),
    ]
    for i, word in enumerate((say(lang, "together.right"), say(lang, "together.wrong"))):
        across, down = LEFT + ACROSS * (i + 0.5), TOP + DOWN * (i + 0.5)
        parts.append(text(word, across, TOP - 10, "tick", "middle"))
        parts.append(_upright(word, 36, down, "tick"))
    for who, (column, row, kind) in CELLS.items():
        x, y = LEFT + ACROSS * column, TOP + DOWN * row
        shade = 0.0 if shares[who] == 0 else 0.12 + 0.88 * shares[who] ** 0.6
        box = {"x": x + 1, "y": y + 1, "width": ACROSS - 2, "height": DOWN - 2}
        parts.append(tag("rect", **box, class_=f"cell {kind}", style=f"--shade:{shade:.3f}"))
        dark = " on-dark" if shade > 0.55 else ""
        count = numbers.number(round(shares[who] * found["n"]), lang)
        centre = x + ACROSS / 2
        parts.append(text(shown[who], centre, y + DOWN / 2 + 2, f"count share {kind}{dark}", "middle"))
        parts.append(text(count, centre, y + DOWN / 2 + 4 + SIZE * 1.3, f"count {kind}{dark}", "middle"))
    label = say(lang, "together.grid", n=numbers.number(found["n"], lang), **shown)
    return svg(HALF, TOP + 2 * DOWN + 4, label, *parts, class_="chart grid-chart")


def _upright(words: str, x: float, y: float, class_: str) -> str:
    """Text that is read from below, around its middle."""
    return text(words, x, y, class_, "middle", transform=f"rotate(-90 {x:g} {y:g})")
