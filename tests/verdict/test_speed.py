"""Milliseconds of one prediction, where they may be compared."""

import pytest

from nikti.core.run import Result, Trial
from nikti.verdict.speed import predict_ms

from .runs import make_run

SHORT = {"a": 1.0, "b": 2.0}


def timed(**full):
    """Two contenders timed briefly in their first fold; full: what was timed on final models."""
    run = make_run({}, n=10)
    for name, ms in SHORT.items():
        short = Result(
            Trial(name, 0, 100), "ok", predict_ms={"1": ms, "256": 9.0}, timing={"method": "short"}
        )
        run.results += [short, Result(Trial(name, 1, 100), "ok")]
    for name, ms in full.items():
        run.results.append(
            Result(Trial(name, -1, 200), "ok", predict_ms={"1": ms}, timing={"method": "full"})
        )
    return run


@pytest.mark.parametrize(
    ("full", "names", "expected"),
    [
        ({}, ["a", "b"], ([1.0, 2.0], "short")),
        ({}, ["b", "a"], ([2.0, 1.0], "short")),
        ({"a": 0.5}, ["a", "b"], ([1.0, 2.0], "short")),  # one full timing beside a short one tells nothing
        ({"a": 0.5}, ["a"], ([0.5], "full")),
        ({"a": 0.5, "b": 0.25}, ["a", "b"], ([0.5, 0.25], "full")),
        ({"a": 0.5, "b": 0.25}, ["a", "c"], ([1.0, None], "short")),
        ({}, ["c"], ([None], "short")),
    ],
)
def test_only_what_was_measured_in_the_same_way_is_compared(full, names, expected):
    assert predict_ms(timed(**full), names) == expected


def test_runs_from_before_methods_were_named_count_as_short():
    run = make_run({}, n=10)
    run.results.append(Result(Trial("a", 0, 100), "ok", predict_ms={"1": 3.0}))
    assert predict_ms(run, ["a"]) == ([3.0], "short")
