"""Jobs run apart from each other: whatever one does, the others end well and a reason is left."""

import subprocess
import sys
import time

import psutil
import pytest

from nikti.executors.local import UNLIMITED, Allowance, LocalPool, queue


@pytest.fixture(scope="module")
def pool():
    with LocalPool("tests.executors.jobs:work", [], workers=2, threads=1) as pool:
        yield pool


def outcomes(pool, jobs, seconds=30.0, cpu=float("inf"), **hooks):
    allowance = Allowance(time.monotonic() + seconds, cpu)
    return {o.id: o for o in pool.run(queue(list(jobs.items()), allowance), **hooks)}


def test_every_kind_of_end_in_one_batch(pool, tmp_path):
    path = tmp_path / "done"
    found = outcomes(
        pool,
        {
            "raise": {"kind": "raise"},
            "die": {"kind": "die"},
            "segfault": {"kind": "segfault"},
            "good": {"kind": "write", "path": str(path)},
        },
    )
    assert found["raise"].outcome == "failed" and found["raise"].reason == "ValueError: no good"
    assert found["die"].outcome == "killed" and "SIGKILL" in str(found["die"].reason)
    assert found["segfault"].outcome == "killed" and "SIGSEGV" in str(found["segfault"].reason)
    assert found["good"].outcome == "ok" and path.exists()


def test_an_overrun_is_stopped_with_its_reason(pool):
    start = time.monotonic()
    found = outcomes(pool, {"slow": {"kind": "sleep", "seconds": 60}}, seconds=0.6)
    assert found["slow"].outcome == "timeout" and "time" in str(found["slow"].reason)
    assert time.monotonic() - start < 10


def test_an_overrun_is_one_of_cpu_seconds_however_long_a_job_waits(pool):
    found = outcomes(
        pool, {"works": {"kind": "work", "seconds": 60}, "waits": {"kind": "sleep", "seconds": 1.5}}, cpu=0.8
    )
    assert found["works"].outcome == "timeout" and "CPU-seconds" in str(found["works"].reason)
    assert found["waits"].outcome == "ok"


def test_the_next_job_is_asked_for_when_a_worker_is_free_and_again_after_each_outcome(pool):
    seen, waiting = [], [["a"], ["b"], [], ["c"], []]

    def following():
        some = waiting.pop(0) if waiting else []
        seen.append(some)
        return (some[0], {"kind": "sleep", "seconds": 0.2}, UNLIMITED) if some else None

    ended = [outcome.id for outcome in pool.run(following, workers=2)]
    # Two at once; nothing for the first that ends; one more after the second; then no more.
    assert ended[-1] == "c" and set(ended) == {"a", "b", "c"}
    assert seen[:4] == [["a"], ["b"], [], ["c"]]


def test_two_run_at_a_time_and_messages_arrive(pool, tmp_path):
    said, seen = [], []
    jobs = {name: {"kind": "sleep", "seconds": 1} for name in "abc"}
    started = lambda id: seen.append(f"start {id}")  # noqa: E731
    for outcome in pool.run(queue(list(jobs.items()), UNLIMITED), on_start=started):
        seen.append(f"end {outcome.id}")
    assert seen[:2] == ["start a", "start b"] and seen[2].startswith("end") and "start c" in seen[3:]
    outcomes(
        pool,
        {"c": {"kind": "write", "path": str(tmp_path / "c")}},
        on_message=lambda id, message: said.append((id, message)),
    )
    assert said == [("c", {"fraction": 0.5, "text": "half"})]


def test_peak_memory_is_that_of_the_job_alone(pool):
    found = outcomes(pool, {"big": {"kind": "memory", "mb": 200}})
    assert 190 < found["big"].peak_mb < 260


def test_each_job_has_its_own_process(pool, tmp_path):
    jobs = {str(i): {"kind": "write", "path": str(tmp_path / str(i))} for i in range(4)}
    outcomes(pool, jobs)
    assert len({(tmp_path / str(i)).read_text() for i in range(4)}) == 4


SCRIPT = """
import sys
from nikti.executors.local import UNLIMITED, LocalPool, queue
pool = LocalPool("tests.executors.jobs:work", [], workers=1, threads=1)
for outcome in pool.run(queue([("a", {"kind": "sleep", "seconds": 600})], UNLIMITED),
                        on_start=lambda id: print(pool._zygote.pid, flush=True)):
    pass
"""


def test_nothing_outlives_a_killed_parent():
    parent = subprocess.Popen([sys.executable, "-c", SCRIPT], stdout=subprocess.PIPE, text=True)
    zygote = psutil.Process(int(parent.stdout.readline()))
    deadline = time.monotonic() + 60
    while not zygote.children() and time.monotonic() < deadline:
        time.sleep(0.05)
    everyone = [zygote, *zygote.children()]
    assert len(everyone) == 2
    parent.kill()
    parent.wait()
    _, alive = psutil.wait_procs(everyone, timeout=10)
    assert [p for p in alive if p.status() != psutil.STATUS_ZOMBIE] == []
