"""A run in progress: the job that each trial becomes, and the row that comes back."""

import math
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from nikti.core.contender import Budget
from nikti.core.plan import Priced
from nikti.core.run import Result, Trial
from nikti.core.words import Words
from nikti.executors import Outcome
from nikti.protocol.schedule import FINAL
from nikti.run.clock import Clock
from nikti.run.state import OVERRUN, OVERRUN_FLOOR, RunState
from tests.plans import altered, entry

from .made import played, stored


@pytest.fixture
def store(tmp_path):
    planned = Priced(Budget(tries=3, epochs=6, inner_folds=2, scale=0.5), 30.0, 20.0)
    net = replace(entry("net", "deep"), planned=planned)
    with closing(stored(tmp_path / "run", [entry("tree", "classical", 2.0), net])) as store:
        yield store


def state_of(store, end=math.inf, on_event=lambda event: None, pool=None):
    limit = math.inf if math.isinf(end) else 1000.0
    return RunState(store, pool, store.run(), Clock(limit, time.monotonic()), on_event, end)


def work_of(state, trial):
    return state.job(trial).work["job"]


def test_a_trial_names_its_data_rows_and_effort(store):
    job = state_of(store).job(Trial("net", 2, 40))
    body = job.work["job"]
    assert job.id == "net|2|40" and job.work["kind"] == "trial"
    told = {key: body[key] for key in ("name", "fold", "size", "full", "seed", "data", "task", "metric")}
    assert told == {
        **{"name": "net", "fold": 2, "size": 40, "full": 80, "seed": 7},
        **{"data": "stored", "task": "tabular_classification", "metric": "accuracy"},
    }
    effort = {key: body[key] for key in ("tries", "inner_folds", "epochs", "scale", "params", "stop")}
    assert effort == {
        **{"tries": 3, "inner_folds": 2, "epochs": 6, "scale": 0.5},
        **{"params": None, "stop": None},
    }
    assert body["device"] == "cpu" and body["threads"] == 1


@pytest.mark.parametrize(
    ("trial", "model", "measured"),
    [
        (Trial("net", 0, 80), "first_fold/net", True),  # looked into, and timed
        (Trial("net", 1, 80), None, False),
        (Trial("net", 0, 40), None, False),  # of the data curve
        (Trial("net", FINAL, 100), "models/net", False),
    ],
)
def test_which_models_are_kept_and_timed(store, trial, model, measured):
    body = work_of(state_of(store), trial)
    assert (body["model"], body["measure"]) == (model, measured)
    assert (body["card"] is None) == (model is None)


def test_a_kept_model_says_what_it_is_and_what_it_learned_from(store):
    card = work_of(state_of(store), Trial("net", FINAL, 100))["card"]
    assert card["name"] == "net" and card["contender"]["side"] == "deep"
    assert card["trained_on"] == {"rows": 100, "of": 100, "fold": FINAL}
    assert list(card["classes"]) == ["no", "yes"] and list(card["counts"]) == [50, 50]
    assert card["data"]["name"] == "made" and card["metric"] == "accuracy"


def test_files_of_a_job_lie_below_the_run_and_clash_with_no_other(store):
    bodies = [work_of(state_of(store), Trial("net", fold, size)) for fold in (0, 1) for size in (40, 80)]
    for key in ("arrays", "scratch"):
        places = [body[key] for body in bodies]
        assert len(set(places)) == 4 and not any(Path(place).is_absolute() for place in places)


@pytest.mark.parametrize(
    ("frozen", "first", "trial", "kept"),
    [
        (True, "ok", Trial("net", 1, 80), True),
        (True, "ok", Trial("net", 0, 40), True),
        (True, "ok", Trial("net", FINAL, 100), True),
        (True, "ok", Trial("net", 0, 80), False),  # the first itself, run anew
        (True, "failed", Trial("net", 1, 80), False),
        (True, None, Trial("net", 1, 80), False),
        (False, "ok", Trial("net", 1, 80), False),
    ],
)
def test_a_frozen_contender_keeps_what_its_first_fold_chose(store, frozen, first, trial, kept):
    store.put_plan(altered(store.plan(), "net", frozen=frozen))
    if first is not None:
        store.add(Result(Trial("net", 0, 80), first, params={"lr": 0.1}, stop=0.7))
    body = work_of(state_of(store), trial)
    if kept:
        assert (body["tries"], body["params"], body["stop"]) == (0, {"lr": 0.1}, 0.7)
    else:
        assert (body["tries"], body["params"], body["stop"]) == (3, None, None)


