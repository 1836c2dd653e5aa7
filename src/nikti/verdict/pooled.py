"""A contender's answers at one training size, put together over the folds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nikti.core.answers import is_kept
from nikti.core.run import Result, Run
from nikti.verdict.champions import Champion
from nikti.verdict.statistics import inflation_of, mean_interval


@dataclass(frozen=True)
class Pooled:
    """Arrays [m] in the order of the folds.

    rows       int64: samples tested; losses float64; fold int64
    predicted  the answers where each is a label, a number or a set of labels, else None
    folds      number of folds
    """

    rows: np.ndarray
    losses: np.ndarray
    fold: np.ndarray
    predicted: np.ndarray | None
    folds: int


def trials(run: Run, name: str, size: int | None = None) -> list[Result]:
    """The contender's finished trials at a size (None: the full one), in the order of the folds."""
    size = run.plan.full if size is None else size
    found = [
        r
        for r in run.results
        if r.trial.contender == name and r.trial.size == size and r.trial.fold >= 0 and r.outcome == "ok"
    ]
    return sorted(found, key=lambda r: r.trial.fold)


def pooled(run: Run, name: str, size: int | None = None) -> Pooled | None:
    """The contender's answers at a size (None: the full one), or None if there are none or their
    losses are not finite."""
    found = [r for r in trials(run, name, size) if len(r.losses)]
    if not found or not all(np.isfinite(r.losses).all() for r in found):
        return None
    predictions = [r.predicted for r in found]
    return Pooled(
        rows=np.concatenate([r.rows for r in found]),
        losses=np.concatenate([r.losses for r in found]),
        fold=np.concatenate([np.full(len(r.losses), r.trial.fold) for r in found]),
        predicted=np.concatenate(predictions) if all(map(is_kept, predictions)) else None,
        folds=len(found),
    )


def groups_of(run: Run, found: Pooled | Champion) -> np.ndarray | None:
    """The groups of the samples tested, or None where every sample stands for itself."""
    return None if run.groups is None else run.groups[found.rows]


def score_of(run: Run, found: Pooled | Champion) -> tuple[float, float, float]:
    """(score, low, high): 1 - mean loss with its 95% interval, cut at what the metric can be."""
    inflation = inflation_of(run.plan.metric)
    score, low, high = mean_interval(found.losses, found.fold, groups_of(run, found), inflation=inflation)
    return score, max(low, 0.0) if run.plan.percent else low, high


def sizes_run(run: Run) -> list[int]:
    """Training sizes that any fold was run at, rising."""
    return sorted({r.trial.size for r in run.results if r.trial.fold >= 0})
