"""Whether the user's own test split agrees with cross-validation.

Pure functions of a run's rows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy import stats

from nikti.core.band import BAND
from nikti.core.run import Result, Run
from nikti.core.words import Words
from nikti.verdict.champions import Champion
from nikti.verdict.condition import Condition, Wording
from nikti.verdict.statistics import Gap, gap, inflation_of

#: Level at which a test split counts as another kind of data: two champions are looked at, and a false alarm
#: would spoil a sound verdict.
SHIFT_LEVEL = 0.99

#: A test split with fewer samples says nothing about shift.
FEWEST_TESTED = 20

SHIFT = Wording(
    name=Words(en="Your test split differs", bn="আপনার টেস্ট অংশ আলাদা"),
    sentence=Words(
        en="On its {n} samples {contender} scores {test_score}, where cross-validation ({cv_score}) "
        "promised {low_score} to {high_score}. The test split is not like the samples learned from.",
        bn="সেখানকার {n}টি নমুনায় {contender}-এর স্কোর {test_score}, অথচ ক্রস-ভ্যালিডেশন ({cv_score}) "
        "বলেছিল {low_score} থেকে {high_score} হবে। যে নমুনায় শেখা, টেস্ট অংশ তার মতো নয়।",
    ),
    clause=Words(
        en="your own test split differs ({contender}: {test_score} there, {cv_score} in cross-validation)",
        bn="আপনার টেস্ট অংশ আলাদা ধরনের ({contender} সেখানে {test_score}, ক্রস-ভ্যালিডেশনে {cv_score})",
    ),
)

SHIFT_TURNED = Wording(
    name=Words(en="Your test split differs", bn="আপনার টেস্ট অংশ আলাদা"),
    sentence=Words(
        en="On its {n} samples {contender} scores {test_score}; cross-validation ({cv_score}) promised "
        "{low_score} to {high_score}. There the sides are the other way round: the two witnesses "
        "contradict each other.",
        bn="সেখানকার {n}টি নমুনায় {contender}-এর স্কোর {test_score}; ক্রস-ভ্যালিডেশন ({cv_score}) বলেছিল "
        "{low_score} থেকে {high_score} হবে। সেখানে দুই পক্ষের অবস্থান উল্টো: দুই সাক্ষী দুই কথা বলছে।",
    ),
    clause=Words(
        en="on your own test split the sides are the other way round ({contender}: {test_score} there, "
        "{cv_score} in cross-validation)",
        bn="আপনার টেস্ট অংশে দুই পক্ষের অবস্থান উল্টো ({contender} সেখানে {test_score}, ক্রস-ভ্যালিডেশনে {cv_score})",
    ),
)


def shift(run: Run, entries: Mapping[str, Champion], found: Gap) -> list[Condition]:
    """A condition where the user's own test split contradicts cross-validation: a champion's score
    outside what its folds promise, or the sides the other way round."""
    finals = {r.trial.contender: r for r in run.results if r.trial.fold < 0 and r.outcome == "ok"}
    tested = {
        side: finals[entry.name]
        for side, entry in entries.items()
        if entry.name in finals and _enough_tested(finals[entry.name])
    }
    turned = len(tested) == 2 and _turned(run, tested, found)
    off = [one for side, result in tested.items() if (one := _off(run, side, entries[side], result))]
    outside = [one for one in off if one["outside"]]
    if not outside and not turned:
        return []
    values = max(outside or off, key=lambda one: abs(one["test_score"] - one["cv_score"]))
    values = {key: value for key, value in values.items() if key != "outside"} | {"turned": turned}
    wording = SHIFT_TURNED if turned else SHIFT
    return [Condition.worded("warning", "shift", wording, values, run.plan.metric)]


def _enough_tested(result: Result) -> bool:
    losses = result.losses
    return len(losses) >= FEWEST_TESTED and bool(np.isfinite(losses).all())


def _off(run: Run, side: str, entry: Champion, result: Result) -> dict[str, Any]:
    """What cross-validation promised of the champion's score on the test split, and what it is. The band is
    granted, as the final fit learned from more samples than those of the folds."""
    groups = None if run.groups is None else run.groups[entry.rows]
    inflation = inflation_of(run.plan.metric)
    cv = gap(1.0 - entry.losses, entry.fold, groups=groups, inflation=inflation)
    test = _tested(run, result.rows, 1.0 - result.losses)
    half = _quantile(SHIFT_LEVEL, cv, test) * math.hypot(cv.se, test.se) + run.settings.get("band", BAND)
    return {
        "side": side,
        "contender": entry.name,
        "cv_score": cv.estimate,
        "test_score": test.estimate,
        "low_score": max(cv.estimate - half, 0.0) if entry.losses.max() <= 1 else cv.estimate - half,
        "high_score": min(cv.estimate + half, 1.0),
        "n": len(result.losses),
        "outside": abs(test.estimate - cv.estimate) > half,
    }


def _turned(run: Run, tested: Mapping[str, Result], found: Gap) -> bool:
    """Whether the other side is ahead on the test split, beyond the noise of both gaps."""
    classical, deep = tested["classical"], tested["deep"]
    rows, at_classical, at_deep = np.intersect1d(classical.rows, deep.rows, return_indices=True)
    if len(rows) < FEWEST_TESTED:
        return False
    test = _tested(run, rows, classical.losses[at_classical] - deep.losses[at_deep])
    if test.estimate * found.estimate >= 0 or test.low <= 0 <= test.high:
        return False
    apart = _quantile(found.level, found, test) * math.hypot(found.se, test.se)
    return abs(test.estimate - found.estimate) > apart


def _tested(run: Run, rows: np.ndarray, values: np.ndarray) -> Gap:
    """The mean over the test split: of the models themselves, so that its samples alone are chance."""
    groups = None if run.groups is None else run.groups[rows]
    return gap(values, None, groups=groups)


def _quantile(level: float, *gaps: Gap) -> float:
    return float(stats.t.ppf(0.5 + level / 2, min(found.df for found in gaps)))
