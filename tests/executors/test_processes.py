"""What one executor does and the other does not: a process for each job, or one for many; and its own end."""

import os
import subprocess
import sys
import time

import psutil
import pytest

from nikti.core import catalogue
from nikti.executors import Job, _wire, queue, start

FORKED = catalogue.load("executors", "local")
forks = pytest.mark.skipif(FORKED.misfit() is not None, reason="this system does not fork")


def pids(pool, jobs):
    work = [Job(str(n), {"kind": "pid"}) for n in range(jobs)]
    return [outcome.answer for outcome in pool.run(queue(work), {}, workers=1)]


@forks
def test_each_job_has_its_own_process_where_processes_are_forked():
    with FORKED.start("tests.executors.jobs:work", [], 2, 1) as pool:
        assert len(set(pids(pool, 4))) == 4


def test_a_spawned_process_does_one_job_after_the_other_until_one_is_ended():
    with catalogue.load("executors", "spawn").start("tests.executors.jobs:work", [], 2, 1) as pool:
        before = pids(pool, 3)
        assert len(set(before)) == 1
        (ended,) = pool.run(queue([Job("a", {"kind": "die"})]), {}, workers=1)
        assert ended.outcome == "killed"
        assert set(pids(pool, 2)).isdisjoint(before)


@forks
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


def test_an_executor_that_fits_is_chosen():
    with start("tests.executors.jobs:work", [], 1, 1) as pool:
        (outcome,) = pool.run(queue([Job("a", {"kind": "pid"})]), {})
    assert outcome.outcome == "ok"


@pytest.mark.parametrize("length", [0, 1, 480, 500, 520, 4080, 4096, 5000, 100_000])
def test_messages_of_any_length_survive_the_pipe(length, tmp_path):
    with open(tmp_path / "pipe", "wb") as pipe:
        for number in (3, 12):
            _wire.write(pipe.fileno(), number, {"text": "ন" * length})
    written = (tmp_path / "pipe").read_bytes()
    assert max(map(len, written.split(b"\n"))) < _wire._ATOMIC
    reader, found = _wire.Reader(), []
    for start_at in range(0, len(written), 1000):
        found += reader.feed(written[start_at : start_at + 1000])
    assert found == [(3, {"text": "ন" * length}), (12, {"text": "ন" * length})]


#: A module whose import takes a minute, and lets no other thread of its process run meanwhile.
SLOW = """
import ctypes, os, pathlib
pathlib.Path(os.environ["STARTED"]).touch()
ctypes.PyDLL(None).sleep(60)
"""

STARTING = """
import sys, time
from nikti.core import catalogue
pool = catalogue.load("executors", sys.argv[1]).start("tests.executors.jobs:work", ["slow_to_import"], 1, 1)
time.sleep(60)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone tells of the end of a parent")
@pytest.mark.parametrize("name", ["local", "spawn"])
def test_a_process_that_still_imports_does_not_outlive_its_parent(name, tmp_path):
    (tmp_path / "slow_to_import.py").write_text(SLOW)
    paths = os.pathsep.join([str(tmp_path), *filter(None, sys.path)])
    environment = {**os.environ, "PYTHONPATH": paths, "STARTED": str(tmp_path / "started")}
    parent = subprocess.Popen([sys.executable, "-c", STARTING, name], env=environment, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 60
    while not (tmp_path / "started").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    (importing,) = psutil.Process(parent.pid).children(recursive=True)
    parent.kill()
    assert parent.communicate()[1] == b""
    _, alive = psutil.wait_procs([importing], timeout=2)
    assert [p for p in alive if p.status() != psutil.STATUS_ZOMBIE] == []
