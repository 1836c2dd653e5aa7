"""The events of a run: plain data that name their trial, and a share done that only rises."""

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
def emitted():
    return []


@pytest.fixture
def emitter(run, emitted):
    return events.Events(run, Clock(100.0, time.monotonic() - 20), emitted.append)


def test_events_name_their_trial(emitter, emitted):
    result = Result(TRIAL, "ok", scores={"accuracy": 0.7, "log_loss": 2.0}, seconds={"wall": 1.5})
    emitter.trial_start(TRIAL)
    emitter.trial_progress(TRIAL, {"fraction": 0.5, "text": "epoch 3"})
    emitter.trial_end(TRIAL, result)
    of = {"trial": "mlp|2|100", "contender": "mlp", "side": "deep", "fold": 2, "size": 100}
    start, progress, end, board = emitted
    assert start == {"event": "trial_start", **of}
    assert progress == {"event": "trial_progress", **of, "fraction": 0.5, "text": "epoch 3"}
    assert end == {"event": "trial_end", **of, "outcome": "ok", "reason": "", "score": 0.7, "seconds": 1.5}
    assert board["event"] == "leaderboard" and {row["contender"] for row in board["rows"]} == {"svm", "mlp"}


def test_a_trial_without_a_score_ends_with_its_reason(emitter, emitted):
    emitter.trial_end(TRIAL, Result(TRIAL, "killed", reason="out of memory"))
    assert (emitted[0]["outcome"], emitted[0]["reason"], emitted[0]["score"]) == (
        "killed",
        "out of memory",
        None,
    )


def test_the_verdict_is_emitted_as_the_judge_gives_it(emitter, emitted, run):
    verdict = judge(run)
    emitter.verdict(verdict)
    (event,) = emitted
    assert event["gap"] == verdict.gap < 0 and event["interval"] == [verdict.low, verdict.high]
    assert event["champions"] == {"classical": "svm", "deep": "mlp"} and event["n"] == 200


def state(run, seconds, left=60.0):
    """The state of a run without results; each trial takes so many seconds."""
    board = Board(run.plan)
    end = time.monotonic() + left
    return SimpleNamespace(
        board=board, expect=lambda trial: seconds * price(board, trial), running={}, end=end, run=run
    )


def test_the_share_done_never_falls_back(emitter, emitted, run, monkeypatch):
    monkeypatch.setattr(events, "PROGRESS_EVERY", 0.0)
    for seconds in (1.0, 0.1, 5.0):  # the second look finds less to do, the third more
        emitter.progress(state(run, seconds))
    shares = [event["done"] for event in emitted]
    assert 0 < shares[0] < shares[1] == shares[2] < 1
    assert emitted[2]["eta"] > emitted[0]["eta"] > emitted[1]["eta"] > 0
    assert all(event["elapsed"] == pytest.approx(20, abs=5) for event in emitted)


def test_no_more_time_is_foreseen_than_there_is(emitter, emitted, run):
    emitter.progress(state(run, seconds=1000.0, left=30.0))
    assert emitted[0]["eta"] <= 100 - 20 + 1


def test_looks_ahead_are_kept_apart(emitter, emitted, run):
    for _ in range(3):
        emitter.progress(state(run, 1.0))
    assert len(emitted) == 1


def test_all_events_are_plain_data(emitter, emitted, run):
    emitter.trial_start(TRIAL)
    emitter.trial_end(TRIAL, Result(TRIAL, "ok", scores={"accuracy": 0.7}))
    emitter.verdict(judge(run))
    emitter.progress(state(run, 1.0))
    assert [json.loads(json.dumps(event))["event"] for event in emitted] == [
        *("trial_start", "trial_end", "leaderboard", "verdict", "progress")
    ]