def test_nothing_stops_a_trial_where_there_is_no_limit_and_else_only_an_overrun(store):
    trial = Trial("net", 0, 80)
    free = state_of(store).job(trial).allowance
    assert math.isinf(free.until) and math.isinf(free.cpu)
    end = time.monotonic() + 500
    bounded = state_of(store, end).job(trial).allowance
    assert bounded.until == end and bounded.cpu == pytest.approx(OVERRUN * 30.0)
    assert state_of(store, end).job(Trial("tree", 0, 80)).allowance.cpu == OVERRUN_FLOOR


def test_what_trials_took_before_is_known_again(store):
    trial = Trial("net", 0, 80)
    before = state_of(store).expect(trial)
    store.add(Result(trial, "ok", seconds={"cpu": 60.0, "wall": 60.0}))  # twice as long as planned
    store.add(Result(Trial("tree", 0, 80), "failed", seconds={"cpu": 900.0, "wall": 900.0}))
    state = state_of(store)
    assert state.expect(trial) == pytest.approx(2 * before)
    assert state.expect(Trial("tree", 0, 80)) == pytest.approx(2.0)  # a failure tells nothing


def test_an_accelerators_seconds_are_those_on_the_wall(store):
    store.put("machine", {**store.get("machine"), "device": "cuda"})
    store.add(Result(Trial("net", 0, 80), "ok", seconds={"cpu": 1.0, "wall": 60.0}))
    assert state_of(store).expect(Trial("net", 0, 80)) == pytest.approx(60.0)


def test_a_row_comes_back_with_what_it_took_and_leaves_no_file_behind(store):
    pool, events = played(store, {"net": 0.75}), []
    state, trial = state_of(store, on_event=events.append), Trial("net", 1, 80)
    job = state.job(trial)
    scratch = store.folder / job.work["job"]["scratch"]
    scratch.mkdir(parents=True)
    (outcome,) = pool.run(iter([job, None]).__next__, state.roots, on_start=lambda id: state.started(trial))
    assert list(state.running) == [trial]
    result = state.ended(trial, replace(outcome, cpu=3.0, seconds=4.0, peak_mb=9.0))
    assert state.running == {} and not scratch.exists() and list((store.folder / "work").iterdir()) == []
    assert (result.seconds["cpu"], result.seconds["wall"], result.peak_mb) == (3.0, 4.0, 9.0)
    (row,) = store.results()
    assert row.scores == {"accuracy": 0.75} and row.losses.sum() == 5 and state.result(trial) is result
    assert [event["event"] for event in events] == ["trial_start", "trial_end", "leaderboard"]
    assert state.board.scores["net"] == {1: (0.75, 0.05)}


def test_a_trial_that_did_not_end_well_leaves_its_reason_in_both_languages(store):
    state, trial = state_of(store), Trial("net", 0, 80)
    state.started(trial)
    words = Words("stopped after 60 s", "৬০ সে. পরে থামানো")
    state.ended(trial, Outcome(trial.key, "timeout", reason=words, seconds=60.0, cpu=59.0, peak_mb=1.0))
    (row,) = store.results()
    assert (row.outcome, row.reason, row.reason_bn) == ("timeout", words.en, words.bn)
    assert row.seconds == {"wall": 60.0, "cpu": 59.0} and state.board.scores["net"] == {}
    assert state.result(Trial("net", 1, 80)) is None


def test_another_plan_is_the_runs_from_now_on(store):
    state = state_of(store)
    plan = replace(state.run.plan, curve_folds=1)
    state.replan(plan)
    assert state.run.plan is state.board.plan is plan and store.plan().curve_folds == 1
