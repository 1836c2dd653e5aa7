"""Figures of predictions and of feature importances; the rules are those of `nikti.report.figures`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from nikti.report.charts import Axis, Line, line_chart, scatter
from nikti.report.figures import HALF, Summary, both, dot, score_axis
from nikti.report.plots import bars, confusion, dot_plot
from nikti.report.words import measured, numbers, say

#: A grid of confusions is drawn up to this many classes, class rows up to the second number.
MOST_GRID, MOST_CLASS_ROWS = 20, 16


def features(summary: Summary, lang: str) -> str | None:
    """Hand-made features by importance."""
    found = summary["importance"]
    if not found:
        return None
    names = ", ".join(name for name, _ in found["features"][:5])
    label = say(lang, "look.features_label", names=names)
    rows = [(name, share) for name, share in found["features"]]
    places = 1 if rows[0][1] >= 0.01 else 3
    return bars(rows, "classical", partial(numbers.percent, lang=lang, places=places), label, width=HALF)


def feature_kinds(summary: Summary, lang: str) -> str | None:
    """Importance added up by kind of feature, where their names have kinds."""
    rows = [(kind, share) for kind, share in (summary["importance"] or {"kinds": []})["kinds"]]
    if not rows:
        return None
    label = say(lang, "look.kinds_label", names=", ".join(kind for kind, _ in rows[:3]))
    return bars(rows, "classical", partial(numbers.percent, lang=lang), label, width=HALF)


def confusions(summary: Summary, lang: str) -> dict[str, str]:
    """{side: grid}; {} where an answer is no class, or for too many classes."""
    names = [numbers.name(c, lang) for c in summary["data"]["classes"]]
    if len(names) > MOST_GRID:
        return {}
    show = partial(numbers.number, lang=lang)
    grids = {}
    for side, answers in summary["answers"].items():
        if answers and "counts" in answers:
            words = {
                "truth": say(lang, "confusion.truth"),
                "predicted": say(lang, "confusion.predicted"),
                "label": _confusion_label(answers, names, lang),
            }
            grids[side] = confusion(answers["counts"], names, side, words, show, width=HALF)
    return grids


def _confusion_label(answers: Mapping[str, Any], names: Sequence[str], lang: str) -> str:
    counts = answers["counts"]
    worst = mistakes(counts, names, most=1)
    words = say(lang, "confusion.no_mistake")
    if worst:
        truth, predicted, count = worst[0]
        shown = numbers.number(count, lang)
        words = say(lang, "confusion.pair", truth=truth, predicted=predicted, count=shown)
    return say(
        lang,
        "confusion.label",
        contender=answers["contender"],
        right=numbers.number(sum(counts[i][i] for i in range(len(counts))), lang),
        n=numbers.number(answers["n"], lang),
        worst=words,
    )


def mistakes(
    counts: Sequence[Sequence[int]], names: Sequence[str], most: int = 12
) -> list[tuple[str, str, int]]:
    """(truth, predicted, how often) of the most frequent confusions, most frequent first."""
    found = [
        (names[i], names[j], count)
        for i, row in enumerate(counts)
        for j, count in enumerate(row)
        if i != j and count
    ]
    return sorted(found, key=lambda m: (-m[2], m[0], m[1]))[:most]


def true_and_predicted(summary: Summary, lang: str) -> dict[str, str]:
    """{side: scatter of predicted against true values}; {} where answers are no values."""
    grids = {}
    metric = summary["verdict"]["metric"]
    for side, answers in summary["answers"].items():
        if answers and answers.get("points"):
            values = [v for point in answers["points"] for v in point]
            low, high = min(values), max(values)
            margin = 0.04 * (high - low) or 1.0
            show = partial(_value_text, lang=lang)
            x_axis, y_axis = (
                Axis(say(lang, f"confusion.scatter_{way}"), show, low=low - margin, high=high + margin)
                for way in "xy"
            )
            points = [{"x": x, "y": y, "kind": side} for x, y in answers["points"]]
            value = summary["verdict"]["scores"][side]["value"]
            label = say(
                lang,
                "confusion.scatter_label",
                contender=answers["contender"],
                score=measured(value, metric, lang),
            )
            grids[side] = scatter(points, x_axis, y_axis, label, width=HALF, height=350, diagonal=True)
    return grids


def _value_text(value: float, lang: str) -> str:
    places = 0 if float(value).is_integer() else 3 if abs(value) < 1 else 1
    return numbers.number(value, lang, places)


def classes(summary: Summary, lang: str) -> str | None:
    """Share of each class recognised by both champions; of many classes, those that differ most."""
    sides = [side for side in ("classical", "deep") if summary["champions"].get(side)]
    rows = [r for r in summary["per_class"] if any(r.get(side) for side in sides)]
    if not rows:
        return None
    if len(rows) > MOST_CLASS_ROWS:
        far = sorted(rows, key=lambda r: -abs(_value(r, "deep") - _value(r, "classical")))[:MOST_CLASS_ROWS]
        rows = [r for r in rows if r in far]
    drawn = [
        {
            "name": numbers.name(r["name"], lang),
            "note": say(lang, "classes.count", n=numbers.number(r["n"], lang)),
            "dots": [
                dot(s, r[s]["value"], r[s]["low"], r[s]["high"], "share", lang) for s in sides if r.get(s)
            ],
        }
        for r in rows
    ]
    weakest = min(rows, key=lambda r: min(_value(r, s) for s in sides))
    label = say(lang, "classes.label", worst=numbers.name(weakest["name"], lang))
    axis = score_axis(summary, lang, say(lang, "classes.axis"))
    return both(partial(dot_plot, drawn, axis, label))


def _value(row: Mapping[str, Any], side: str) -> float:
    return row[side]["value"] if row.get(side) else 0.0


def training(entry: Mapping[str, Any], summary: Summary, lang: str) -> list[tuple[str, str]]:
    """[(heading, chart)] of a champion's training: loss, and score on the validation samples."""
    kind = entry["side"]
    found = []
    axis = Axis(say(lang, "training.epoch"), lambda epoch: numbers.number(epoch, lang), whole=True)
    for what, keys in (("loss", ("train_loss", "valid_loss")), ("score", ("valid_score",))):
        lines: list[Line] = []
        for key in keys:
            css = kind if key.startswith("valid") else "neutral"
            runs = [
                [(float(step["epoch"]), step[key]) for step in fold if step.get(key) is not None]
                for fold in entry["folds"]
            ]
            runs = [r for r in runs if r]
            lines += [Line("", css, r, faint=True) for r in runs]
            if runs:
                name = say(lang, f"training.{key}") if what == "loss" else ""
                lines.append(Line(name, css, mean_curve(runs)))
        if any(len(line.points) > 1 for line in lines):
            heading = say(lang, f"training.{what}")
            y = (
                score_axis(summary, lang, heading)
                if what == "score"
                else Axis(heading, partial(numbers.trimmed, lang=lang))
            )
            label = say(lang, "training.label", title=heading, contender=entry["contender"])
            found.append((heading, line_chart(lines, axis, y, label, width=HALF, height=280)))
    return found


def mean_curve(runs: Sequence[Sequence[tuple[float, float]]]) -> list[tuple[float, float]]:
    """The mean over folds at each epoch that at least half of the folds reached: early stopping ends
    them at different epochs, and a mean of the last survivor alone would mislead."""
    at: dict[float, list[float]] = {}
    for run in runs:
        for epoch, value in run:
            at.setdefault(epoch, []).append(value)
    return [(e, sum(v) / len(v)) for e, v in sorted(at.items()) if 2 * len(v) >= len(runs)]
