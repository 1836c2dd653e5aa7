"""What the plan holds is run, and what is not run says why."""

import time
from contextlib import closing
from dataclasses import replace

import pytest

from nikti.core.contender import Budget
from nikti.core.errors import RunError
from nikti.core.plan import Priced
from nikti.core.run import Trial
from nikti.core.words import Words
from nikti.protocol.schedule import FINAL
from nikti.run.schedule import fit_on_all_rows, run_plan
from tests.plans import entry

from .made import failed, played, stored

SCORES = {"tree": 0.9, "net": 0.7, "other": 0.5}


def ran(store, pool, *, limit=1e5, left=None, on_event=lambda event: None):
    """The run, `left` seconds before its limit."""
    started = time.monotonic() - (0 if left is None else limit - left)
    return run_plan(store, pool, limit=limit, started=started, on_event=on_event, workers=1)


@pytest.fixture
def store(tmp_path):
    with closing(stored(tmp_path / "run")) as store:
        yield store


def test_every_fold_and_size_is_run_once_and_each_sides_champion_is_fitted_on_all_rows(store):
    pool = played(store, SCORES)
    run = ran(store, pool)
    trials = [result.trial for result in run.results]
    assert len(set(trials)) == len(trials) and {r.outcome for r in run.results} == {"ok"}
    for name in ("tree", "net"):
        assert {t.fold for t in trials if t.contender == name and t.size == 80} == set(range(5))
        assert {t.fold for t in trials if t.contender == name and t.size == 40} == {0, 1}
        assert Trial(name, FINAL, 100) in trials
    assert [r.trial for r in store.results()] == trials  # each row is on the disk


def test_the_cheapest_of_each_side_is_first(tmp_path):
    entries = [entry("forest", "classical", 50.0), entry("tree", "classical", 1.0), entry("net", "deep", 9.0)]
    with closing(stored(tmp_path / "run", entries)) as store:
        pool = played(store, SCORES | {"forest": 0.95})
        ran(store, pool)
    assert set(pool.seen[:2]) == {"tree|0|80", "net|0|80"}


def test_the_models_that_are_handed_over_are_timed_at_the_end(store):
    pool = played(store, SCORES)
    run = ran(store, pool)
    assert set(pool.seen[-2:]) == {f"latency-tree|{FINAL}|100", f"latency-net|{FINAL}|100"}
    finals = [r for r in run.results if r.trial.fold == FINAL]
    assert [r.timing["method"] for r in finals] == ["full", "full"] and finals[0].predict_ms["1"] == 2.0
    assert all(r.timing == {} for r in run.results if r.trial.fold != FINAL)


def test_a_failure_is_a_row_with_its_reason_and_the_others_go_on(tmp_path):
    entries = [entry("tree", "classical"), entry("other", "classical"), entry("net", "deep")]
    with closing(stored(tmp_path / "run", entries)) as store:
        broken = {"other|0|80": failed("other|0|80", reason="ValueError: no good")}
        run = ran(store, played(store, SCORES, broken))
    (row,) = [r for r in run.results if r.trial.contender == "other"]
    assert (row.outcome, row.reason) == ("failed", "ValueError: no good")
    assert sum(r.trial.contender == "tree" and r.trial.size == 80 for r in run.results) == 5


def test_a_run_that_is_stopped_goes_on_with_what_is_missing(store):
    pool = played(store, SCORES)

    def stop(event):
        if event["event"] == "trial_end" and len(pool.seen) == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ran(store, pool, on_event=stop)
    before = [r.trial.key for r in store.results()]
    again = played(store, SCORES)
    run = ran(store, again)
    assert len(before) == 4 and not set(before) & set(again.seen)
    assert len({r.trial for r in run.results}) == len(run.results) == 16


def test_without_time_everybody_is_skipped_with_the_reason_in_both_languages(store):
    pool = played(store, SCORES)
    run = ran(store, pool, limit=10.0, left=0.0)
    assert pool.seen == [] and [r.outcome for r in run.results] == ["skipped"] * 2
    for row in run.results:
        assert row.reason.startswith("no time was left") and "সময় বাকি ছিল না" in row.reason_bn


def test_what_a_side_makes_for_all_its_trials_comes_first_and_is_kept(tmp_path):
    with closing(stored(tmp_path / "run", prepared=("classical",), unprepared=("net",))) as store:
        pool = played(store, SCORES)
        run = ran(store, pool)
        assert store.plan().prepared["deep"].columns == 3
    assert pool.seen[0] == "prepare-deep" and run.prepared("deep").columns == 3
    assert sum(id.startswith("net|") for id in pool.seen) == 8


def test_who_waits_for_what_had_no_time_is_not_run(tmp_path):
    late = {"prepare-deep": failed("prepare-deep", "timeout", Words("stopped after 9 s", "থামানো"))}
    with closing(stored(tmp_path / "run", prepared=("classical",), unprepared=("net",))) as store:
        pool = played(store, SCORES, late)
        run = ran(store, pool)
    assert not any(id.startswith("net|") for id in pool.seen)
    (row,) = [r for r in run.results if r.trial.contender == "net"]
    assert row.outcome == "skipped" and sum(r.outcome == "ok" for r in run.results) == 8


def test_what_breaks_on_the_way_to_all_trials_ends_the_run(tmp_path):
    broken = {"prepare-deep": failed("prepare-deep")}
    with closing(stored(tmp_path / "run", prepared=("classical",), unprepared=("net",))) as store:
        with pytest.raises(RunError, match="prepare-deep failed: it broke"):
            ran(store, played(store, SCORES, broken))


def test_a_machine_that_is_slower_than_planned_trains_less_and_says_so(tmp_path):
    short = (Priced(Budget(epochs=2, scale=0.5), 1.0, 1.0), Priced(Budget(epochs=1, scale=0.5), 0.5, 0.5))
    net = replace(entry("net", "deep", 500.0, epochs=8, represents=True), shorter=short)
    with closing(stored(tmp_path / "run", [entry("tree", "classical", 0.1), net])) as store:
        ran(store, played(store, SCORES), limit=400.0, left=300.0)
        plan = store.plan()
    (cut,) = plan.reductions
    assert cut.code == "slower_than_planned" and cut.values["contender"] == "net"
    assert plan.entries["net"].planned.effort.epochs == cut.values["epochs"] < 8
    assert "50% of their side" in cut.text.en and "net" in cut.text.bn


def test_one_contender_is_fitted_on_all_rows_however_long_it_takes(store):
    pool, events = played(store, SCORES), []
    result = fit_on_all_rows(store, pool, store.run(), "tree", time.monotonic(), events.append)
    assert pool.seen == [f"tree|{FINAL}|100"] and (result.outcome, result.trial.fold) == ("ok", FINAL)
    assert [event["event"] for event in events][:2] == ["trial_start", "trial_end"]
    assert pool.allowed[pool.seen[0]].until == float("inf")


def test_a_run_of_an_earlier_version_goes_on_by_its_settings(store):
    body = store.get("plan")
    for later in ("preset", "survivors", "curve_folds", "limit", "workers", "cells"):
        body.pop(later, None)
    store.put("plan", body)
    run = ran(store, played(store, SCORES))
    assert run.plan.preset == "fast" and {r.outcome for r in run.results} == {"ok"}
    assert sum(r.trial.size == 80 for r in run.results) == 10
