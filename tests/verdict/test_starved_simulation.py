"""The simulation of networks that were cut short (benchmarks/verdict) still runs on today's verdict, and its
promise holds on a few runs: whoever would be ahead or equal with all epochs is not called beaten for sure."""

import sys
from pathlib import Path

import pytest

VERDICT = Path(__file__).resolve().parents[2] / "benchmarks" / "verdict"


@pytest.fixture
def starved(monkeypatch):
    monkeypatch.syspath_prepend(str(VERDICT))
    for name in ("starved", "page"):
        sys.modules.pop(name, None)
    import starved

    return starved


def test_who_would_be_equal_or_ahead_is_not_beaten_for_sure(starved):
    unlucky = [case for case in starved.CASES if case.leads[1] >= -1e-9]
    assert len(unlucky) >= 12
    strong = [starved.rates(case, 300, 3)["strong"] for case in unlucky]
    assert sum(strong) <= 1 / 3  # of 36 runs and more, one may


def test_who_is_truly_behind_can_be(starved):
    (case,) = (case for case in starved.CASES if case.what == "truly behind, nearly converged")
    assert starved.rates(case, 3000, 12)["strong"] > 0
