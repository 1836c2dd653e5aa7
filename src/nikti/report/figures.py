"""From the summary to drawn figures: each function takes (summary, language) and returns SVG.

A figure comes as a wide drawing and one laid out for a phone; the page shows the one that fits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from nikti.report.balance import balance, number_line
from nikti.report.charts import Axis, Line, line_chart, scatter
from nikti.report.plots import bars, dot_plot
from nikti.report.words import axis_title, numbers, say, verdict_parts
from nikti.verdict.leaderboard import pareto_front

WIDE, HALF = 720, 350

#: Classes whose sample counts are drawn.
MOST_COUNTS = 16

LINE_NAMES = {"classical": "side.Classical", "deep": "side.Scratch", "pretrained": "side.Pretrained"}
SHORT_NAMES = LINE_NAMES | {"deep": "side.short_scratch", "pretrained": "side.short_pretrained"}

Summary = Mapping[str, Any]


def both(draw: Callable[..., str]) -> str:
    """The wide and the narrow drawing of one figure."""
    return f'<div class="wide">{draw(width=WIDE)}</div><div class="narrow">{draw(width=HALF)}</div>'


def tick_score(summary: Summary, lang: str, value: float) -> str:
    """A tick label of the score axis: no more decimals than a round tick needs."""
    metric = summary["verdict"]["metric"]
    if numbers.is_percent(metric):
        rounded = round(100 * value, 6)
        return numbers.percent(value, lang, 0 if rounded == int(rounded) else 1)
    return numbers.number(value, lang, 1 if round(10 * value, 6) == int(round(10 * value, 6)) else 2)


def score_axis(summary: Summary, lang: str, title: str | None = None) -> Axis:
    """The axis of the primary metric; no room beyond what the metric can reach."""
    metric = summary["verdict"]["metric"]
    return Axis(title or axis_title(metric, lang), partial(tick_score, summary, lang))


def verdict_balance(summary: Summary, lang: str) -> str:
    """The jeweller's scales at the verdict's tilt."""
    verdict = summary["verdict"]
    head, body = verdict_parts(verdict, lang)
    scores = {side: verdict["scores"].get(side, {}).get("value") for side in ("classical", "deep")}
    shown = {
        f"{side}_score": "" if value is None else numbers.score(value, verdict["metric"], lang)
        for side, value in scores.items()
    }
    sentence = say(lang, "verdict.join", head=head, body=body)
    words = {
        "classical": say(lang, "side.Classical"),
        "deep": say(lang, "side.Deep"),
        "label": say(lang, "verdict.balance", sentence=sentence),
        **shown,
    }
    return balance(verdict["gap"], verdict["low"], verdict["high"], verdict["band"], words)


def verdict_line(summary: Summary, lang: str) -> str:
    """The gap, its interval and the band of practical equivalence on a number line."""
    verdict = summary["verdict"]
    metric, found = verdict["metric"], verdict["gap"]
    shown = numbers.gap_number(found, metric, lang, signed=True)
    points = numbers.is_percent(metric)
    unit = say(lang, "verdict.line_title_unit_points" if points else "verdict.line_title_unit_plain")
    axis = Axis(
        say(lang, "verdict.line_title", unit=unit),
        lambda value: _tick_gap(value, points, lang),
    )
    words = {
        "classical": say(lang, "verdict.line_classical"),
        "deep": say(lang, "verdict.line_deep"),
        "equal": say(lang, "verdict.line_equal"),
        "tip": say(lang, "verdict.line_tip", gap=shown),
        "label": say(
            lang,
            "verdict.line",
            gap=shown,
            interval=numbers.interval(verdict["low"], verdict["high"], metric, lang),
        ),
    }
    draw = partial(number_line, found, verdict["low"], verdict["high"], verdict["band"], axis, words)
    return both(draw)


def _tick_gap(value: float, points: bool, lang: str) -> str:
    scaled = round(100 * value if points else value, 6)
    places = next((k for k in range(4) if round(scaled, k) == scaled), 4)
    return ("+" if scaled > 0 else "") + numbers.number(scaled, lang, places)


def data_curve(summary: Summary, lang: str) -> str:
    """Score against training samples, log scale: the three leading lines with bands, the rest faint."""
    curves = [c for c in summary["curves"] if any(p["value"] is not None for p in c["points"])]
    sizes = sorted({p["size"] for c in curves for p in c["points"]})
    axis = Axis(say(lang, "curve.x"), lambda size: numbers.number(size, lang), ticks=sizes, log=True)
    listed = "; ".join(_curve_words(c, summary, lang) for c in curves if c["leading"])

    def draw(width: int) -> str:
        names = LINE_NAMES if width == WIDE else SHORT_NAMES
        lines = [
            Line(
                say(lang, names[c["line"]]) if c["leading"] else c["contender"],
                c["line"],
                [_curve_point(p) for p in c["points"] if p["value"] is not None],
                faint=not c["leading"],
            )
            for c in curves
            if c["leading"] or not _is_floor(c, summary)
        ]
        return line_chart(
            lines,
            axis,
            score_axis(summary, lang),
            say(lang, "curve.label", summary=listed),
            width=width,
            height=380 if width == WIDE else 360,
        )

    return both(draw)


def curve_words(summary: Summary, lang: str) -> str | None:
    """The gap of the champions at the smallest and at the largest size, each with its interval."""
    gaps = summary["curve_gaps"]
    if len(gaps) < 2:
        return None
    return " ".join(_gap_words(found, summary["verdict"]["metric"], lang) for found in (gaps[0], gaps[-1]))


def _gap_words(found: Mapping[str, Any], metric: str, lang: str) -> str:
    size, low, high = numbers.number(found["size"], lang), found["low"], found["high"]
    if low <= 0 <= high:
        return say(lang, "curve.at_equal", size=size, interval=numbers.interval(low, high, metric, lang))
    side = "deep" if found["gap"] > 0 else "classical"
    low, high = (low, high) if side == "deep" else (-high, -low)
    return say(
        lang,
        "curve.at_ahead",
        size=size,
        side=say(lang, f"side.{side}"),
        gap=numbers.gap(abs(found["gap"]), metric, lang),
        interval=numbers.interval(low, high, metric, lang),
    )


def class_counts(summary: Summary, lang: str) -> str | None:
    """Samples or boxes per class, or each class's share of the pixels, as bars; of many classes, the
    largest."""
    if shares := summary["data"].get("shares"):
        shown = sorted(((numbers.name(c, lang), v) for c, v in shares.items()), key=lambda c: -c[1])
        label = say(lang, "data.counted_shares")
        return both(partial(bars, shown[:MOST_COUNTS], "neutral", partial(numbers.percent, lang=lang), label))
    counts = sorted(summary["data"]["counts"], key=lambda c: -c["n"])
    if not counts:
        return None
    shown = [(numbers.name(c["name"], lang), c["n"]) for c in counts[:MOST_COUNTS]]
    values = {"least": numbers.number(counts[-1]["n"], lang), "most": numbers.number(counts[0]["n"], lang)}
    label = say(lang, "data.counts_label", **values)
    return both(partial(bars, shown, "neutral", partial(numbers.number, lang=lang), label))


def _is_floor(curve: Mapping[str, Any], summary: Summary) -> bool:
    """A faint line far below every leading one would flatten the picture; the table still has it."""
    first = [c for c in summary["curves"] if c["leading"]]
    leading = [p["value"] for c in first for p in c["points"] if p["value"] is not None]
    values = [p["value"] for p in curve["points"] if p["value"] is not None]
    reach = max(leading) - min(leading)
    return max(values) < min(leading) or min(values) < min(leading) - 0.5 * max(reach, 0.02)


def _curve_point(point: Mapping[str, Any]) -> tuple[float, ...]:
    if point["low"] is None:
        return (point["size"], point["value"], point["value"], point["value"])
    return (point["size"], point["value"], point["low"], point["high"])


def _curve_words(curve: Mapping[str, Any], summary: Summary, lang: str) -> str:
    first, last, metric = curve["points"][0], curve["points"][-1], summary["verdict"]["metric"]
    return say(
        lang,
        "curve.summary_line",
        side=say(lang, LINE_NAMES[curve["line"]]),
        contender=curve["contender"],
        first=numbers.score(first["value"], metric, lang),
        first_size=numbers.number(first["size"], lang),
        last=numbers.score(last["value"], metric, lang),
        last_size=numbers.number(last["size"], lang),
    )


def cost(summary: Summary, lang: str, which: str) -> str | None:
    """Score against training seconds ("train") or milliseconds a prediction ("predict"); None where
    nothing was measured. The floor (a dummy) is left out where it would flatten the picture."""
    rows = [r for r in _drawn(summary) if (_cost(r, which) or 0) > 0]
    if not rows:
        return None
    show = numbers.seconds if which == "train" else numbers.milliseconds
    unit = numbers.SECONDS if which == "train" else numbers.MILLISECONDS
    metric, heading = summary["verdict"]["metric"], say(lang, f"cost.{which}")
    listed = " ".join(
        say(
            lang,
            "cost.summary_line",
            contender=r["contender"],
            score=numbers.score(r["score"], metric, lang),
            cost=show(_cost(r, which), lang),
        )
        for r in rows
    )
    points = [
        {
            "x": _cost(r, which),
            "y": r["score"],
            "kind": r["line"],
            "label": r["contender"],
            "strong": r["champion"],
        }
        for r in rows
    ]
    axis = Axis(
        say(lang, f"cost.{which}_x"),
        lambda value: numbers.filled(unit, lang, value=numbers.trimmed(value, lang)),
        log=True,
    )
    label = say(lang, "cost.label", title=heading, summary=listed)
    front = pareto_front([(p["y"], p["x"]) for p in points])
    return scatter(points, axis, score_axis(summary, lang), label, width=HALF, height=330, front=front)


def _drawn(summary: Summary) -> list[Mapping[str, Any]]:
    """Contenders with a score, without those so far below the median one that they would flatten every
    picture (the dummy): more than four times the median's distance from the best."""
    rows = [r for r in summary["leaderboard"] if r["score"] is not None]
    scores = sorted((r["score"] for r in rows), reverse=True)
    reach = 4 * max(scores[0] - scores[len(scores) // 2], 0.02) if scores else 0.0
    return [r for r in rows if r["score"] >= scores[0] - reach]


def out_of_picture(summary: Summary, lang: str) -> str | None:
    """The contenders that the pictures leave out, with their scores."""
    shown = [r["contender"] for r in _drawn(summary)]
    metric = summary["verdict"]["metric"]
    left = [
        f"{r['contender']} ({numbers.score(r['score'], metric, lang)})"
        for r in summary["leaderboard"]
        if r["score"] is not None and r["contender"] not in shown
    ]
    return say(lang, "board.out_of_picture", names=", ".join(left)) if left else None


def _cost(row: Mapping[str, Any], which: str) -> float | None:
    """The picture compares, so what it shows was measured in the same way for all."""
    return row["train_seconds"] if which == "train" else row["predict_ms_short"].get("1")


def board(summary: Summary, lang: str) -> str | None:
    """All scores with their intervals, best on top."""
    metric = summary["verdict"]["metric"]
    rows = [r for r in _drawn(summary) if r["low"] is not None]
    if not rows:
        return None
    drawn = [
        {
            "name": r["contender"],
            "note": numbers.score(r["score"], metric, lang),
            "dots": [dot(r["line"], r["score"], r["low"], r["high"], metric, lang)],
        }
        for r in rows
    ]
    label = say(
        lang, "board.chart", best=rows[0]["contender"], score=numbers.score(rows[0]["score"], metric, lang)
    )
    return both(partial(dot_plot, drawn, score_axis(summary, lang), label))


def dot(kind: str, value: float, low: float, high: float, metric: str, lang: str) -> dict[str, Any]:
    """One dot of a dot plot, with its interval and its tooltip."""
    tip = f"{numbers.score(value, metric, lang)} ({numbers.interval(low, high, metric, lang)})"
    return {"kind": kind, "value": value, "low": low, "high": high, "tip": tip}
