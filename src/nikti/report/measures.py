"""The numbers behind the report: scores with intervals, data curves, confusions, importances.

Every score is pooled over the folds' per-sample losses and has the same kind of interval as the
verdict (`nikti.verdict.statistics.mean_interval`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from types import ModuleType
from typing import Any

import numpy as np

from nikti import answers
from nikti.core.plan import Prepared
from nikti.core.run import Run
from nikti.verdict.judge import Verdict
from nikti.verdict.leaderboard import data_curve, leaderboard
from nikti.verdict.lines import LINES, leading, line_of
from nikti.verdict.pooled import pooled, sizes_run, trials
from nikti.verdict.statistics import gap, inflation_of

#: Features and kinds of features shown by importance.
MOST_FEATURES, MOST_FEATURES_BESIDE_KINDS, MOST_KINDS = 12, 6, 8


def answer_of(run: Run) -> ModuleType:
    """The module of the run's kind of answer, see `nikti.answers`."""
    return answers.of_kind(run.data["kind"])


def cut(run: Run, low: float, high: float) -> tuple[float | None, float | None]:
    """An interval within what the metric can reach; (None, None) where it is not known."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return None, None
    return max(low, answer_of(run).LOWEST), min(high, 1.0)


def board(run: Run, verdict: Verdict) -> list[dict[str, Any]]:
    """The leaderboard (`nikti.verdict.leaderboard`), each row with its line of the three, whether it is
    a champion, and the interval cut at what the metric can reach as "low" and "high"."""
    rows = []
    for row in leaderboard(run):
        low, high = cut(run, *(row["interval"] or (math.nan, math.nan)))
        champion = row["contender"] in verdict.champions.values()
        line = line_of(row["side"], row["pretrained"])
        rows.append({**row, "line": line, "champion": champion, "low": low, "high": high})
    return rows


def data_curves(run: Run, verdict: Verdict) -> list[dict[str, Any]]:
    """[{"line", "contender", "leading", "points": [{"size", "value", "low", "high", "n", "folds"}]}]."""
    first = {leading(run, verdict, line) for line in LINES}
    lines = {entry.name: line_of(entry.side, entry.pretrained) for entry in run.plan.contenders}
    curves = []
    for name, points in data_curve(run).items():
        shown = []
        for point in points:
            low, high = cut(run, point["low"], point["high"])
            shown.append({**point, "value": point["score"], "low": low, "high": high})
        curves.append({"line": lines[name], "contender": name, "leading": name in first, "points": shown})
    return sorted(curves, key=lambda c: (not c["leading"], LINES.index(c["line"]), c["contender"]))


def curve_gaps(run: Run, verdict: Verdict) -> list[dict[str, Any]]:
    """The champions' paired gap, deep minus classical, at each size: [{"size", "gap", "low", "high"}]."""
    names = [verdict.champions.get(side) for side in ("classical", "deep")]
    found: list[dict[str, Any]] = []
    for size in sizes_run(run):
        classical, deep = (pooled(run, name, size) if name else None for name in names)
        if classical is None or deep is None:
            continue
        rows, at_classical, at_deep = np.intersect1d(classical.rows, deep.rows, return_indices=True)
        if len(rows):
            d = classical.losses[at_classical] - deep.losses[at_deep]
            groups = None if run.groups is None else run.groups[rows]
            inflation = inflation_of(run.plan.metric)
            between = gap(d, classical.fold[at_classical], groups=groups, inflation=inflation)
            if math.isfinite(between.se):
                found.append(
                    {"size": size, "gap": between.estimate, "low": between.low, "high": between.high}
                )
    return found


def importance(run: Run, verdict: Verdict) -> dict[str, Any] | None:
    """Importance of hand-made features, mean over folds, of the classical champion, or of the best
    classical contender that has one: {"contender", "features": [[name, share]], "rest_share",
    "kinds": [[kind, share]], "own": [[name, share]] of the user's own}. Runs keep the leading
    features and the user's own only, so the shares add up to less than 1."""
    champion = verdict.champions.get("classical")
    classical = [r for r in board(run, verdict) if r["side"] == "classical" and r["score"] is not None]
    names = [n for n in [champion, *(r["contender"] for r in classical)] if n]
    for name in dict.fromkeys(names):
        tables = [dict(r.importance) for r in trials(run, name) if r.importance]
        if tables:
            known = dict.fromkeys(key for table in tables for key in table)
            share = {k: float(np.mean([t.get(k, 0.0) for t in tables])) for k in known}
            kinds, made = feature_kinds(share), run.prepared("classical") or Prepared()
            most = MOST_FEATURES_BESIDE_KINDS if kinds else MOST_FEATURES
            ranked = sorted(share.items(), key=lambda kv: (-kv[1], kv[0]))[:most]
            return {
                "contender": name,
                "features": [list(kv) for kv in ranked],
                "rest_share": max(0.0, 1.0 - sum(v for _, v in ranked)),
                "kinds": kinds,
                "own": [[k, share[k]] for k in made.own if k in share],
            }
    return None


