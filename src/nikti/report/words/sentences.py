"""The verdict, the advice and the notes in words; plain text, used by the command line too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from nikti.report.words.numbers import band, digits, gap, interval, number, score, two_figures
from nikti.report.words.phrases import note_phrases, say

if TYPE_CHECKING:
    from nikti.verdict.judge import Verdict

#: Members of a list that a sentence names.
MOST_LISTED = 6


def verdict_sentence(verdict: Verdict, lang: str = "en") -> str:
    """The verdict in one plain sentence: who is ahead, the scores, the gap with its interval."""
    head, body = verdict_parts(asdict(verdict), lang)
    return say(lang, "verdict.join", head=head, body=body)


def verdict_parts(verdict: Mapping[str, Any], lang: str) -> tuple[str, str]:
    """(headline, the rest of the sentence) of a verdict given as a plain dict."""
    metric, scores, codes = verdict["metric"], verdict["scores"], _codes(verdict)
    if verdict["gap"] is None:
        return say(lang, "verdict.head_missing_side"), _no_comparison(verdict, codes, lang)
    words = {
        "classical": score(scores["classical"]["value"], metric, lang),
        "deep": score(scores["deep"]["value"], metric, lang),
        "band": band(verdict["band"], metric, lang),
        "detectable": gap(verdict["detectable"], metric, lang),
        "gap": gap(abs(verdict["gap"]), metric, lang),
        "interval": interval(verdict["low"], verdict["high"], metric, lang),
    }
    call = verdict["call"]
    if call in ("classical", "deep"):
        other = "deep" if call == "classical" else "classical"
        low, high = verdict["low"], verdict["high"]
        if call == "classical":
            low, high = -high, -low
        words["interval"] = interval(low, high, metric, lang)
        body = say(
            lang,
            "verdict.ahead",
            ahead=measured(scores[call]["value"], metric, lang),
            behind=words[other],
            strength=say(lang, f"verdict.{verdict['strength']}"),
            **{k: words[k] for k in ("gap", "interval")},
        )
        return say(lang, f"verdict.head_ahead_{call}"), body
    words["deep"] = measured(scores["deep"]["value"], metric, lang)
    if call == "tie":
        keys = ("deep", "classical", "band", "interval")
        return say(lang, "verdict.head_tie"), say(lang, "verdict.tie", **{k: words[k] for k in keys})
    head = "verdict.head_few_groups" if "few_groups" in codes else "verdict.head_undecided"
    keys = ("deep", "classical", "gap", "interval", "detectable")
    body = say(lang, "verdict.undecided", **{k: words[k] for k in keys})
    if head == "verdict.head_few_groups":
        return say(lang, head), body
    if verdict["settles_at"] is None:
        return say(lang, head), f"{body} {say(lang, 'verdict.settles_never')}"
    count = number(two_figures(verdict["settles_at"]), lang)
    return say(lang, head), f"{body} {say(lang, 'verdict.settles_at', count=count)}"


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
    ends = sorted((turn * f1["low"], turn * f1["high"]))
    side = say(lang, f"side.{'deep' if turn > 0 else 'classical'}")
    values = {
        "side": side,
        "gap": gap(abs(f1["gap"]), metric, lang),
        "interval": interval(*ends, metric, lang),
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


def measured(value: float | None, metric: str, lang: str) -> str:
    """A score with what it measures: "98.6% correct", "R² 0.524"."""
    return say(lang, f"metric.{metric}", value=score(value, metric, lang))


def note_sentence(note: Mapping[str, Any] | str, lang: str) -> tuple[str, str]:
    """(sentence, its language): a note in the asked language, or its own English where no translation
    is known or the note lacks a value that the translation needs. A note with a value `how` may have a
    sentence of its own for each."""
    if isinstance(note, str):
        return note, "en"
    values = note.get("values") or {}
    known = note_phrases(lang)
    phrase = known.get(f"{note['code']}_{values.get('how')}", known.get(note["code"]))
    if phrase is None:
        return note["text"], "en"
    try:
        return phrase.format(**{k: _shown(v, lang) for k, v in values.items()}), lang
    except (KeyError, IndexError):
        return note["text"], "en"


def _shown(value: Any, lang: str) -> str:
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, int):
        return number(value, lang)
    if isinstance(value, float):
        return digits(f"{value:.3g}", lang)
    if isinstance(value, list | tuple):
        return ", ".join(_shown(v, lang) for v in value[:MOST_LISTED]) + (", …" * (len(value) > MOST_LISTED))
    if isinstance(value, Mapping):
        return _shown([f"{k} ({_shown(v, lang)})" for k, v in value.items()], lang)
    return str(value)
