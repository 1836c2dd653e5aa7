"""Methods beside a side's champion whose training was cut so short that one of them may have led. Pure
functions of a run's rows.

A network that had three of its forty epochs loses to a simpler one of its side that has converged, and then
that one stands for the side: nothing is said against the side on such grounds.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from nikti.core.run import Result, Run
from nikti.core.words import Words
from nikti.verdict.champions import Champion, full_results
from nikti.verdict.condition import Condition
from nikti.verdict.statistics import Gap
from nikti.verdict.time_limit import (
    HARDLY_TRAINED,
    NOT_CONVERGED,
    STARVED,
    cut_short,
    may_take_off,
    median_epochs,
    median_gain,
    surely_ahead,
    time_that_is_enough,
)


def undertrained(run: Run, side: str, entries: Mapping[str, Champion], found: Gap) -> list[Condition]:
    """One condition for each method that makes the side's case, is not its champion's, and was cut short
    while it might yet have come before both champions. None where the side is ahead for sure.

    entries: both champions; found: the gap, deep minus classical.
    """
    if surely_ahead(found, side):
        return []
    notes = []
    standing = {name for entry in entries.values() for name in entry.per_fold.values()}
    for method in dict.fromkeys(entry.method for entry in run.plan.of_side(side) if entry.represents):
        results = _of_method(run, side, method)
        if not results or standing & set(results) or not all(_cut(run, rows) for rows in results.values()):
            continue
        name = max(results, key=lambda name: _inner(results[name]))
        note = _note(run, side, name, results[name], _to_reach(run, entries, results[name]))
        if note is not None:
            notes.append(note)
    return notes


def _of_method(run: Run, side: str, method: Words) -> dict[str, list[Result]]:
    """{contender of the method: its finished full-size results}."""
    names = [entry.name for entry in run.plan.of_side(side) if entry.method == method and not entry.floor]
    table = full_results(run, side)
    found = {name: [row[name] for row in table.values() if name in row] for name in names}
    return {name: rows for name, rows in found.items() if rows}


def _cut(run: Run, results: list[Result]) -> bool:
    return any(cut_short(run, result) for result in results)


def _inner(results: list[Result]) -> float:
    """Mean inner score over the folds that have one."""
    scores = [r.inner_score for r in results if math.isfinite(r.inner_score)]
    return float(np.mean(scores)) if scores else -math.inf


def _to_reach(run: Run, entries: Mapping[str, Champion], results: list[Result]) -> float:
    """What the better champion lies ahead of these, in inner validation of the same folds; 0 where that
    cannot be told."""
    table = full_results(run)
    ahead = []
    for entry in entries.values():
        pairs = [
            (table[r.trial.fold][entry.per_fold[r.trial.fold]].inner_score, r.inner_score)
            for r in results
            if r.trial.fold in entry.per_fold
        ]
        known = [other - own for other, own in pairs if math.isfinite(other) and math.isfinite(own)]
        ahead += [float(np.mean(known))] if known else []
    return max(ahead, default=0.0)


def _note(run: Run, side: str, name: str, results: list[Result], to_reach: float) -> Condition | None:
    epochs, recipe = median_epochs(run, results)
    gain = median_gain(run, results)
    doublings = math.log2(recipe / epochs)
    values: dict[str, Any] = {"side": side, "contender": name, "epochs": epochs, "recipe_epochs": recipe}
    if gain is not None and gain.rising and doublings * gain.value >= to_reach:
        code, wording = "starved", STARVED
        values["gain"] = gain.value
    elif may_take_off(gain, epochs, recipe):
        code, wording = "hardly_trained", HARDLY_TRAINED
    elif gain is None or gain.most(doublings) >= to_reach:
        code, wording = "not_converged", NOT_CONVERGED
    else:
        return None
    values |= time_that_is_enough(run, recipe / epochs)
    return Condition.worded("warning", code, wording, values, run.plan.metric)
