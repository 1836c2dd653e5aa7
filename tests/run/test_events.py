"""What a run tells while it goes on: plain data, of the trial that is meant; a share done that only rises."""

import json
import time
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from nikti.core.run import Result, Trial
from nikti.protocol.schedule import Board, price
from nikti.run import events
from nikti.run.clock import Clock
from nikti.verdict.judge import judge
from tests.verdict.runs import make_run

TRIAL = Trial("mlp", 2, 100)


@pytest.fixture
def run():
    rng = np.random.default_rng(0)
    losses = {("svm", "classical"): rng.random(200) < 0.1, ("mlp", "deep"): rng.random(200) < 0.3}
    run = make_run({who: wrong.astype(float) for who, wrong in losses.items()})
    run.plan = replace(run.plan, survivors={"classical": 1, "deep": 1})
    return run


@pytest.fixture
def told():
    return []


@pytest.fixture
def teller(run, told):
    return events.Teller(run, Clock(100.0, time.monotonic() - 20), told.append)


def test_a_trials_way_is_told_with_what_it_is(teller, told):
    result = Result(TRIAL, "ok", scores={"accuracy": 0.7, "log_loss": 2.0}, seconds={"wall": 1.5})
    teller.start(TRIAL)
    teller.progress(TRIAL, {"fraction": 0.5, "text": "epoch 3"})
    teller.end(TRIAL, result)
    of = {"trial": "mlp|2|100", "contender": "mlp", "side": "deep", "fold": 2, "size": 100}
    start, progress, end, board = told
    assert start == {"event": "trial_start", **of}
    assert progress == {"event": "trial_progress", **of, "fraction": 0.5, "text": "epoch 3"}
    assert end == {"event": "trial_end", **of, "outcome": "ok", "reason": "", "score": 0.7, "seconds": 1.5}
    assert board["event"] == "leaderboard" and {row["contender"] for row in board["rows"]} == {"svm", "mlp"}


def test_a_trial_without_a_score_ends_with_its_reason(teller, told):
    teller.end(TRIAL, Result(TRIAL, "killed", reason="out of memory"))
    assert (told[0]["outcome"], told[0]["reason"], told[0]["score"]) == ("killed", "out of memory", None)


def test_the_verdict_is_told_as_the_judge_gives_it(teller, told, run):
    verdict = judge(run)
    teller.verdict(verdict)
    (event,) = told
    assert event["gap"] == verdict.gap < 0 and event["interval"] == [verdict.low, verdict.high]
    assert event["champions"] == {"classical": "svm", "deep": "mlp"} and event["n"] == 200


def course(run, seconds, left=60.0):
    """A course on which nothing was run; each trial takes so many seconds."""
    board = Board(run.plan)
    end = time.monotonic() + left
    return SimpleNamespace(
        board=board, expect=lambda trial: seconds * price(board, trial), running={}, end=end, run=run
    )


def test_the_share_done_never_falls_back(teller, told, run, monkeypatch):
    monkeypatch.setattr(events, "LOOK_EVERY", 0.0)
    for seconds in (1.0, 0.1, 5.0):  # the second look finds less to do, the third more
        teller.progress_of(course(run, seconds))
    shares = [event["done"] for event in told]
    assert 0 < shares[0] < shares[1] == shares[2] < 1
    assert told[2]["eta"] > told[0]["eta"] > told[1]["eta"] > 0
    assert all(event["elapsed"] == pytest.approx(20, abs=5) for event in told)


def test_no_more_time_is_foreseen_than_there_is(teller, told, run):
    teller.progress_of(course(run, seconds=1000.0, left=30.0))
    assert told[0]["eta"] <= 100 - 20 + 1


def test_looks_ahead_are_kept_apart(teller, told, run):
    for _ in range(3):
        teller.progress_of(course(run, 1.0))
    assert len(told) == 1


def test_all_that_is_told_is_plain_data(teller, told, run):
    teller.start(TRIAL)
    teller.end(TRIAL, Result(TRIAL, "ok", scores={"accuracy": 0.7}))
    teller.verdict(judge(run))
    teller.progress_of(course(run, 1.0))
    assert [json.loads(json.dumps(event))["event"] for event in told] == [
        *("trial_start", "trial_end", "leaderboard", "verdict", "progress")
    ]
