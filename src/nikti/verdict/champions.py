"""Who stands for a side in the one test that is made. Chosen by inner validation, never by test rows."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from nikti.core.answers import is_plain
from nikti.core.run import Result, Run

#: Fewer folds than this say nothing about the spread between training sets.
FEWEST_FOLDS = 3

#: From this many samples on, a network is chosen once, on the first fold's inner validation.
FREEZE_FROM = 1000


@dataclass(frozen=True)
class Champion:
    """A side's entry.

    name        the contender that is shipped
    chosen      "nested" (anew in every fold) or "frozen" (once, on the first fold)
    rows        int64 [m] tested samples, in rising order; losses float64 [m]; fold int64 [m]
    said        its answers [m] where each is a label or a number, else None
    per_fold    which contender stood for the side in each fold
    """

    name: str
    chosen: str
    rows: np.ndarray
    losses: np.ndarray
    fold: np.ndarray
    per_fold: dict[int, str]
    said: np.ndarray | None = None


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
    """The side's entry, or None if it has too few full-size results.

    Classical learners, and networks on fewer than FREEZE_FROM samples, are chosen anew inside each
    fold's training part; else the best of the first fold is kept. Only contenders that have a result
    in every fold can be chosen; where none has (time ran out, trials failed), the one with the most
    folds stands for the side, on those.
    """
    table = full_results(run, side)
    if not table:
        return None
    names = set().union(*table.values())
    covered = {name: [fold for fold in sorted(table) if name in table[fold]] for name in names}
    most = max(len(folds) for folds in covered.values())
    complete = {name for name in names if len(covered[name]) == most}
    if most < run.plan["folds"]:
        complete = {_shipped(table, complete)}
    folds = covered[min(complete)]
    if len(folds) < min(FEWEST_FOLDS, run.plan["folds"]):
        return None
    frozen = side == "deep" and run.data["n"] >= FREEZE_FROM
    name = _by_inner_score(_only(table[folds[0]], complete))[0] if frozen else _shipped(table, complete)
    per_fold = {fold: name if frozen else _by_inner_score(_only(table[fold], complete))[0] for fold in folds}
    picked = [(fold, table[fold][per_fold[fold]]) for fold in folds]
    rows = np.concatenate([result.rows for _, result in picked])
    order = np.argsort(rows, kind="stable")
    said = [result.predicted for _, result in picked]
    return Champion(
        name=name,
        chosen="frozen" if frozen else "nested",
        rows=rows[order],
        losses=np.concatenate([result.losses for _, result in picked])[order],
        fold=np.concatenate([np.full(len(result.rows), fold) for fold, result in picked])[order],
        per_fold=per_fold,
        said=np.concatenate(said)[order] if all(map(is_plain, said)) else None,
    )


def _only(results: dict[str, Result], names: set[str]) -> dict[str, Result]:
    return {name: result for name, result in results.items() if name in names}


def _shipped(table: dict[int, dict[str, Result]], names: set[str]) -> str:
    """The contender with the best mean inner score over its folds; ties by name."""
    means = {
        name: float(
            np.mean(
                [np.nan_to_num(row[name].inner_score, nan=-np.inf) for row in table.values() if name in row]
            )
        )
        for name in names
    }
    return min(means, key=lambda name: (-means[name], name))