def feature_kinds(share: Mapping[str, float]) -> list[list[Any]]:
    """[[kind, share]] in falling order: features are named "kind: which" or "kind, where", and many small
    ones of a kind say little one by one. [] where the names tell no kinds or every feature is its own.

    >>> feature_kinds({"edges, row 1": 0.3, "edges, row 2": 0.2, "colour: mean red": 0.4})
    [['edges', 0.5], ['colour', 0.4]]
    """
    kinds: dict[str, float] = {}
    for name, value in share.items():
        kind, mark = re.split("[:,]", name, maxsplit=1)[0].strip(), re.search("[:,]", name)
        if mark:
            kinds[kind] = kinds.get(kind, 0.0) + value
    few = 2 <= len(kinds) <= min(2 * MOST_KINDS, len(share) - 1)  # dozens of "kinds" are none
    if not few or sum(kinds.values()) < 0.5 * sum(share.values()):
        return []
    return [list(kv) for kv in sorted(kinds.items(), key=lambda kv: (-kv[1], kv[0]))[:MOST_KINDS]]


def tested(run: Run, contender: str) -> dict[str, Any] | None:
    """Predictions of a contender against the truth, over all folds: {"contender", "n", and "counts" of
    confusions or "points"}; None where an answer is more than a class or a number."""
    found = pooled(run, contender)
    if found is None or found.predicted is None:
        return None
    truth = run.truth(found.rows)
    against = answer_of(run).tested(truth, found.predicted, run.data["classes"])
    return None if against is None else {"contender": contender, "n": len(truth), **against}


def wilson(right: int, n: int, z: float = 1.959964) -> tuple[float, float]:
    """95% interval of a share (Wilson 1927), which behaves for few samples and shares near 0 or 1.

    >>> low, high = wilson(0, 10); round(low, 3), round(high, 3)
    (0.0, 0.278)
    """
    if n == 0:
        return 0.0, 1.0
    share, weight = right / n, z * z / n
    centre = (share + weight / 2) / (1 + weight)
    half = z * math.sqrt(share * (1 - share) / n + weight / (4 * n)) / (1 + weight)
    return max(0.0, centre - half), min(1.0, centre + half)


def class_rows(run: Run, champions: Mapping[str, str]) -> list[dict[str, Any]]:
    """Share of each class recognised by the champions: [{"name", "n", side: {"value", "low", "high"}}], of
    labels with "precision" and "f1" (None where it was never said); [] where an answer is no class. Classes
    without a tested sample keep n = 0."""
    found = {side: tested(run, contender) or {} for side, contender in champions.items()}
    labels = {side: one["labels"] for side, one in found.items() if "labels" in one}
    if labels:
        return _label_rows(run, labels)
    counts = {side: one["counts"] for side, one in found.items() if "counts" in one}
    rows: list[dict[str, Any]] = [{"name": str(name), "n": 0} for name in run.data["classes"] if counts]
    for side, table in counts.items():
        for code, row in enumerate(rows):
            n, right = sum(table[code]), table[code][code]
            row["n"] = max(row["n"], n)
            if n:
                low, high = wilson(right, n)
                row[side] = {"value": right / n, "low": low, "high": high, "n": n}
    return rows


def _label_rows(run: Run, counts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """counts: {side: [[right, wrongly said, missed] of each label]}."""
    rows: list[dict[str, Any]] = [{"name": str(name), "n": 0} for name in run.data["classes"]]
    for side, table in counts.items():
        for row, (right, wrong, missed) in zip(rows, table, strict=True):
            n = right + missed
            row["n"] = max(row["n"], n)
            if n:
                low, high = wilson(right, n)
                said = right / (right + wrong) if right + wrong else None
                f1 = 2 * right / (2 * right + wrong + missed)
                share = {"value": right / n, "low": low, "high": high, "n": n}
                row[side] = share | {"precision": said, "f1": f1}
    return rows
