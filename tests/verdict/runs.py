"""Runs made by hand, with answers that are known."""

from pathlib import Path

import numpy as np

from nikti.core.run import Result, Run, Trial
from tests.plans import entry, plan


def make_run(losses, inner=None, n=None, folds=5, groups=None, method="pooled_k_fold", outcomes=None):
    """A run whose contenders have the given losses.

    losses: {(name, side): float [n]}; inner: {name: float or [float per fold]}.
    """
    n = n or len(next(iter(losses.values())))
    fold = np.arange(n) % folds
    results = []
    for (name, _), loss in losses.items():
        for k in range(folds):
            score = (inner or {}).get(name, 0.5)
            score = score[k] if isinstance(score, list) else score
            outcome = (outcomes or {}).get((name, k), "ok")
            rows = np.flatnonzero(fold == k)
            if outcome == "ok":
                result = Result(
                    Trial(name, k, 100),
                    "ok",
                    scores={"accuracy": float(1 - loss[rows].mean())},
                    rows=rows,
                    losses=loss[rows],
                    predicted=np.zeros(len(rows), int),
                    inner_score=score,
                    predict_ms={"1": 1.0 if name.startswith("fast") else 2.0},
                )
            else:
                result = Result(Trial(name, k, 100), outcome, "it broke")
            results.append(result)
    entries = [entry(name, side) for name, side in losses]
    return Run(
        folder=Path("."),
        settings={},
        data={"n": n, "kind": "classification"},
        plan=plan(entries, folds=folds, method=method, everything=n),
        machine={},
        versions={},
        results=results,
        targets=np.zeros(n, int),
        folds=fold,
        groups=groups,
        finished=True,
    )
