"""Notes on what the time limit cut: epochs of a champion's training, and methods that make a side's case.
Pure functions of a run's rows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from nikti.core.contender import Budget, inner_sizes
from nikti.core.plan import Entry
from nikti.core.run import Result, Run
from nikti.core.words import Words, stored
from nikti.verdict import convergence
from nikti.verdict.champions import Champion, champion, full_results
from nikti.verdict.condition import Condition, Wording
from nikti.verdict.statistics import Gap

#: With less than this share of its epochs, a network that is behind was as good as left out.
FEW = 2**-convergence.FARTHEST
#: With no more than this share, one that shows no learning yet may still begin to.
LATE = 0.5

STARVED = Wording(
    name=Words(en="Cut off while improving", bn="বাড়তে বাড়তেই থামানো"),
    sentence=Words(
        en="{contender} ({side}) learned for {epochs} of the {recipe_epochs} epochs that its recipe "
        "takes, and its validation score was still rising at the end by more than its noise: twice the "
        "epochs would bring about {gain}.",
        bn="{contender} ({side}) পুরো {recipe_epochs} ইপকের বদলে {epochs} ইপক শিখেছে, আর শেষেও তার "
        "যাচাইয়ের স্কোর দোলাচলের চেয়ে বেশি হারে বাড়ছিল: দ্বিগুণ ইপকে প্রায় {gain} বাড়ত।",
    ),
    clause=Words(
        en="{contender} had {epochs} of its {recipe_epochs} epochs and was still improving",
        bn="{contender} তার {recipe_epochs} ইপকের {epochs}টি পেয়েছে, আর তখনো তার স্কোর বাড়ছিল",
    ),
)

NOT_CONVERGED = Wording(
    name=Words(en="Cut short", bn="পুরোটা শেখেনি"),
    sentence=Words(
        en="{contender} ({side}) learned for {epochs} of the {recipe_epochs} epochs that its recipe "
        "takes. Whether more would have helped cannot be told from its training curve.",
        bn="{contender} ({side}) পুরো {recipe_epochs} ইপকের বদলে {epochs} ইপক শিখেছে। আরও শিখলে লাভ হতো "
        "কি না, তার শেখার রেখা থেকে বোঝা যায় না।",
    ),
    clause=Words(
        en="{contender} had {epochs} of its {recipe_epochs} epochs, and more may have helped",
        bn="{contender} তার {recipe_epochs} ইপকের {epochs}টি পেয়েছে, বেশি পেলে হয়তো আরও ভালো করত",
    ),
)

HARDLY_TRAINED = Wording(
    name=Words(en="Hardly trained", bn="শেখার সময়ই পায়নি"),
    sentence=Words(
        en="{contender} ({side}) learned for {epochs} of the {recipe_epochs} epochs that its recipe "
        "takes: too few to tell what it can.",
        bn="{contender} ({side}) পুরো {recipe_epochs} ইপকের বদলে মোটে {epochs} ইপক শিখেছে: এত অল্পে বোঝা যায় "
        "না সে কতটা পারে।",
    ),
    clause=Words(
        en="{contender} had no more than {epochs} of its {recipe_epochs} epochs",
        bn="{contender} তার {recipe_epochs} ইপকের মোটে {epochs}টি পেয়েছে",
    ),
)

REDUCED = Wording(
    name=Words(en="Smaller pictures", bn="ছবি ছোট করে"),
    sentence=Words(
        en="{contender} ({side}) saw its pictures at {percent}% of the width that its recipe takes, for want "
        "of time.",
        bn="সময়ের অভাবে {contender} ({side}) ছবিগুলো দেখেছে তার নিয়মের চওড়ার {percent}% মাপে।",
    ),
    clause=Words(
        en="{contender} saw its pictures at {percent}% of their width",
        bn="{contender} ছবি দেখেছে {percent}% চওড়ায়",
    ),
)

LEFT_OUT = Wording(
    name=Words(en="Left out for time", bn="সময়ের অভাবে বাদ"),
    sentence=Words(
        en="{Side} is here without its {method} method ({names}): there was no time for it.",
        bn="{Side} এখানে তার {method} পদ্ধতি ছাড়াই লড়েছে ({names}): সেটির জন্য সময় ছিল না।",
    ),
    clause=Words(
        en="{side} had no time for its {method} method",
        bn="{side} তার {method} পদ্ধতির জন্য সময় পায়নি",
    ),
)

TIMED_OUT = Wording(
    name=Words(en="Stopped", bn="মাঝপথে থামানো"),
    sentence=Words(
        en="{Side} is here without its {method} method: {contender} was stopped before a fit of it was "
        "done ({reason}).",
        bn="{Side} এখানে তার {method} পদ্ধতি ছাড়াই লড়েছে: {contender} একবারও শেষ হওয়ার আগে থেমে গেছে ({reason})।",
    ),
    clause=Words(
        en="{contender}, for {side} the only {method} method, was stopped before it was done",
        bn="{contender} শেষ হওয়ার আগেই থেমে গেছে, অথচ {side}-এর {method} পদ্ধতি এটাই",
    ),
)


def training(run: Run, side: str, entry: Champion, found: Gap) -> list[Condition]:
    """Whether the champion was cut off while it was still getting better, or may have been."""
    results = [r for r in _of_champion(run, entry) if cut_short(run, r)]
    if not results:
        return []
    gain = median_gain(run, results)
    epochs, recipe = median_epochs(run, results)
    values: dict[str, Any] = {"side": side, "contender": entry.name}
    values |= {"epochs": epochs, "recipe_epochs": recipe}
    if gain is not None and gain.rising:
        values |= {"gain": gain.value} | time_that_is_enough(run, recipe / epochs)
        return [Condition.worded("warning", "starved", STARVED, values, run.plan.metric)]
    behind = -found.estimate if side == "deep" else found.estimate
    if gain is not None and gain.most(math.log2(recipe / epochs)) < behind:
        return []
    if behind < 0 and gain is not None:
        return []  # who is ahead needs no more
    values |= time_that_is_enough(run, recipe / epochs)
    if few_epochs(epochs, recipe) or may_take_off(gain, epochs, recipe):
        return [Condition.worded("warning", "hardly_trained", HARDLY_TRAINED, values, run.plan.metric)]
    return [Condition.worded("warning", "not_converged", NOT_CONVERGED, values, run.plan.metric)]


def reduced(run: Run, side: str, entry: Champion, found: Gap) -> list[Condition]:
    """Whether the champion of a side that is not ahead for sure saw smaller pictures than its recipe asks
    for."""
    scale = min(_effort(run, result).scale for result in _of_champion(run, entry))
    if scale >= 1 or surely_ahead(found, side):
        return []
    values = {"side": side, "contender": entry.name, "percent": round(100 * scale)}
    values |= time_that_is_enough(run)
    return [Condition.worded("warning", "reduced", REDUCED, values, run.plan.metric)]


def surely_ahead(found: Gap, side: str) -> bool:
    """Whether the interval of the gap, deep minus classical, lies on the side's own side of nothing."""
    return (found.low if side == "deep" else -found.high) > 0


