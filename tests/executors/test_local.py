"""Forked workers: a process for each job, and the one that they are forked from."""

import psutil
import pytest

from nikti.core import catalogue
from nikti.executors import Job, queue

FORKED = catalogue.load("executors", "local")

pytestmark = pytest.mark.skipif(FORKED.misfit() is not None, reason="this system does not fork")


def pids(pool, jobs):
    work = [Job(str(n), {"kind": "pid"}) for n in range(jobs)]
    return [outcome.answer for outcome in pool.run(queue(work), {}, workers=1)]


def test_each_job_has_its_own_process_where_processes_are_forked():
    with FORKED.start("tests.executors.jobs:work", [], 2, 1) as pool:
        assert len(set(pids(pool, 4))) == 4


def test_jobs_are_started_again_when_the_process_that_forks_is_killed(tmp_path):
    killed = []

    def kill_once(id, message):
        if not killed:
            killed.append(psutil.Process(message["pid"]).parent())
            killed[0].kill()

    with FORKED.start("tests.executors.jobs:work", [], 2, 1) as pool:
        work = [Job(name, {"kind": "sleep", "seconds": 1}) for name in "ab"]
        found = {o.id: o.outcome for o in pool.run(queue(work), {}, on_message=kill_once)}
    assert found == {"a": "ok", "b": "ok"} and killed


@pytest.mark.parametrize(
    ("platform", "forks", "reason"),
    [
        ("linux", True, None),
        ("darwin", True, "libraries of this system crash in forked processes"),
        ("win32", False, "this system does not fork processes"),
    ],
)
def test_where_processes_cannot_be_forked_it_is_said(platform, forks, reason, monkeypatch):
    monkeypatch.setattr("sys.platform", platform)
    if not forks:
        monkeypatch.delattr("os.fork")
    assert FORKED.misfit() == reason
