"""Notes on what the time limit cut: epochs of a champion's training, and methods that make a side's case.
Pure functions of a run's rows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nikti.core import timespan
from nikti.core.contender import Budget, inner_sizes
from nikti.core.data import Note
from nikti.core.plan import Entry
from nikti.core.run import Result, Run
from nikti.core.words import Words, stored
from nikti.verdict import convergence
from nikti.verdict.champions import Champion, champion, full_results
from nikti.verdict.statistics import Gap

SIDES = {"classical": "machine learning", "deep": "deep learning"}


def training(run: Run, side: str, entry: Champion, found: Gap) -> list[Note]:
    """Whether the champion was cut off while it was still getting better, or may have been."""
    results = [r for r in _of_champion(run, entry) if _cut_short(run, r)]
    if not results:
        return []
    gains = [
        one for r in results if (one := convergence.gain(_validated(r), _error_of_one(run, r))) is not None
    ]
    gain = convergence.median(gains)
    epochs = int(np.median([_effort(run, r).epochs for r in results]))
    recipe = int(np.median([run.plan.entries[r.trial.contender].recipe_epochs for r in results]))
    values: dict[str, Any] = {"side": side, "contender": entry.name}
    values |= {"epochs": epochs, "recipe_epochs": recipe}
    learned = f"{entry.name} learned for {epochs} of the {recipe} epochs that its recipe takes"
    if gain is not None and gain.rising:
        values |= {"gain": gain.value} | _time(run, recipe / epochs)
        text = f"{learned} and was still improving when its time was up{_with_time(values)}."
        return [Note("warning", "starved", text, values)]
    behind = -found.estimate if side == "deep" else found.estimate
    if gain is not None and gain.most(math.log2(recipe / epochs)) < behind:
        return []
    if behind < 0 and gain is not None:
        return []  # who is ahead needs no more
    values |= _time(run, recipe / epochs)
    text = f"{learned}; whether more would have helped cannot be told{_with_time(values)}."
    return [Note("warning", "not_converged", text, values)]


def _of_champion(run: Run, entry: Champion) -> list[Result]:
    table = full_results(run)
    return [table[fold][name] for fold, name in entry.per_fold.items()]


def _effort(run: Run, result: Result) -> Budget:
    """What the plan allowed the contender."""
    return run.plan.entries[result.trial.contender].planned.effort


def _cut_short(run: Run, result: Result) -> bool:
    """Whether the plan allowed fewer epochs than the recipe takes, and they were all used."""
    cap, recipe = _effort(run, result).epochs, run.plan.entries[result.trial.contender].recipe_epochs
    if cap is None or recipe is None or cap >= recipe:
        return False
    return not result.training_curve or len(result.training_curve) >= cap


def _validated(result: Result) -> list[float]:
    return [row["valid_score"] for row in result.training_curve if row.get("valid_score") is not None]


def _error_of_one(run: Run, result: Result) -> float:
    """Standard error of one epoch's validation score. The curve is of the first inner split, the error of
    the mean over all."""
    splits = inner_sizes(result.trial.size, _effort(run, result).inner_folds)
    return result.inner_error * math.sqrt(len(splits))


def _finished_methods(run: Run, side: str) -> set[str]:
    """Methods of the side with a finished full-size trial."""
    finished = set().union(*full_results(run, side).values())
    return {entry.method for entry in run.plan.of_side(side) if entry.name in finished}


def left_out(run: Run, side: str) -> list[Note]:
    """A representative method for which there was no time, neither in the plan nor at the end of it; or that
    was ahead of the champion on the first fold, in inner validation, and had no time for the others."""
    absent: dict[str, list[str]] = {}
    for item in run.plan.left_out:
        if item.side == side:
            absent.setdefault(item.method, []).append(item.name)
    for entry, _ in _unfinished(run, side, ("skipped",)):
        absent.setdefault(entry.method, []).append(entry.name)
    finished, notes = _finished_methods(run, side), []
    for entry in _ahead_at_first(run, side):
        absent.setdefault(entry.method, []).append(entry.name)
        finished.discard(entry.method)
    for method, names in absent.items():
        if method not in finished:
            values = {"side": side, "method": method, "names": sorted(set(names))} | _time(run)
            text = f"{SIDES[side]} had no time for its {method} method ({', '.join(values['names'])})"
            notes.append(Note("warning", "left_out", _sentence(text + _with_time(values)), values))
    return notes


def _ahead_at_first(run: Run, side: str) -> list[Entry]:
    """Representatives that have fewer folds than their side's champion, and beat it on the first."""
    entry = champion(run, side)
    table = full_results(run, side)
    first = table.get(0, {})
    if entry is None or entry.name not in first:
        return []
    done = {name: sum(name in fold for fold in table.values()) for name in first}
    return [
        other
        for other in run.plan.of_side(side)
        if other.represents
        and done.get(other.name, len(entry.per_fold)) < len(entry.per_fold)
        and first[other.name].inner_score > first[entry.name].inner_score
    ]


def timed_out(run: Run, side: str) -> list[Note]:
    """A representative method that was tried and met its time or its memory instead of its end."""
    finished, notes = _finished_methods(run, side), {}
    for entry, result in _unfinished(run, side, ("timeout", "killed")):
        if entry.method not in finished and entry.method not in notes:
            values = {"side": side, "method": entry.method, "contender": entry.name}
            values |= stored("reason", Words(result.reason, result.reason_bn)) | _time(run)
            text = (
                f"{SIDES[side]} is here without its {entry.method} method: {entry.name} was stopped "
                f"({result.reason})"
            )
            notes[entry.method] = Note("warning", "timed_out", _sentence(text + _with_time(values)), values)
    return list(notes.values())


def _unfinished(run: Run, side: str, outcomes: Sequence[str]) -> list[tuple[Entry, Result]]:
    """(entry, result) of full-size trials of representatives that ended so."""
    entries = {entry.name: entry for entry in run.plan.of_side(side) if entry.represents}
    return [
        (entries[r.trial.contender], r)
        for r in run.results
        if r.trial.contender in entries
        and r.outcome in outcomes
        and r.trial.fold >= 0
        and r.trial.size == run.plan.full
    ]


def _time(run: Run, times: float = math.inf) -> dict[str, Any]:
    """The time limit, and with which one nothing of this would have been cut: what the plan foresaw, or so
    many times this one where that is less. Where the plan foresaw that the limit is enough, it was the preset
    that asks for no more. {} where nothing is known."""
    limit, planned = run.plan.limit, run.plan.enough_seconds
    if not limit or not math.isfinite(limit):
        return {}
    if planned is not None and planned <= limit:
        return {"preset": run.plan.preset}
    enough = min(math.inf if planned is None else planned, limit * times)
    limits = {"limit_seconds": float(limit)}
    return limits | {"enough_seconds": float(enough)} if limit < enough < math.inf else limits


def _with_time(values: Mapping[str, Any]) -> str:
    if "enough_seconds" not in values:
        return ""
    had, enough = (timespan.words(values[f"{name}_seconds"]) for name in ("limit", "enough"))
    return f" ({had} were given; about {enough} would be enough)"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."
