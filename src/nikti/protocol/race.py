"""Which trials come next, from the plan and the results so far. Pure, so that resuming is the same as
going on.

The order makes every moment a sensible one to stop: the first fold at the full size for all that are
cheap; for the dear ones a race up a few small sizes, in which the hopeless stop before their dear fit;
the other folds for those that go on, the final fits of both champions on all rows, and then the data
curve.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from nikti.core.run import Result, Trial
from nikti.protocol.reach import Leader, Rung, hopeless, promising

#: The final fit on all training rows carries this fold number.
FINAL = -1

#: Folds at the smaller sizes for contenders that lead no line of the data curve.
COMPANY_FOLDS = 1


def names(plan: dict[str, Any], side: str) -> list[str]:
    """Contenders of a side in the plan."""
    return [entry["name"] for entry in plan["contenders"] if entry["side"] == side]


def survivors(plan: dict[str, Any], results: Sequence[Result], side: str) -> list[str]:
    """Contenders of a side that go on after the first fold: those that finished it, best inner
    score first, at most as many as the plan allows."""
    there = _finished(plan, results)
    scores = {name: r.inner_score if math.isfinite(r.inner_score) else -math.inf for name, r in there.items()}
    there = sorted((n for n in names(plan, side) if n in scores), key=lambda n: (-scores[n], n))
    return there[: plan["survivors"][side]]


def _finished(plan: dict[str, Any], results: Sequence[Result]) -> dict[str, Result]:
    """{contender: its result on the first fold at the full size}."""
    return {
        r.trial.contender: r
        for r in results
        if r.trial.fold == 0 and r.trial.size == plan["full"] and r.outcome == "ok"
    }


def first_fold(plan: dict[str, Any]) -> list[Trial]:
    """Every contender once at the full size, the cheapest first: should the time run out sooner than
    planned, both sides have something to show."""
    full = plan["full"]
    entries = sorted(plan["contenders"], key=lambda e: e["seconds"])
    return [Trial(entry["name"], 0, full) for entry in entries]


def openers(plan: dict[str, Any]) -> list[Trial]:
    """The first fold of those that do not race: they set the mark."""
    racing = {entry["name"] for entry in plan["contenders"] if entry["rung_seconds"]}
    return [trial for trial in first_fold(plan) if trial.contender not in racing]


def climb(plan: dict[str, Any], results: Sequence[Result]) -> list[Trial]:
    """The rungs that the race has run or may still run, a size at a time: a contender climbs while it is
    neither hopeless nor promising.

    The mark is set by the openers of its own line (a side, from scratch or pre-trained) and by nobody
    else, so that neither a rival of the other kind nor the order in which trials end decides.
    """
    trials, tried = [], {r.trial for r in results}
    waiting = any(trial not in tried for trial in openers(plan))
    for number, size in enumerate(plan["rungs"]):
        for entry in plan["contenders"]:
            if entry["rung_seconds"] and (waiting or not _decided(plan, results, entry, number)):
                trials.append(Trial(entry["name"], 0, size))
    return trials


def stopped(plan: dict[str, Any], results: Sequence[Result]) -> list[Result]:
    """A row, with its reason, at the full size for each contender that cannot reach its line's leader."""
    rows, tried = [], {r.trial for r in results}
    for entry in plan["contenders"]:
        if Trial(entry["name"], 0, plan["full"]) in tried:
            continue
        leader = _leader(plan, results, entry)
        rungs = _rungs(results, plan["rungs"] if entry["rung_seconds"] else (), entry["name"])
        best = hopeless(rungs, plan["full"], leader) if leader and rungs else None
        if best is not None:
            size, losses = rungs[-1]
            reason = (
                f"after {size:,} of {plan['full']:,} training samples its {plan['metric']} is "
                f"{1 - losses.mean():.3f}; with all of them it could reach {best:.3f} at best, and "
                f"{leader.name} has {leader.score:.3f} (validation inside the training part)"
            )
            rows.append(Result(Trial(entry["name"], 0, plan["full"]), "stopped", reason))
    return rows


def _decided(plan: dict[str, Any], results: Sequence[Result], entry: dict[str, Any], number: int) -> bool:
    """Whether the rungs before that number leave nothing to ask."""
    leader, sizes = _leader(plan, results, entry), plan["rungs"][:number]
    rungs = _rungs(results, sizes, entry["name"])
    tried = {r.trial for r in results}
    if leader is None or any(Trial(entry["name"], 0, s) in tried for s in sizes[len(rungs) :]):
        return True  # nobody to reach, or a rung that did not end well
    parts = [rungs[:count] for count in range(1, len(rungs) + 1)]
    return any(
        promising(part, plan["full"], leader) or hopeless(part, plan["full"], leader) is not None
        for part in parts
    )


def _rungs(results: Sequence[Result], sizes: Sequence[int], name: str) -> list[Rung]:
    """The rungs that a contender has climbed, up to the first that is missing."""
    there = {r.trial: r.aside for r in results if r.outcome == "ok" and r.aside is not None}
    rungs: list[Rung] = []
    for size in sizes:
        losses = there.get(Trial(name, 0, size))
        if losses is None:
            break
        rungs.append((size, losses))
    return rungs


def _leader(plan: dict[str, Any], results: Sequence[Result], entry: dict[str, Any]) -> Leader | None:
    """The best inner score among the openers of a contender's line."""
    there = _finished(plan, results)
    line = (entry["side"], entry["pretrained"])
    found = [
        Leader(other["name"], there[other["name"]].inner_score, there[other["name"]].inner_error)
        for other in plan["contenders"]
        if (other["side"], other["pretrained"]) == line
        and not other["rung_seconds"]
        and other["name"] in there
    ]
    known = [leader for leader in found if math.isfinite(leader.score) and math.isfinite(leader.error)]
    return min(known, key=lambda leader: (-leader.score, leader.name), default=None)


def other_folds(plan: dict[str, Any], results: Sequence[Result]) -> list[Trial]:
    """The remaining folds at the full size, fold by fold."""
    full = plan["full"]
    going = [n for side in ("classical", "deep") for n in survivors(plan, results, side)]
    seconds = {entry["name"]: entry["seconds"] for entry in plan["contenders"]}
    going.sort(key=lambda n: seconds[n])
    return [Trial(n, fold, full) for fold in range(1, plan["folds"]) for n in going]


def final_fits(plan: dict[str, Any], champions: Sequence[str]) -> list[Trial]:
    """The champions on all training rows."""
    return [Trial(name, FINAL, plan["everything"]) for name in champions]


def curve(plan: dict[str, Any], going: Sequence[str], leaders: Sequence[str]) -> list[Trial]:
    """The smaller sizes, small ones first: they are cheap and vary most.

    going: contenders that went on after the first fold; leaders: those whose curves are read and
    forecast, which need every fold; the others keep them company on COMPANY_FOLDS. The rungs of the
    race are cells of this grid and are not run again.
    """
    return [
        Trial(name, fold, size)
        for size in plan["curve_sizes"]
        for fold in range(plan["curve_folds"])
        for name in going
        if name in leaders or fold < COMPANY_FOLDS
    ]
