"""Every contender's row: score with interval, price, and why it is missing where it is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from nikti.core.plan import Entry
from nikti.core.run import Result, Run
from nikti.core.words import Words, stored
from nikti.verdict.pooled import pooled, score_of, sizes_run

#: What a fit's time is spent on: hand-made features, settings compared, learning.
PARTS = ("features", "search", "fit")

OTHERS_AHEAD = Words(
    en="stopped after {good} of {folds} folds: others were ahead",
    bn="{folds} ফোল্ডের {good}টির পরে থামানো, অন্যরা এগিয়ে ছিল",
)
NOT_FINITE = Words(en="its scores are not finite numbers", bn="তার স্কোর কোনো সংখ্যা নয়")


def leaderboard(run: Run) -> list[dict[str, Any]]:
    """One dict per planned or refused contender, best score first, those without a score last.

    contender, side, title, pretrained, metric, score, interval [low, high], n, folds,
    test_split_score, handed_over (whether it was fitted on all rows), fitted_share (of the rows that its best
    model learned from: 1, those of the first fold, or None), train_seconds (mean of the full-size
    fits, features and search included),
    seconds (the same by PARTS), wall_seconds and cpu_seconds (means of whole full-size trials),
    predict_ms {"1", "256"} and how it was measured (timing), predict_ms_short (measured as all others
    were), joules (of the final fit), peak_mb, bytes, parameters, status, reason.
    The scores are descriptive: only the champions are tested against each other.
    """
    rows = [_row(run, entry) for entry in run.plan.contenders]
    rows += [
        {**_empty(run, one.name, one.side, one.name), "status": "refused", **stored("reason", one.reason)}
        for one in run.plan.refused
    ]
    return sorted(rows, key=lambda row: (row["score"] is None, -(row["score"] or 0.0), row["contender"]))


def _empty(run: Run, name: str, side: str, title: str | Words, pretrained: bool = False) -> dict[str, Any]:
    return {
        "contender": name,
        "side": side,
        **stored("title", title),
        "pretrained": pretrained,
        "metric": run.plan.metric,
        "score": None,
        "interval": None,
        "n": 0,
        "folds": 0,
        "test_split_score": None,
        "handed_over": False,
        "fitted_share": None,
        "train_seconds": None,
        "seconds": {},
        "wall_seconds": None,
        "cpu_seconds": None,
        "predict_ms": {},
        "predict_ms_short": {},
        "timing": {},
        "joules": None,
        "peak_mb": None,
        "bytes": None,
        "parameters": None,
        "status": "waiting",
        "reason": "",
    }


def _row(run: Run, entry: Entry) -> dict[str, Any]:
    row = _empty(run, entry.name, entry.side, entry.title, entry.pretrained)
    mine = [r for r in run.results if r.trial.contender == entry.name]
    full = [r for r in mine if r.trial.fold >= 0 and r.trial.size == run.plan.full]
    good = [r for r in full if r.outcome == "ok"]
    bad = [r for r in mine if r.outcome != "ok" and (r.trial.size == run.plan.full or r.trial.fold < 0)]
    if bad:
        row |= {"status": bad[0].outcome, **stored("reason", Words(bad[0].reason, bad[0].reason_bn))}
    elif good:
        row["status"] = "ok"
    if good:
        _scored(row, run, good)
    if good and len(good) < run.plan.folds and not bad and run.finished:
        row |= stored("reason", OTHERS_AHEAD.format(good=len(good), folds=run.plan.folds))
    _final(row, run, [r for r in mine if r.trial.fold < 0 and r.outcome == "ok"])
    return row


def _scored(row: dict[str, Any], run: Run, good: list[Result]) -> None:
    found = pooled(run, row["contender"])
    if found is not None:
        score, low, high = score_of(run, found)
        row["score"], row["interval"] = score, [low, high]
    else:
        row |= {"status": "failed", **stored("reason", NOT_FINITE)}
    parts = [[r.seconds.get(part, 0.0) for part in PARTS] for r in good]
    peaks = [r.peak_mb for r in good if r.peak_mb is not None]
    row.update(
        n=sum(len(r.losses) for r in good),
        folds=len(good),
        train_seconds=float(np.mean(np.sum(parts, axis=1))),
    )
    row["seconds"] = dict(zip(PARTS, np.mean(parts, axis=0).tolist(), strict=True))
    row["peak_mb"] = max(peaks) if peaks else None
    for whole in ("wall", "cpu"):
        seconds = [r.seconds[whole] for r in good if whole in r.seconds]
        row[f"{whole}_seconds"] = float(np.mean(seconds)) if seconds else None
    if any(r.trial.fold == 0 for r in good):
        row["fitted_share"] = run.plan.full / run.plan.everything
    for result in good:
        row["predict_ms_short"] = row["predict_ms_short"] or result.predict_ms
        row["timing"] = row["timing"] or result.timing
        row["bytes"] = row["bytes"] if row["bytes"] is not None else result.bytes
        row["parameters"] = row["parameters"] if row["parameters"] is not None else result.parameters
    row["predict_ms"] = row["predict_ms_short"]


def _final(row: dict[str, Any], run: Run, final: list[Result]) -> None:
    row["handed_over"] = bool(final)
    row["fitted_share"] = 1.0 if final else row["fitted_share"]
    for result in final:
        row["test_split_score"] = result.scores.get(run.plan.metric)
        row["bytes"] = result.bytes if result.bytes is not None else row["bytes"]
        row["joules"] = result.joules
        if result.timing:
            row["predict_ms"], row["timing"] = result.predict_ms, result.timing


def pareto_front(rows: Sequence[tuple[float, float]]) -> list[int]:
    """Positions of the (score, cost) pairs that no other beats in one without losing in the other,
    cheapest first. Equal pairs are all kept.

    >>> pareto_front([(0.9, 5.0), (0.8, 1.0), (0.85, 6.0), (0.95, 9.0)])
    [1, 0, 3]
    """
    order = sorted(range(len(rows)), key=lambda i: (rows[i][1], -rows[i][0]))
    front: list[int] = []
    for i in order:
        best = rows[front[-1]] if front else (-math.inf, math.inf)
        if rows[i][0] > best[0] or rows[i] == best:
            front.append(i)
    return front


def data_curve(run: Run) -> dict[str, list[dict[str, float]]]:
    """{contender: [{"size", "score", "low", "high", "n", "folds"}, ...]} over the training sizes that
    were run, rising; the interval is that of the folds that were run at the size."""
    curves: dict[str, list[dict[str, float]]] = {}
    for name in run.plan.entries:
        for size in sizes_run(run):
            found = pooled(run, name, size)
            if found is not None:
                score, low, high = score_of(run, found)
                point = {"size": size, "score": score, "low": low, "high": high}
                point |= {"n": len(found.losses), "folds": found.folds}
                curves.setdefault(name, []).append(point)
    return curves
