"""The verdict on a run: `judge(run) -> Verdict`, a pure function of the rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from nikti.core.band import BAND
from nikti.core.data import Note
from nikti.core.run import Run
from nikti.core.words import Words, stored
from nikti.verdict.advice import Advice, advise, nothing_to_compare
from nikti.verdict.champions import Champion, champion, full_results
from nikti.verdict.condition import Condition
from nikti.verdict.conditions import conditions, missing_methods, weigh
from nikti.verdict.pooled import score_of
from nikti.verdict.statistics import (
    FEWEST_GROUPS,
    MACRO_F1_INFLATION,
    Gap,
    class_influence,
    corrected_t_rejects,
    gap,
    inflation_of,
    macro_f1_of_folds,
)

#: A tie needs this much probability that the true gap lies inside the band.
TIE_PROBABILITY = 0.95

#: Classes are uneven when the rarest has less than this part of an even share.
UNEVEN = 0.5


@dataclass(frozen=True)
class Verdict:
    """Which side is better on these data.

    call        "classical", "deep", "tie" or "undecided"
    strength    "strong" or "likely" when a side is ahead, else ""
    interval_call  what the interval alone would say, whatever the conditions
    gap         deep minus classical in the primary metric (0.01 = 1 point); low, high: 95% interval;
                None when a side is missing
    band        half width of practical equivalence; detectable: the smallest gap these data could show
    settles_at  undecided only: samples in all with which such a gap would be settled, None if too many
    every_class where the classes are uneven: {"gap", "low", "high", "rarest", "n", "macro_f1": {"gap", "low",
                "high"}}, the gap when every class counts the same (in macro recall; in macro F1, None where
                the answers were not kept), with 95% intervals; else None
    n           samples scored; units: independent units among them (groups where there are any)
    champions   {"classical": contender or None, "deep": ...}
    scores      {side: {"value", "low", "high", "n"}}, of the samples that the gap is of
    advice      which model to take and why; winner: its contender's name, or None
    reasons     why there is no verdict
    conditions  what the verdict depends on, time limits among it; see `nikti.verdict.conditions`
    method      how the samples were split, the name of a file of `nikti.protocol.splits`
    """

    call: str
    strength: str
    metric: str
    gap: float | None
    low: float | None
    high: float | None
    band: float
    detectable: float | None
    n: int
    units: int
    champions: dict[str, str | None]
    scores: dict[str, dict[str, float]]
    advice: Advice
    winner: str | None
    reasons: tuple[Note, ...] = ()
    conditions: tuple[Condition, ...] = ()
    interval_call: str = "undecided"
    method: str = "pooled_k_fold"
    chosen: dict[str, str] = field(default_factory=dict)
    settles_at: int | None = None
    every_class: dict[str, Any] | None = None


def judge(run: Run, band: float | None = None) -> Verdict:
    """The verdict on a run: one test, champion against champion, on the folds that both have.

    band: half width of practical equivalence; None: the one that the run was asked for.

    The same rows give the same verdict on any machine. One fold of each side is enough for a first
    impression. A missing side, too few groups or values that cannot be compared give "undecided" with the
    reason.
    """
    band = run.settings.get("band", BAND) if band is None else band
    classical, deep = champion(run, "classical"), champion(run, "deep")
    there = {"classical": classical, "deep": deep}
    if classical is None or deep is None:
        missing = [side for side, entry in there.items() if entry is None]
        return _no_comparison(run, there, _missing(run, missing), band)
    rows, at_classical, at_deep = np.intersect1d(classical.rows, deep.rows, return_indices=True)
    if len(rows) == 0:
        return _no_comparison(run, there, _NO_COMMON_FOLDS, band)
    entries = {"classical": classical.at(at_classical), "deep": deep.at(at_deep)}
    if not all(np.isfinite(entry.losses).all() for entry in entries.values()):
        return _no_comparison(run, entries, _NOT_FINITE, band)
    return _compared(run, entries, rows, band)


def _compared(run: Run, entries: dict[str, Champion], rows: np.ndarray, band: float) -> Verdict:
    """The verdict on two champions that were tested on the same rows."""
    metric, method = run.plan.metric, run.plan.method
    d, fold = entries["classical"].losses - entries["deep"].losses, entries["classical"].fold
    groups = None if run.groups is None else run.groups[rows]
    found = gap(d, fold, groups=groups, inflation=inflation_of(metric))
    noted = conditions(run, entries, len(np.unique(fold)), found)
    interval_call, strength = _call(found, d, fold, band)
    call, strength = weigh(interval_call, strength, noted)
    reasons = _few_groups(found, method)
    if reasons:
        call, strength = "undecided", ""
    winner, advice = advise(run, call, found, entries, noted)
    return Verdict(
        call=call,
        strength=strength,
        metric=metric,
        gap=found.estimate,
        low=found.low,
        high=found.high,
        band=band,
        detectable=found.detectable,
        settles_at=found.settles_at(len(d), band) if call == "undecided" else None,
        every_class=_every_class(run, entries, fold, groups),
        n=len(d),
        units=found.units,
        champions={side: entry.name for side, entry in entries.items()},
        scores={side: _score(entry, run) for side, entry in entries.items()},
        advice=advice,
        winner=winner,
        reasons=reasons,
        conditions=noted,
        interval_call=interval_call,
        method=method,
        chosen={side: entry.chosen for side, entry in entries.items()},
    )


def _every_class(
    run: Run, entries: dict[str, Champion], fold: np.ndarray, groups: np.ndarray | None
) -> dict[str, Any] | None:
    """The gaps in macro recall and macro F1, where the score is accuracy and the rarest class has less than
    UNEVEN of an even share."""
    if run.plan.metric != "accuracy":
        return None
    classical, deep = entries["classical"], entries["deep"]
    truth = run.truth(classical.rows)
    counts = np.unique(truth, return_counts=True)[1]
    if len(counts) < 2 or counts.min() >= UNEVEN * len(truth) / len(counts):
        return None
    found = gap(class_influence(classical.losses - deep.losses, truth), fold, groups=groups)
    if not np.isfinite(found.se):
        return None
    facts: dict[str, Any] = {"gap": found.estimate, "low": found.low, "high": found.high}
    facts |= {"rarest": int(counts.min()), "n": len(truth), "macro_f1": None}
    if classical.predicted is not None and deep.predicted is not None:
        predictions = (classical.predicted, deep.predicted)
        values = [macro_f1_of_folds(truth, predicted, fold) for predicted in predictions]
        f1 = gap(values[1] - values[0], fold, groups=groups, inflation=MACRO_F1_INFLATION)
        facts["macro_f1"] = {"gap": f1.estimate, "low": f1.low, "high": f1.high}
    return facts


def _call(found: Gap, d: np.ndarray, fold: np.ndarray, band: float) -> tuple[str, str]:
    """(call, strength). Practical equivalence goes before a significant but tiny gap."""
    if found.inside(band) > TIE_PROBABILITY:
        return "tie", ""
    if found.low > 0 or found.high < 0:
        strength = "strong" if corrected_t_rejects(d, fold) else "likely"
        return ("deep" if found.estimate > 0 else "classical"), strength
    return "undecided", ""


FEW_GROUPS = Words(
    en="Only {groups} groups: the spread between groups cannot be known from fewer than {needed}, so no "
    "verdict is given.",
    bn="গ্রুপ মোটে {groups}টি। {needed}টির কম হলে গ্রুপে গ্রুপে কতটা ফারাক তা জানা যায় না, তাই রায় দেওয়া হলো না।",
)


def _few_groups(found: Gap, method: str) -> tuple[Note, ...]:
    if method == "pooled_k_fold" or found.units >= FEWEST_GROUPS:
        return ()
    values = {"groups": found.units, "needed": FEWEST_GROUPS}
    return (Note.of("warning", "few_groups", FEW_GROUPS, values),)


def _score(entry: Champion, run: Run) -> dict[str, float]:
    value, low, high = score_of(run, entry)
    return {"value": value, "low": low, "high": high, "n": len(entry.losses)}


_NOT_FINITE = Note.of(
    "warning",
    "not_finite",
    Words(
        en="Some scores are not finite numbers, so the sides cannot be compared.",
        bn="কিছু স্কোর কোনো সংখ্যাই নয়, তাই তুলনা করা যায় না।",
    ),
)
_NO_COMMON_FOLDS = Note.of(
    "warning",
    "no_common_folds",
    Words(
        en="The sides finished different folds, so they cannot be compared on the same samples.",
        bn="দুই পক্ষ আলাদা আলাদা ফোল্ড শেষ করেছে, তাই একই নমুনায় তুলনা করা যায় না।",
    ),
)
NO_SIDE = Words(
    en="Neither side finished a fold, so there is nothing to compare. {why}",
    bn="দুই পক্ষের কেউই একটি ফোল্ডও শেষ করেনি, তাই তুলনা করার কিছু নেই। {why}",
)
ONE_BY_FLOOR = Words(
    en="Of the {side} side only {floor} finished, which learns nothing, so there is no comparison. {why}",
    bn="এক পক্ষে শেষ করেছে শুধু {floor}, যে কিছুই শেখে না, তাই তুলনা হয়নি। {why}",
)
MISSING_SIDE = Words(
    en="The {side} side finished no fold, so there is no comparison. {why}",
    bn="এক পক্ষ একটি ফোল্ডও শেষ করেনি, তাই তুলনা হয়নি। {why}",
)
FIRST_REASON = Words(en="First reason: {contender}: {reason}", bn="প্রথম কারণ: {contender}: {reason}")
NOT_PLANNED = Words(en="No contender of that side was in the plan.", bn="পরিকল্পনায় ওই পক্ষের কেউ ছিল না।")


def _missing(run: Run, sides: list[str]) -> Note:
    """Why a side has no score."""
    why = _first_reason(run, sides[0])
    if len(sides) == 2:
        return _with_why("no_side", NO_SIDE, {}, why)
    side = sides[0]
    finished = set().union(*full_results(run, side).values())
    floors = [entry.name for entry in run.plan.contenders if entry.floor and entry.name in finished]
    if floors:
        return _with_why("one_by_floor", ONE_BY_FLOOR, {"side": side, "floor": floors[0]}, why)
    return _with_why("missing_side", MISSING_SIDE, {"side": side}, why)


def _with_why(code: str, words: Words, values: dict[str, Any], why: Words | None) -> Note:
    """A warning that ends with the reason, where one is known; programs get it too."""
    values = values | ({"why": ""} if why is None else stored("why", why))
    return Note.of("warning", code, words, values, why=why or "")


def _first_reason(run: Run, side: str) -> Words | None:
    """The first recorded reason of a trial of that side that did not end well."""
    of_side = {entry.name for entry in run.plan.of_side(side)}
    for result in run.results:
        wrong = result.outcome not in ("ok", "stopped")  # who is stopped was beaten by one of its side
        if result.trial.contender in of_side and wrong and result.reason:
            reason = Words(result.reason, result.reason_bn or result.reason)
            return FIRST_REASON.format(contender=result.trial.contender, reason=reason)
    return None if of_side else NOT_PLANNED


def _no_comparison(run: Run, entries: Mapping[str, Champion | None], reason: Note, band: float) -> Verdict:
    """No comparison is possible; say why, and hand over what there is."""
    there = {side: entry for side, entry in entries.items() if entry is not None}
    best = max(there.values(), key=lambda e: 1 - float(np.mean(e.losses)), default=None)
    return Verdict(
        call="undecided",
        strength="",
        metric=run.plan.metric,
        gap=None,
        low=None,
        high=None,
        band=band,
        detectable=None,
        n=len(best.rows) if best else 0,
        units=0,
        champions={side: entry.name if entry else None for side, entry in entries.items()},
        scores={side: _score(entry, run) for side, entry in there.items() if reason is not _NOT_FINITE},
        advice=nothing_to_compare(best),
        winner=best.name if best else None,
        reasons=(reason,),
        conditions=tuple(missing_methods(run)),
        method=run.plan.method,
        chosen={side: entry.chosen for side, entry in there.items()},
    )
