"""What more labelled data would bring each side: `more_data(run, verdict)`, a pure function of the rows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from nikti.core.amounts import both
from nikti.core.numerals import number
from nikti.core.run import Run
from nikti.core.words import Words, stored
from nikti.verdict.crossover import Crossover, crossover
from nikti.verdict.curves import FARTHEST, FEWEST_SIZES, WORTH, forecast, probability_ahead, trend
from nikti.verdict.judge import Verdict
from nikti.verdict.lines import LINES, leading
from nikti.verdict.pooled import Pooled, groups_of, pooled, sizes_run, trials
from nikti.verdict.statistics import gap, inflation_of

#: Multiples of the last size that are forecast without being asked.
RATIOS = (2, 4, 8)

#: Level of the intervals of forecasts; both its ends are one-sided 90% bounds.
LEVEL = 0.80

FEW_SIZES = Words(
    en="{count} training size(s) were run; a forecast needs {needed}.",
    bn="শেখানোর {count}টি মাপে চলেছে; পূর্বাভাসের জন্য {needed}টি লাগে।",
)
TOO_FAR = Words(
    en="more than {times} times the largest size run ({size}): too far to say.",
    bn="সবচেয়ে বড় মাপের ({size}) {times} গুণের বেশি: এত দূরের কথা বলা যায় না।",
)


def more_data(run: Run, verdict: Verdict, more: Sequence[int] = ()) -> dict[str, Any]:
    """Forecasts beyond the training sizes that were run, and the crossing within them.

    more: numbers of further labelled samples to answer for, on top of all that may be trained on.

    {"level", "worth" (gain of a doubling that is worth calling one),
     "lines": [{"line", "contender", "size" (largest run), "score" (there), "reason" (why nothing can be
        said, or "", with "reason_bn"), "trend" (see `nikti.verdict.curves.Trend`, in score) or None,
        "forecast": [{"more" or None, "size", "ratio", "score", "low", "high", "reason"}]}],
     "crossover": see `nikti.verdict.crossover.Crossover`, first classical, second deep; or None,
     "ahead": [{"more" or None, "size", "ratio", "probability"}]: that the deep champion is ahead}

    Scores are 1 - loss. Forecasts past FARTHEST times the largest size are refused with a reason.
    Raises ValueError for a `more` that is not positive.
    """
    if any(count <= 0 for count in more):
        raise ValueError(f"more must be numbers of further samples, 1 or above, not {list(more)}")
    lines = []
    for line in LINES:
        name = leading(run, verdict, line)
        if name is not None and trials(run, name):
            lines.append({"line": line, "contender": name, **_line(run, name, more)})
    return {
        "level": LEVEL,
        "worth": WORTH,
        "lines": lines,
        "crossover": _crossover(run, verdict),
        "ahead": _ahead(run, verdict, more),
    }


def curve_errors(run: Run, name: str) -> tuple[np.ndarray, np.ndarray]:
    """(sizes [K], errors [K, folds]) of a contender: the mean loss of each fold, nan where it was not
    run or is not finite."""
    sizes = [size for size in sizes_run(run) if trials(run, name, size)]
    errors = np.full((len(sizes), run.plan.folds), np.nan)
    for k, size in enumerate(sizes):
        for result in trials(run, name, size):
            value = float(np.mean(result.losses)) if len(result.losses) else math.nan
            errors[k, result.trial.fold] = value if math.isfinite(value) else math.nan
    there = np.isfinite(errors).any(axis=1)
    return np.asarray(sizes, float)[there], errors[there]


def _targets(run: Run, last: float, more: Sequence[int]) -> list[dict[str, Any]]:
    """Sizes asked for, rising: every number of further samples, and the RATIOS."""
    requested: list[dict[str, Any]] = [{"more": count, "size": run.plan.everything + count} for count in more]
    requested += [{"more": None, "size": int(round(ratio * last))} for ratio in RATIOS]
    return [
        {**item, "ratio": item["size"] / last} for item in sorted(requested, key=lambda item: item["size"])
    ]


def _line(run: Run, name: str, more: Sequence[int]) -> dict[str, Any]:
    sizes, errors = curve_errors(run, name)
    size, score = (int(sizes[-1]), 1 - float(np.nanmean(errors[-1]))) if len(sizes) else (0, math.nan)
    found: dict[str, Any] = {"size": size, "score": score, "reason": "", "trend": None, "forecast": []}
    if len(sizes) < FEWEST_SIZES:
        return found | stored("reason", FEW_SIZES.format(count=len(sizes), needed=FEWEST_SIZES))
    for item in _targets(run, sizes[-1], more):
        if item["ratio"] > FARTHEST:
            reason = stored("reason", TOO_FAR.format(times=both(number, FARTHEST), size=both(number, size)))
            found["forecast"].append({**item, "score": None, "low": None, "high": None, **reason})
            continue
        point, low, high = (float(x[0]) for x in forecast(sizes, errors, np.array([item["size"]]), LEVEL))
        scores = {"score": 1 - point, "low": 1 - high, "high": 1 - low, "reason": ""}
        found["forecast"].append({**item, **scores})
    return {**found, "trend": asdict(trend(sizes, errors))}


def _champions(run: Run, verdict: Verdict) -> tuple[str, str] | None:
    classical, deep = (verdict.champions.get(side) for side in ("classical", "deep"))
    return (classical, deep) if classical and deep else None


def _ahead(run: Run, verdict: Verdict, more: Sequence[int]) -> list[dict[str, Any]]:
    names = _champions(run, verdict)
    if names is None:
        return []
    classical, deep = (curve_errors(run, name) for name in names)
    if min(len(classical[0]), len(deep[0])) < FEWEST_SIZES:
        return []
    last = float(min(classical[0][-1], deep[0][-1]))
    return [
        {**item, "probability": probability_ahead(*deep, *classical, item["size"])}
        for item in _targets(run, last, more)
        if item["ratio"] <= FARTHEST
    ]


def _crossover(run: Run, verdict: Verdict) -> dict[str, Any] | None:
    names = _champions(run, verdict)
    if names is None:
        return None
    sizes, gaps, covariance = paired_gaps(run, *names)
    if len(sizes) == 0:
        return None
    found: Crossover = crossover(sizes, gaps, covariance)
    return asdict(found)


def paired_gaps(run: Run, first: str, second: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(sizes [K], gaps [K], covariance [K, K]): score of the second less that of the first on the samples
    both were tested on, at every size where its standard error is known.

    The same test samples meet models of several sizes, so the gaps err together: off the diagonal
    stands the covariance of the per-sample differences, on it the square of the gap's own standard
    error (`nikti.verdict.statistics.gap`).
    """
    size_list, found = [], []
    for size in sizes_run(run):
        one, other = pooled(run, first, size), pooled(run, second, size)
        if one is None or other is None:
            continue
        cell = _Differences.of(run, one, other)
        if cell is not None:
            size_list.append(size)
            found.append(cell)
    inflation = inflation_of(run.plan.metric)
    covariance = np.array([[inflation * _shared(a, b) for b in found] for a in found]).reshape(
        len(found), len(found)
    )
    covariance[np.diag_indices(len(found))] = [cell.se**2 for cell in found]
    return np.array(size_list, float), np.array([cell.mean for cell in found]), covariance


class _Differences:
    """Per-unit sums of centred differences at one size; a unit is a sample or a group."""

    def __init__(self, unit: np.ndarray, d: np.ndarray, se: float):
        self.mean, self.se = float(d.mean()), se
        self.units, place = np.unique(unit, return_inverse=True)
        self.influence = np.bincount(place, weights=d - d.mean()) / len(d)

    @classmethod
    def of(cls, run: Run, first: Pooled, second: Pooled) -> _Differences | None:
        rows, at_first, at_second = np.intersect1d(first.rows, second.rows, return_indices=True)
        if len(rows) < 2:
            return None
        d = first.losses[at_first] - second.losses[at_second]
        groups = groups_of(run, first)
        of_rows = None if groups is None else groups[at_first]
        inflation = inflation_of(run.plan.metric)
        se = gap(d, first.fold[at_first], groups=of_rows, inflation=inflation).se
        return cls(rows if of_rows is None else of_rows, d, se) if math.isfinite(se) else None


def _shared(a: _Differences, b: _Differences) -> float:
    _, in_a, in_b = np.intersect1d(a.units, b.units, return_indices=True)
    return float(a.influence[in_a] @ b.influence[in_b])
