"""Which trials come next, from the plan and the results so far. Pure, so that resuming is the same as
going on.

The order makes every moment a sensible one to stop: the full size on the first fold for all, the
other folds for those that go on, the final fits of both champions on all rows, and then the data curve.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from nikti.core.run import Result, Trial

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
    full = plan["full"]
    scores = {
        r.trial.contender: r.inner_score if math.isfinite(r.inner_score) else -math.inf
        for r in results
        if r.trial.fold == 0 and r.trial.size == full and r.outcome == "ok"
    }
    there = sorted((n for n in names(plan, side) if n in scores), key=lambda n: (-scores[n], n))
    return there[: plan["survivors"][side]]


def first_fold(plan: dict[str, Any]) -> list[Trial]:
    """Every contender once at the full size, the cheapest first: should the time run out sooner than
    planned, both sides have something to show."""
    full = plan["full"]
    entries = sorted(plan["contenders"], key=lambda e: e["seconds"])
    return [Trial(entry["name"], 0, full) for entry in entries]


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
    forecast, which need every fold; the others keep them company on COMPANY_FOLDS.
    """
    return [
        Trial(name, fold, size)
        for size in plan["curve_sizes"]
        for fold in range(plan["curve_folds"])
        for name in going
        if name in leaders or fold < COMPANY_FOLDS
    ]