def _of_champion(run: Run, entry: Champion) -> list[Result]:
    table = full_results(run)
    return [table[fold][name] for fold, name in entry.per_fold.items()]


def _effort(run: Run, result: Result) -> Budget:
    """What the plan allowed the contender."""
    return run.plan.entries[result.trial.contender].planned.effort


def few_epochs(epochs: int, recipe: int) -> bool:
    """Whether it is less than FEW of what the recipe takes."""
    return epochs < FEW * recipe


def may_take_off(gain: convergence.Gain | None, epochs: int, recipe: int) -> bool:
    """Whether a network shows no learning yet in no more than half of its epochs: some learn late. Without a
    curve, whether it had few."""
    if gain is None:
        return few_epochs(epochs, recipe)
    return gain.unlearned and epochs <= LATE * recipe


def median_epochs(run: Run, results: Sequence[Result]) -> tuple[int, int]:
    """(epochs that trainings which were cut short were allowed, epochs that their recipes take): medians."""
    epochs = [_effort(run, r).epochs for r in results]
    recipes = [run.plan.entries[r.trial.contender].recipe_epochs for r in results]
    return int(np.median([e for e in epochs if e is not None])), int(np.median([e for e in recipes if e]))


def median_gain(run: Run, results: Sequence[Result]) -> convergence.Gain | None:
    """What doubling the epochs of these would bring; None where no training curve tells."""
    gains = [convergence.gain(_validated(r), _error_of_one(run, r)) for r in results]
    return convergence.median([one for one in gains if one is not None])


def cut_short(run: Run, result: Result) -> bool:
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


def _finished_methods(run: Run, side: str) -> set[Words]:
    """Methods of the side with a finished full-size trial."""
    finished = set().union(*full_results(run, side).values())
    return {entry.method for entry in run.plan.of_side(side) if entry.name in finished}


def left_out(run: Run, side: str) -> list[Condition]:
    """A representative method for which there was no time, neither in the plan nor at the end of it; or that
    was ahead of the champion on the first fold, in inner validation, and had no time for the others."""
    absent: dict[Words, list[str]] = {}
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
            values = {
                "side": side,
                **stored("method", method),
                "names": sorted(set(names)),
            } | time_that_is_enough(run)
            notes.append(Condition.worded("warning", "left_out", LEFT_OUT, values, run.plan.metric))
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


def timed_out(run: Run, side: str) -> list[Condition]:
    """A representative method whose fits were stopped for time or memory before one of them was done."""
    finished, notes = _finished_methods(run, side), {}
    for entry, result in _unfinished(run, side, ("timeout", "killed")):
        if entry.method not in finished and entry.method not in notes:
            values = {"side": side, **stored("method", entry.method), "contender": entry.name}
            values |= stored("reason", Words(result.reason, result.reason_bn)) | time_that_is_enough(run)
            made = Condition.worded("warning", "timed_out", TIMED_OUT, values, run.plan.metric)
            notes[entry.method] = made
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


def time_that_is_enough(run: Run, times: float = math.inf) -> dict[str, Any]:
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
