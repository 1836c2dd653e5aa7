"""Who stands for a side in the one test that is made. Chosen by inner validation, never by test rows."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from nikti.core.run import Result, Run

#: From this many samples on, a network is chosen once, on the first fold's inner validation.
FREEZE_FROM = 1000


@dataclass(frozen=True)
class Champion:
    """A side's entry.

    name        the contender that is shipped
    chosen      "nested" (anew in every fold) or "frozen" (once, on the first fold)
    rows        int64 [m] tested samples, in rising order; losses float64 [m]; fold int64 [m]
    per_fold    which contender stood for the side in each fold
    """

    name: str
    chosen: str
    rows: np.ndarray
    losses: np.ndarray
    fold: np.ndarray
    per_fold: dict[int, str]


def sides(run: Run) -> dict[str, str]:
    """{contender: side} as planned."""
    return {entry["name"]: entry["side"] for entry in run.plan["contenders"]}


def full_size(run: Run) -> int:
    """The training size of the grid's column that decides."""
    return max(run.plan["sizes"])


def full_results(run: Run, side: str | None = None) -> dict[int, dict[str, Result]]:
    """{fold: {contender: result}} of the finished full-size trials."""
    of_side, size = sides(run), full_size(run)
    table: dict[int, dict[str, Result]] = {}
    for result in run.results:
        trial = result.trial
        wanted = side is None or of_side.get(trial.contender) == side
        if wanted and trial.fold >= 0 and trial.size == size and result.outcome == "ok":
            table.setdefault(trial.fold, {})[trial.contender] = result
    return table


def _by_inner_score(results: dict[str, Result]) -> list[str]:
    """Names by falling inner score; those without a usable score last; ties by name."""
    key = {
        name: result.inner_score if math.isfinite(result.inner_score) else -math.inf
        for name, result in results.items()
    }
    return sorted(results, key=lambda name: (-key[name], name))


def champion(run: Run, side: str) -> Champion | None:
    """The side's entry, or None if it has no full-size result in every fold of the plan.

    Classical learners, and networks on fewer than FREEZE_FROM samples, are chosen anew inside each
    fold's training part; else the best of the first fold is kept. Only contenders that have a result
    in every fold can be chosen, unless none has.
    """
    table = full_results(run, side)
    folds = list(range(run.plan["folds"]))
    if any(fold not in table for fold in folds):
        return None
    complete = set.intersection(*(set(table[fold]) for fold in folds))
    if not complete:
        return None
    frozen = side == "deep" and run.data["n"] >= FREEZE_FROM
    if frozen:
        name = _by_inner_score({k: v for k, v in table[0].items() if k in complete})[0]
        per_fold = dict.fromkeys(folds, name)
    else:
        per_fold = {
            fold: _by_inner_score({k: v for k, v in table[fold].items() if k in complete})[0]
            for fold in folds
        }
        name = _shipped(table, complete)
    picked = [(fold, table[fold][per_fold[fold]]) for fold in folds]
    rows = np.concatenate([result.rows for _, result in picked])
    order = np.argsort(rows, kind="stable")
    return Champion(
        name=name,
        chosen="frozen" if frozen else "nested",
        rows=rows[order],
        losses=np.concatenate([result.losses for _, result in picked])[order],
        fold=np.concatenate([np.full(len(result.rows), fold) for fold, result in picked])[order],
        per_fold=per_fold,
    )


def _shipped(table: dict[int, dict[str, Result]], names: set[str]) -> str:
    """The contender with the best mean inner score over the folds; ties by name."""
    means = {
        name: float(np.mean([np.nan_to_num(table[f][name].inner_score, nan=-np.inf) for f in table]))
        for name in names
    }
    return min(means, key=lambda name: (-means[name], name))
