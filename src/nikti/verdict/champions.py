"""The contender that represents each side in the test, chosen by inner validation and never by test rows."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from nikti.core.answers import is_kept
from nikti.core.run import Result, Run
from nikti.verdict.statistics import FEWEST_FOLDS

#: From this many samples on, a network is chosen once, on the first fold's inner validation.
FREEZE_FROM = 1000


@dataclass(frozen=True)
class Champion:
    """A side's entry.

    name        the contender that is shipped
    chosen      "nested" (anew in every fold) or "frozen" (once, on the first fold)
    rows        int64 [m] tested samples, in rising order; losses float64 [m]; fold int64 [m]
    predicted   its answers [m] where each is a label, a number or a set of labels, else None
    per_fold    which contender stood for the side in each fold
    """

    name: str
    chosen: str
    rows: np.ndarray
    losses: np.ndarray
    fold: np.ndarray
    per_fold: dict[int, str]
    predicted: np.ndarray | None = None

    def at(self, places: np.ndarray) -> Champion:
        """The same entry on some of its rows; places: positions in them, rising."""
        fold = self.fold[places]
        return replace(
            self,
            rows=self.rows[places],
            losses=self.losses[places],
            fold=fold,
            per_fold={k: name for k, name in self.per_fold.items() if (fold == k).any()},
            predicted=None if self.predicted is None else self.predicted[places],
        )


def sides(run: Run) -> dict[str, str]:
    """{contender: side} as planned."""
    return {entry.name: entry.side for entry in run.plan.contenders}


def full_results(run: Run, side: str | None = None) -> dict[int, dict[str, Result]]:
    """{fold: {contender: result}} of the finished full-size trials."""
    of_side, size = sides(run), run.plan.full
    table: dict[int, dict[str, Result]] = {}
    for result in run.results:
        trial = result.trial
        wanted = side is None or of_side.get(trial.contender) == side
        if wanted and trial.fold >= 0 and trial.size == size and result.outcome == "ok":
            table.setdefault(trial.fold, {})[trial.contender] = result
    return table


def learned(run: Run, side: str) -> dict[int, dict[str, Result]]:
    """`full_results` of a side without its floors."""
    floors = {entry.name for entry in run.plan.contenders if entry.floor}
    table = full_results(run, side)
    kept = {fold: {n: r for n, r in row.items() if n not in floors} for fold, row in table.items()}
    return {fold: row for fold, row in kept.items() if row}


def champion(run: Run, side: str) -> Champion | None:
    """The side's entry, or None if nobody but a floor has a full-size result.

    Classical learners, and networks on fewer than FREEZE_FROM samples, are chosen anew inside each
    fold's training part; else the best of the first fold is kept. The best so far, among those with
    FEWEST_FOLDS folds where anybody has so many, stands for the side on the folds that it has; whoever
    has the same folds may be chosen instead of it in one of them.
    """
    table = learned(run, side)
    if not table:
        return None
    frozen = side == "deep" and run.data["n"] >= FREEZE_FROM
    covered = {name: [f for f in sorted(table) if name in table[f]] for name in set().union(*table.values())}
    leader = _leader(table, covered, frozen)
    folds = covered[leader]
    alike = {name for name in covered if covered[name] == folds}
    name = _best(table, alike, folds[:1] if frozen else folds)
    per_fold = {fold: name if frozen else _best(table, alike, [fold]) for fold in folds}
    picked = [(fold, table[fold][per_fold[fold]]) for fold in folds]
    rows = np.concatenate([result.rows for _, result in picked])
    order = np.argsort(rows, kind="stable")
    predicted = [result.predicted for _, result in picked]
    return Champion(
        name=name,
        chosen="frozen" if frozen else "nested",
        rows=rows[order],
        losses=np.concatenate([result.losses for _, result in picked])[order],
        fold=np.concatenate([np.full(len(result.rows), fold) for fold, result in picked])[order],
        per_fold=per_fold,
        predicted=np.concatenate(predicted)[order] if all(map(is_kept, predicted)) else None,
    )


def _leader(table: dict[int, dict[str, Result]], covered: dict[str, list[int]], frozen: bool) -> str:
    """The best by inner scores of the folds that all who come into question share; where they share none,
    of those with the most folds."""
    most = max(map(len, covered.values()))
    fewest = FEWEST_FOLDS if most >= FEWEST_FOLDS else 1
    names = {name for name, folds in covered.items() if len(folds) >= fewest}
    shared = sorted(set.intersection(*(set(covered[name]) for name in names)))
    if not shared:
        names = {name for name in names if len(covered[name]) == most}
        shared = covered[min(names)]
    return _best(table, names, shared[:1] if frozen else shared)


def _best(table: dict[int, dict[str, Result]], names: Collection[str], folds: Collection[int]) -> str:
    """The contender with the best mean inner score over the folds, as far as it has them; those without a
    usable one last, ties by name."""

    def mean(name: str) -> float:
        scores = [table[fold][name].inner_score for fold in folds if name in table[fold]]
        return float(np.mean([s if math.isfinite(s) else -math.inf for s in scores])) if scores else -math.inf

    return min(names, key=lambda name: (-mean(name), name))
