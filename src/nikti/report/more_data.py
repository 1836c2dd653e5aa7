"""What more labelled data would bring, in words and in a table: functions of the summary and a language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nikti.core.words import read
from nikti.report.figures import LINE_NAMES
from nikti.report.words import numbers, say

Summary = Mapping[str, Any]


def trends(summary: Summary, lang: str) -> list[str]:
    """A sentence per line: saturated, rising or undetermined, and one where more data made it worse."""
    sentences = []
    for line in summary["more_data"]["lines"]:
        who = {"side": say(lang, LINE_NAMES[line["line"]]), "contender": line["contender"]}
        if line["trend"] is None:
            sentences.append(say(lang, "more.too_few", **who))
            continue
        metric, trend = summary["verdict"]["metric"], line["trend"]
        values = {
            "worth": numbers.gap(summary["more_data"]["worth"], metric, lang),
            "interval": _gain(trend["low"], trend["high"], metric, lang),
        }
        sentences.append(say(lang, f"more.{trend['call']}", **who, **values))
        if trend["worsening"]:
            sentences.append(say(lang, "more.worsening", **who))
    return sentences


def _gain(low: float, high: float, metric: str, lang: str) -> str:
    """A range of gaps with its unit, where the metric has one."""
    ends = numbers.interval(low, high, metric, lang)
    return numbers.filled(numbers.POINTS, lang, value=ends) if numbers.is_percent(metric) else ends


def crossing(summary: Summary, lang: str) -> str | None:
    """Where the champions' curves cross within the sizes measured, or that they do not."""
    found = summary["more_data"]["crossover"]
    if found is None or len(summary["curve_gaps"]) < 3:
        return None
    if found["call"] != "crossing":
        return say(lang, f"more.crossover_{found['call']}")
    side = {"first": "classical", "second": "deep"}[found["towards"]]
    size, low, high = (
        numbers.number(numbers.two_figures(found[key]), lang) for key in ("size", "low", "high")
    )
    return say(lang, "more.crossing", size=size, low=low, high=high, side=say(lang, f"side.{side}"))


def forecast_table(summary: Summary, lang: str) -> dict[str, Any] | None:
    """{"sizes": [head], "rows": [{"line", "contender", "now", "cells": [(score, interval)]}],
    "ahead": [text]}; None where no line can be forecast."""
    lines = [line for line in summary["more_data"]["lines"] if line["forecast"]]
    if not lines:
        return None
    metric = summary["verdict"]["metric"]
    rows = []
    for line in lines:
        cells = [
            ("–", read(item, "reason").shown(lang))
            if item["score"] is None
            else (
                numbers.score(item["score"], metric, lang),
                numbers.interval(item["low"], min(item["high"], 1.0), metric, lang),
            )
            for item in line["forecast"]
        ]
        now = numbers.score(line["score"], metric, lang)
        rows.append({"line": line["line"], "contender": line["contender"], "now": now, "cells": cells})
    first = lines[0]["forecast"]
    heads = [numbers.number(item["size"], lang) for item in first]
    ahead = [numbers.percent(item["probability"], lang, 0) for item in summary["more_data"]["ahead"]]
    return {
        "now": numbers.number(lines[0]["size"], lang),
        "sizes": heads,
        "rows": rows,
        "ahead": ahead if len(ahead) == len(heads) else [],
    }


def out_of_reach(summary: Summary, lang: str) -> list[str]:
    """What even the farthest forecast would very probably not reach: a one-sided 90% bound."""
    metric, sentences = summary["verdict"]["metric"], []
    for line in summary["more_data"]["lines"]:
        far = [item for item in line["forecast"] if item["score"] is not None]
        if far and far[-1]["high"] < 1:
            sentences.append(
                say(
                    lang,
                    "more.out_of_reach",
                    contender=line["contender"],
                    size=numbers.number(far[-1]["size"], lang),
                    score=numbers.score(far[-1]["high"], metric, lang),
                )
            )
    return sentences
