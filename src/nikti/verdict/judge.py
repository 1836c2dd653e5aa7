"""From what happened to what it means: `judge(run) -> Verdict`, a pure function of the rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from nikti.core.band import BAND
from nikti.core.data import Note
from nikti.core.run import Run
from nikti.verdict.champions import FEWEST_FOLDS, Champion, champion, full_results
from nikti.verdict.speed import predict_ms
from nikti.verdict.statistics import (
    FEWEST_GROUPS,
    MACRO_F1_INFLATION,
    Gap,
    class_influence,
    corrected_t_rejects,
    gap,
    macro_f1_values,
    mean_interval,
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
    gap         deep minus classical in the primary metric (0.01 = 1 point); low, high: 95% interval;
                None when a side is missing
    band        half width of practical equivalence; detectable: the smallest gap these data could show
    settles_at  undecided only: samples in all with which such a gap would be settled, None if too many
    every_class where the classes are uneven: {"gap", "low", "high", "rarest", "n", "macro_f1": {"gap", "low",
                "high"}}, the gap when every class counts the same (in macro recall; in macro F1, None where
                the answers were not kept), with 95% intervals; else None
    n           samples scored; units: independent units among them (groups where there are any)
    champions   {"classical": contender or None, "deep": ...}
    scores      {side: {"value", "low", "high", "n"}}
    advice      which model to take and why; winner: its contender's name, or None
    reasons     what limits the verdict
    method      "pooled_k_fold", "grouped_k_fold" or "forward_blocks"
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
    advice: Note
    winner: str | None
    reasons: tuple[Note, ...] = ()
    method: str = "pooled_k_fold"
    chosen: dict[str, str] = field(default_factory=dict)
    settles_at: int | None = None
    every_class: dict[str, Any] | None = None


def judge(run: Run, band: float | None = None) -> Verdict:
    """The verdict on a run: one test, champion against champion, on the same folds.

    band: half width of practical equivalence; None: the one that the run was asked for.

    The same rows give the same verdict on any machine. A missing side, too few groups or values
    that cannot be compared give "undecided" with the reason.
    """
    band = run.settings.get("band", BAND) if band is None else band
    entries = {side: champion(run, side) for side in ("classical", "deep")}
    method = run.plan.get("method", "pooled_k_fold")
    missing = [side for side, entry in entries.items() if entry is None]
    if missing:
        return _one_sided(run, entries, missing, method, band)
    classical, deep = entries["classical"], entries["deep"]
    folds = sorted(set(classical.per_fold) & set(deep.per_fold))
    if len(folds) < min(FEWEST_FOLDS, run.plan["folds"]):
        return _one_sided(run, entries, ["common folds"], method, band)
    rows, at_classical, at_deep = np.intersect1d(classical.rows, deep.rows, return_indices=True)
    d = classical.losses[at_classical] - deep.losses[at_deep]
    fold = classical.fold[at_classical]
    if not np.isfinite(d).all():
        return _one_sided(run, entries, ["finite scores"], method, band)
    groups = None if run.groups is None else run.groups[rows]
    said = None
    if classical.said is not None and deep.said is not None:
        said = [classical.said[at_classical], deep.said[at_deep]]
    found = gap(d, fold, groups=groups)
    reasons = _limits(len(folds), found, method)
    call, strength = _call(found, d, fold, band)
    if any(reason.code == "few_groups" for reason in reasons):
        call, strength = "undecided", ""
    winner, advice = _advice(run, call, found, entries)
    return Verdict(
        call=call,
        strength=strength,
        metric=run.plan["metric"],
        gap=found.estimate,
        low=found.low,
        high=found.high,
        band=band,
        detectable=found.detectable,
        settles_at=found.settles_at(len(d), band) if call == "undecided" else None,
        every_class=_every_class(run, rows, d, fold, groups, said),
        n=len(d),
        units=found.units,
        champions={side: entry.name for side, entry in entries.items()},
        scores={side: _score(entry, run) for side, entry in entries.items()},
        advice=advice,
        winner=winner,
        reasons=reasons,
        method=method,
        chosen={side: entry.chosen for side, entry in entries.items()},
    )


def _every_class(
    run: Run,
    rows: np.ndarray,
    d: np.ndarray,
    fold: np.ndarray,
    groups: np.ndarray | None,
    said: list[np.ndarray] | None,
) -> dict[str, Any] | None:
    """The gaps in macro recall and macro F1, where the rarest class has less than UNEVEN of an even share.
    said: the answers of the classical and the deep champion to these rows."""
    if run.data.get("kind") != "classification":
        return None
    truth = run.targets[rows]
    counts = np.unique(truth, return_counts=True)[1]
    if len(counts) < 2 or counts.min() >= UNEVEN * len(d) / len(counts):
        return None
    found = gap(class_influence(d, truth), fold, groups=groups)
    if not np.isfinite(found.se):
        return None
    return {
        "gap": found.estimate,
        "low": found.low,
        "high": found.high,
        "rarest": int(counts.min()),
        "n": len(d),
        "macro_f1": None if said is None else _macro_f1(truth, said, fold, groups),
    }


def _macro_f1(
    truth: np.ndarray, said: list[np.ndarray], fold: np.ndarray, groups: np.ndarray | None
) -> dict[str, float]:
    classical, deep = (macro_f1_values(truth, one, fold) for one in said)
    found = gap(deep - classical, fold, groups=groups, inflation=MACRO_F1_INFLATION)
    return {"gap": found.estimate, "low": found.low, "high": found.high}


def _call(found: Gap, d: np.ndarray, fold: np.ndarray, band: float) -> tuple[str, str]:
    """(call, strength). Practical equivalence goes before a significant but tiny gap."""
    if found.inside(band) > TIE_PROBABILITY:
        return "tie", ""
    if found.low > 0 or found.high < 0:
        strength = "strong" if corrected_t_rejects(d, fold) else "likely"
        return ("deep" if found.estimate > 0 else "classical"), strength
    return "undecided", ""


def _limits(folds: int, found: Gap, method: str) -> tuple[Note, ...]:
    reasons = []
    if method != "pooled_k_fold" and found.units < FEWEST_GROUPS:
        reasons.append(
            Note(
                "warning",
                "few_groups",
                f"Only {found.units} groups: the spread between groups cannot be known from fewer than "
                f"{FEWEST_GROUPS}, so no verdict is given.",
                {"groups": found.units, "needed": FEWEST_GROUPS},
            )
        )
    if folds < 5:
        reasons.append(
            Note(
                "warning",
                "few_folds",
                f"{folds} folds instead of 5, for want of time or samples: the interval is wider.",
                {"folds": folds},
            )
        )
    return tuple(reasons)


def _score(entry: Champion, run: Run) -> dict[str, float]:
    groups = None if run.groups is None else run.groups[entry.rows]
    value, low, high = mean_interval(entry.losses, entry.fold, groups)
    return {"value": value, "low": low, "high": high, "n": len(entry.losses)}


def _advice(run: Run, call: str, found: Gap, entries: dict[str, Champion]) -> tuple[str | None, Note]:
    """(the contender to take, why)."""
    ahead = "deep" if found.estimate > 0 else "classical"
    if call in entries:
        name = entries[call].name
        return name, Note("info", "use_ahead", f"Use {name}: its side is ahead.", {"contender": name})
    cost = dict(zip(entries, predict_ms(run, [entry.name for entry in entries.values()]), strict=True))
    if call == "tie" and None not in cost.values():
        side = "deep" if cost["deep"] < cost["classical"] else "classical"
        name, other = entries[side].name, entries["classical" if side == "deep" else "deep"].name
        values = {"contender": name, "other": other, "ms": cost[side], "other_ms": max(cost.values())}
        text = (
            f"Use {name}: both are equally good, and it predicts faster "
            f"({cost[side]:.2f} ms against {max(cost.values()):.2f} ms a sample)."
        )
        return name, Note("info", "use_cheaper", text, values)
    name = entries[ahead].name
    text = f"Take {name} for now: it scored higher here, but the difference may be chance."
    return name, Note("info", "use_leading", text, {"contender": name})


def _one_sided(
    run: Run, entries: dict[str, Champion | None], missing: list[str], method: str, band: float
) -> Verdict:
    """No comparison is possible; say why, and hand over what there is."""
    there = {side: entry for side, entry in entries.items() if entry is not None}
    if missing == ["finite scores"]:
        there, code = dict(entries), "not_finite"
        text = "Some scores are not finite numbers, so the sides cannot be compared."
    elif missing == ["common folds"]:
        there, code = dict(entries), "no_common_folds"
        text = "The sides finished different folds, so they cannot be compared on the same samples."
    elif len(missing) == 2:
        code, text = "no_side", "Neither side finished three folds, so there is nothing to compare."
    else:
        code = "missing_side"
        why = _why_missing(run, missing[0])
        text = (
            f"The {missing[0]} side finished fewer than three folds, so there is no comparison. {why}".strip()
        )
    reason = Note("warning", code, text, {"side": missing[0]})
    best = max(there.values(), key=lambda e: 1 - float(np.mean(e.losses)), default=None)
    winner = best.name if best else _any_fitted(run)
    advice = (
        Note("info", "only_one", f"Only {winner} can be handed over.", {"contender": winner})
        if winner
        else Note("info", "none", "No model came out of this run.", {})
    )
    return Verdict(
        call="undecided",
        strength="",
        metric=run.plan["metric"],
        gap=None,
        low=None,
        high=None,
        band=band,
        detectable=None,
        n=len(best.rows) if best else 0,
        units=0,
        champions={side: entry.name if entry else None for side, entry in entries.items()},
        scores={side: _score(entry, run) for side, entry in there.items() if code != "not_finite"},
        advice=advice,
        winner=winner,
        reasons=(reason,),
        method=method,
        chosen={side: entry.chosen for side, entry in there.items()},
    )


def _why_missing(run: Run, side: str) -> str:
    """The first recorded reason of a trial of that side that did not end well."""
    of_side = {entry["name"] for entry in run.plan["contenders"] if entry["side"] == side}
    for result in run.results:
        wrong = result.outcome not in ("ok", "stopped")  # who is stopped was beaten by one of its side
        if result.trial.contender in of_side and wrong and result.reason:
            return f"First reason: {result.trial.contender}: {result.reason}"
    return "" if of_side else "No contender of that side was in the plan."


def _any_fitted(run: Run) -> str | None:
    """A contender with at least one full-size result, best inner score first."""
    table = full_results(run)
    for fold in sorted(table):
        return max(table[fold], key=lambda name: np.nan_to_num(table[fold][name].inner_score, nan=-1e9))
    return None
