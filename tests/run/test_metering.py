"""What handing over costs: energy by a counter that is read here, and timings as far as there is time."""

import time
from contextlib import closing
from types import SimpleNamespace

import pytest

from nikti.core.run import Result, Trial
from nikti.executors import Outcome
from nikti.protocol import plan as planning
from nikti.protocol.schedule import FINAL
from nikti.run.clock import Clock
from nikti.run.metering import OVERRUN, EnergyOf, time_predictions
from nikti.run.state import RunState

from .made import played, stored

FINALS = [Trial("tree", FINAL, 100), Trial("net", FINAL, 100)]
CLOSING = planning.Closing(timing=10.0, explaining=0.0, looking=0.0, report=2.0)


@pytest.fixture
def store(tmp_path):
    with closing(stored(tmp_path / "run")) as store:
        for trial in FINALS:
            store.add(Result(trial, "ok", predict_ms={"1": 9.0}, notes=[]))
        yield store


def timed(store, pool, trials=FINALS, limit=1e5):
    state = RunState(store, pool, store.run(), Clock(limit, time.monotonic()), lambda event: None)
    time_predictions(state, trials, CLOSING)
    return {result.trial.contender: result for result in store.results()}


def test_each_final_model_is_timed_alone_and_its_row_says_so(store):
    pool = played(store, {})
    rows = timed(store, pool)
    assert pool.seen == [f"latency-{trial.key}" for trial in FINALS]
    for row in rows.values():
        assert row.predict_ms == {"1": 2.0, "256": 0.5} and row.timing["method"] == "full"


def test_a_timing_may_take_a_few_times_what_it_is_given(store):
    pool = played(store, {})
    timed(store, pool)
    alone = CLOSING.total(1, 2) - CLOSING.total(0, 2)
    assert [pool.allowed[id].cpu for id in pool.seen] == [OVERRUN * alone] * 2


def test_what_was_timed_before_or_did_not_end_well_is_not_timed(store):
    store.add(Result(FINALS[0], "ok", predict_ms={"1": 1.0}, timing={"method": "full"}))
    store.add(Result(FINALS[1], "failed", "it broke"))
    pool = played(store, {})
    rows = timed(store, pool, [*FINALS, Trial("nobody", FINAL, 100)])
    assert pool.seen == [] and rows["tree"].predict_ms == {"1": 1.0}


def test_without_time_the_short_timing_stays(store):
    pool = played(store, {})
    rows = timed(store, pool, limit=1.0)  # less than the report is given
    assert pool.seen == [] and all(row.predict_ms == {"1": 9.0} for row in rows.values())


def test_a_model_that_cannot_be_timed_says_why_and_keeps_what_it_had(store):
    slow = f"latency-{FINALS[0].key}"
    pool = played(store, {}, {slow: Outcome(slow, "timeout", reason="stopped after 40 s")})
    rows = timed(store, pool)
    assert rows["tree"].predict_ms == {"1": 9.0} and rows["tree"].timing == {}
    assert rows["tree"].notes == ["Its predictions were not timed alone: stopped after 40 s."]
    assert rows["net"].timing["method"] == "full"


def test_a_trial_has_the_joules_above_rest_and_the_run_says_how_they_were_counted(store):
    began, extra = time.monotonic(), [0.0]
    counter = SimpleNamespace(
        name="made", wraps=None, read=lambda: 30.0 * (time.monotonic() - began) + extra[0]
    )
    state = RunState(store, None, store.run(), Clock(1e5, began), lambda event: None)
    with EnergyOf(state, [counter]) as metered:
        metered.start(FINALS[0])
        extra[0] += 50.0
        metered.end(FINALS[0], cpu=1.0)
        metered.start(Trial("net", 4, 80))  # one that leaves no row
        metered.end(Trial("net", 4, 80), cpu=1.0)
    rows = {result.trial: result for result in store.results()}
    assert rows[FINALS[0]].joules == pytest.approx(50.0, abs=1.0) and rows[FINALS[1]].joules is None
    found = store.get("machine")["energy"]
    assert found["counters"] == ["made"] and found["idle_watts"] == pytest.approx(30.0, rel=0.01)
