"""Jobs of a run: how they are named, and what becomes of their answers."""

from pathlib import Path

import pytest

from nikti.core.errors import DataError, RunError, UsageError
from nikti.executors import Allowance, Outcome
from nikti.jobs import device, speed
from nikti.run.workers import answer, make_job, roots, run_job, run_jobs, try_jobs
from tests.inside import Inside

HERE = {"run": Path("/runs/one")}


def ended(outcome="failed", error="", reason="it broke", id="plan"):
    return Outcome(id, outcome, answer=7 if outcome == "ok" else None, reason=reason, error=error)


@pytest.mark.parametrize(
    ("outcome", "raised", "text"),
    [
        (ended(error="UsageError", reason="no such class."), UsageError, "^no such class.$"),
        (ended(error="UnknownName", reason="no such class."), UsageError, "^no such class.$"),
        (ended(error="DataError", reason="row 3 is empty."), DataError, "^row 3 is empty.$"),
        (ended(error="ValueError"), RunError, r"^plan failed: it broke\. More in .*plan\.txt\.$"),
        (ended(error="ModelError", reason="damaged."), RunError, r"^plan failed: damaged\. More in "),
        (ended("killed", reason="out of memory"), RunError, "out of memory"),
        (ended("timeout", reason="stopped after 3 s"), RunError, "stopped after 3 s"),
    ],
)
def test_what_a_job_raised_on_purpose_is_raised_again_and_all_else_names_its_log(outcome, raised, text):
    with pytest.raises(raised, match=text):
        answer(outcome, HERE)


def test_an_answer_is_an_answer():
    assert answer(ended("ok"), HERE) == 7


@pytest.mark.parametrize("id", ["plan", "tree|0|80", "a/b:c|-1|5", "latency-tree|-1|100"])
def test_a_job_logs_below_the_run_whatever_it_is_called(id):
    job = make_job(id, speed.Job(), HERE, Allowance(5.0, 6.0))
    log = Path(job.work["log"])
    assert job.id == id and job.allowance == Allowance(5.0, 6.0)
    assert log.parent == Path("logs") and not set(log.name) & set('|/:\\*?"<>')


def test_several_jobs_answer_by_their_names_in_their_order_and_tell_their_costs(tmp_path):
    def play(id, kind, job):
        return Outcome(id, "ok", answer=f"{kind} {id}", cpu=1.5, seconds=2.0)

    jobs, costs = {"b": speed.Job(), "a": device.Job(None)}, []
    found = run_jobs(Inside(play), jobs, {"run": tmp_path}, costs=costs)
    assert list(found.items()) == [("b", "speed b"), ("a", "device a")] and costs == [(1.5, 2.0)] * 2
    assert run_job(Inside(play), "x", speed.Job(), {"run": tmp_path}) == "speed x"


def test_one_that_breaks_is_found_among_the_others_or_raised(tmp_path):
    def play(id, kind, job):
        return ended(error="DataError", reason="row 3.", id=id) if id == "bad" else id

    jobs = {"bad": speed.Job(), "good": speed.Job()}
    found = try_jobs(Inside(play), jobs, {"run": tmp_path})
    assert isinstance(found["bad"], DataError) and found["good"] == "good"
    with pytest.raises(DataError, match="row 3"):
        run_jobs(Inside(play), jobs, {"run": tmp_path})


def test_roots_are_the_run_the_data_and_the_users_own_files(tmp_path):
    mine = tmp_path / "mine.py"
    mine.write_text("")
    settings = {"features": str(mine), "network": None, "contenders": ["tree"]}
    assert roots(tmp_path / "run", {}) == {"run": tmp_path / "run"}
    found = roots(tmp_path / "run", settings, tmp_path / "cache" / "abc")
    assert found == {"run": tmp_path / "run", "data": tmp_path / "cache", "own0": tmp_path}
