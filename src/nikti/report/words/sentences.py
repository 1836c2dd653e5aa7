"""The verdict in words; plain text, used by the command line too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from nikti.report.words.conditions import clauses, limiting, with_time
from nikti.report.words.metrics import measured
from nikti.report.words.numbers import band, gap, interval, number, score, two_figures
from nikti.report.words.phrases import say

if TYPE_CHECKING:
    from nikti.verdict.judge import Verdict


def verdict_sentence(verdict: Verdict, lang: str = "en") -> str:
    """The verdict in one plain sentence: who is ahead, the scores, the gap with its interval."""
    head, body = verdict_parts(asdict(verdict), lang)
    return say(lang, "verdict.join", head=head, body=body)


def verdict_parts(verdict: Mapping[str, Any], lang: str) -> tuple[str, str]:
    """(headline, the rest of the sentence) of a verdict given as a plain dict."""
    if verdict["gap"] is None:
        return say(lang, "verdict.head_missing_side"), _no_comparison(verdict, _codes(verdict), lang)
    call = verdict["call"]
    if call in ("classical", "deep"):
        return say(lang, f"verdict.head_ahead_{call}"), _ahead(verdict, lang)
    if call == "tie":
        words = _numbers(verdict, lang)
        words["interval"] = interval(verdict["low"], verdict["high"], verdict["metric"], lang)
        keys = ("deep", "classical", "band", "interval")
        return say(lang, "verdict.head_tie"), say(lang, "verdict.tie", **{k: words[k] for k in keys})
    return _undecided(verdict, lang)


def _numbers(verdict: Mapping[str, Any], lang: str) -> dict[str, str]:
    """The scores and the gap, as seen from who scored higher where it is given without a sign."""
    metric, scores = verdict["metric"], verdict["scores"]
    sign = -1 if verdict["gap"] < 0 else 1
    low, high = sorted(sign * end for end in (verdict["low"], verdict["high"]))
    return {
        "deep": measured(scores["deep"]["value"], metric, lang),
        "classical": score(scores["classical"]["value"], metric, lang),
        "band": band(verdict["band"], metric, lang),
        "detectable": gap(verdict["detectable"], metric, lang),
        "gap": gap(abs(verdict["gap"]), metric, lang),
        "interval": interval(low, high, metric, lang),
    }


def _ahead(verdict: Mapping[str, Any], lang: str) -> str:
    """The scores, the gap as seen from who is ahead, and how sure that is."""
    call, metric, scores = verdict["call"], verdict["metric"], verdict["scores"]
    other, low, high = "classical", verdict["low"], verdict["high"]
    if call == "classical":
        other, low, high = "deep", -high, -low
    why, strength = clauses(verdict["conditions"], lang), f"verdict.{verdict['strength']}"
    limited = verdict["strength"] == "likely" and why
    body = say(
        lang,
        "verdict.ahead",
        ahead=measured(scores[call]["value"], metric, lang),
        behind=score(scores[other]["value"], metric, lang),
        gap=gap(abs(verdict["gap"]), metric, lang),
        interval=interval(low, high, metric, lang),
        strength=say(lang, "verdict.likely_because", why=why) if limited else say(lang, strength),
    )
    return _joined(body, with_time(verdict["conditions"], lang) if limited else "")


def _undecided(verdict: Mapping[str, Any], lang: str) -> tuple[str, str]:
    """Why nothing is decided: chance, a first impression, or a side short of time."""
    words = _numbers(verdict, lang)
    scores = {key: words[key] for key in ("deep", "classical", "gap", "interval")}
    if "few_groups" in _codes(verdict):
        body = say(lang, "verdict.undecided", **scores, detectable=words["detectable"])
        return say(lang, "verdict.head_few_groups"), body
    if provisional := [one for one in verdict["conditions"] if one["code"] == "provisional"]:
        shown = {key: number(provisional[0]["values"][key], lang) for key in ("folds", "planned")}
        return say(lang, "verdict.head_provisional"), say(lang, "verdict.provisional", **scores, **shown)
    if verdict["interval_call"] != "undecided" and limiting(verdict["conditions"]):
        why = clauses(verdict["conditions"], lang)
        body = say(lang, "verdict.undecided_because", **scores, why=why)
        return say(lang, "verdict.head_undecided"), _joined(body, with_time(verdict["conditions"], lang))
    body = say(lang, "verdict.undecided", **scores, detectable=words["detectable"])
    if verdict["settles_at"] is None:
        more = say(lang, "verdict.settles_never")
    else:
        more = say(lang, "verdict.settles_at", count=number(two_figures(verdict["settles_at"]), lang))
    return say(lang, "verdict.head_undecided"), f"{body} {more}"


def _joined(*sentences: str) -> str:
    return " ".join(filter(None, sentences))


def every_class(verdict: Mapping[str, Any], lang: str) -> str | None:
    """Uneven classes: what the gap is when every class counts the same."""
    found, metric = verdict["every_class"], verdict["metric"]
    if found is None:
        return None
    low, high = found["low"], found["high"]
    side = "deep" if found["gap"] > 0 else "classical"
    if side == "classical":
        low, high = -high, -low
    words = {
        "rarest": number(found["rarest"], lang),
        "n": number(found["n"], lang),
        "side": say(lang, f"side.{side}"),
        "gap": gap(abs(found["gap"]), metric, lang),
        "interval": interval(low, high, metric, lang),
    }
    sentence = say(lang, "verdict.every_class" if low > 0 else "verdict.every_class_unsure", **words)
    if found.get("macro_f1") is None:
        return sentence
    f1 = found["macro_f1"]
    turn = -1 if f1["gap"] < 0 else 1
    low, high = sorted((turn * f1["low"], turn * f1["high"]))
    side = say(lang, f"side.{'deep' if turn > 0 else 'classical'}")
    values = {
        "side": side,
        "gap": gap(abs(f1["gap"]), metric, lang),
        "interval": interval(low, high, metric, lang),
    }
    return f"{sentence} {say(lang, 'verdict.macro_f1', **values)}"


def _codes(verdict: Mapping[str, Any]) -> list[str]:
    return [reason["code"] for reason in verdict["reasons"]]


def _no_comparison(verdict: Mapping[str, Any], codes: list[str], lang: str) -> str:
    side, metric = next(iter(verdict["scores"]), None), verdict["metric"]
    if side is None:
        return say(lang, "verdict.not_finite" if "not_finite" in codes else "verdict.no_side")
    found = verdict["scores"][side]
    return say(
        lang,
        "verdict.one_side",
        side=say(lang, f"side.{side}"),
        score=measured(found["value"], metric, lang),
        interval=interval(found["low"], found["high"], metric, lang),
    )
