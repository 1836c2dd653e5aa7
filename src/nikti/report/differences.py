"""The ten differences in words: what is taught, and what this run measured of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nikti.report.words import numbers, say
from nikti.verdict.speed import HOW

#: Sentences that speak of machine learning's lead, so that the gap is turned to its side.
_CLASSICAL_LEADS = {(1, "classical"), (3, "classical")}


def rows(summary: Mapping[str, Any], lang: str) -> list[dict[str, str]]:
    """[{"number", "taught", "holds": its code, "says": the outcome, "measured": the sentence}]."""
    return [
        {
            "number": numbers.number(item["number"], lang),
            "taught": say(lang, f"ten.n{item['number']}"),
            "holds": item["holds"],
            "says": say(lang, f"ten.{item['holds']}"),
            "measured": _measured(item, summary["verdict"]["metric"], lang),
        }
        for item in summary["differences"]
    ]


def _measured(item: Mapping[str, Any], metric: str, lang: str) -> str:
    words = {key: _plain(value, lang) for key, value in item["values"].items()}
    words |= _gap_words(item, metric, lang)
    words |= _ranges(item["values"], metric, lang)
    for key, value in item["values"].items():
        if key.startswith(("seconds_", "train_")):
            words[key] = numbers.seconds(value, lang)
        elif key.startswith("ms_"):
            words[key] = numbers.milliseconds(value, lang)
        elif key.startswith("score_"):
            words[key] = numbers.score(value, metric, lang)
        elif key == "how":
            words[key] = HOW[value].shown(lang)
    words |= {f"{side}_seconds": words.get(f"seconds_{side}", "") for side in ("classical", "deep")}
    return say(lang, f"ten.s{item['number']}_{item['case']}", **words)


def _plain(value: Any, lang: str) -> str:
    return numbers.number(value, lang) if isinstance(value, int | float) else str(value)


def _gap_words(item: Mapping[str, Any], metric: str, lang: str) -> dict[str, str]:
    """The gap and its interval: deep minus classical, or turned so that who is named to be ahead is."""
    values = item["values"]
    if "gap" not in values:
        return {}
    gap, low, high = values["gap"], values["low"], values["high"]
    if (item["number"], item["case"]) in _CLASSICAL_LEADS:
        gap, low, high = -gap, -high, -low
    return {"gap": numbers.gap(gap, metric, lang), "interval": numbers.interval(low, high, metric, lang)}


def _ranges(values: Mapping[str, Any], metric: str, lang: str) -> dict[str, str]:
    return {
        f"{side}_range": numbers.interval(values[f"{side}_low"], values[f"{side}_high"], metric, lang)
        for side in ("classical", "deep")
        if f"{side}_low" in values
    }
