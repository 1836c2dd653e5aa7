"""Jobs run apart from each other, whichever executor runs them: whatever one does, the others end well and a
reason is left."""

import subprocess
import sys
import time

import psutil
import pytest

from nikti.core import catalogue
from nikti.executors import UNLIMITED, Allowance, Job, queue, start

NAMES = [n for n in catalogue.names("executors") if catalogue.load("executors", n).misfit() is None]


def started(name, workers=2):
    return catalogue.load("executors", name).start("tests.executors.jobs:work", [], workers, threads=1)


@pytest.fixture(scope="module", params=NAMES)
def pool(request):
    with started(request.param) as pool:
        yield pool


def outcomes(pool, jobs, roots=None, seconds=60.0, cpu=float("inf"), **hooks):
    allowance = Allowance(time.monotonic() + seconds, cpu)
    asked = queue([Job(id, work, allowance) for id, work in jobs.items()])
    return {o.id: o for o in pool.run(asked, roots or {}, **hooks)}


def test_every_kind_of_end_in_one_batch(pool, tmp_path):
    found = outcomes(
        pool,
        {
            "raise": {"kind": "raise"},
            "die": {"kind": "die"},
            "segfault": {"kind": "segfault"},
            "exit": {"kind": "exit", "status": 3},
            "no json": {"kind": "no_json"},
            "good": {"kind": "write", "name": "done"},
        },
        {"place": tmp_path},
    )
    assert found["raise"].outcome == "failed" and found["raise"].reason == "ValueError: no good"
    assert found["raise"].error == "ValueError"
    assert found["die"].outcome == "killed" and "SIGKILL" in str(found["die"].reason)
    assert found["segfault"].outcome == "killed" and "SIGSEGV" in str(found["segfault"].reason)
    assert found["exit"].outcome == "failed" and "3" in str(found["exit"].reason)
    assert found["no json"].outcome == "failed" and "JSON" in found["no json"].reason
    assert found["good"].outcome == "ok" and found["good"].answer == {"written": "done"}
    assert (tmp_path / "done").read_text() == "done"


def test_answers_and_messages_may_be_long_and_come_whole(pool):
    said = []
    jobs = {name: {"kind": "long", "length": length} for name, length in (("a", 300_000), ("b", 7_000))}
    found = outcomes(pool, jobs, on_message=lambda id, message: said.append((id, message["text"])))
    for name, length in (("a", 300_000), ("b", 7_000)):
        assert found[name].answer == ["x" * length, length]
    assert sorted(said) == [("a", "ন" * 300_000), ("b", "ন" * 7_000)]


def test_what_a_job_prints_is_no_message(pool):
    assert outcomes(pool, {"a": {"kind": "print"}})["a"].answer == "quiet"


def test_an_overrun_is_stopped_with_its_reason(pool):
    outcomes(pool, {"first": {"kind": "pid"}})  # a worker is there
    start = time.monotonic()
    found = outcomes(pool, {"slow": {"kind": "sleep", "seconds": 60}}, seconds=0.6)
    assert found["slow"].outcome == "timeout" and "time" in str(found["slow"].reason)
    assert time.monotonic() - start < 20


def test_an_overrun_is_one_of_cpu_seconds_however_long_a_job_waits(pool):
    works, waits = {"kind": "work", "seconds": 60}, {"kind": "sleep", "seconds": 1.5}
    outcomes(pool, {"before": {"kind": "work", "seconds": 0.7}})  # what a worker did before does not count
    found = outcomes(pool, {"works": works, "waits": waits}, cpu=0.8)
    assert found["works"].outcome == "timeout" and "CPU-seconds" in str(found["works"].reason)
    assert found["waits"].outcome == "ok"


def test_cpu_seconds_are_those_of_the_job(pool):
    found = outcomes(pool, {"a": {"kind": "work", "seconds": 0.5}, "b": {"kind": "sleep", "seconds": 0.5}})
    assert 0.5 <= found["a"].cpu < 1.0 and found["b"].cpu < 0.4
    assert found["b"].seconds >= 0.5


def test_the_next_job_is_asked_for_when_a_worker_is_free_and_again_after_each_outcome(pool):
    seen, waiting = [], [["a"], ["b"], [], ["c"], []]

    def following():
        some = waiting.pop(0) if waiting else []
        seen.append(some)
        return Job(some[0], {"kind": "sleep", "seconds": 0.2}, UNLIMITED) if some else None

    ended = [outcome.id for outcome in pool.run(following, {}, workers=2)]
    # Two at once; nothing for the first that ends; one more after the second; then no more.
    assert ended[-1] == "c" and set(ended) == {"a", "b", "c"}
    assert seen[:4] == [["a"], ["b"], [], ["c"]]


def test_two_run_at_a_time_and_messages_arrive(pool, tmp_path):
    said, seen = [], []
    jobs = queue([Job(name, {"kind": "sleep", "seconds": 1}) for name in "abc"])
    for outcome in pool.run(jobs, {}, on_start=lambda id: seen.append(f"start {id}")):
        seen.append(f"end {outcome.id}")
    assert seen[:2] == ["start a", "start b"] and seen[2].startswith("end") and "start c" in seen[3:]
    outcomes(
        pool,
        {"c": {"kind": "write", "name": "c"}},
        {"place": tmp_path},
        on_message=lambda id, message: said.append((id, message)),
    )
    assert said == [("c", {"fraction": 0.5, "text": "half"})]


def test_many_jobs_each_with_its_own_answer(pool):
    found = outcomes(pool, {str(n): {"kind": "long", "length": n} for n in range(60)})
    assert [found[str(n)].answer[1] for n in range(60)] == list(range(60))


def test_peak_memory_is_that_of_the_job_alone(pool):
    for mb in (300, 200):  # also in a worker that needed more before
        found = outcomes(pool, {"big": {"kind": "memory", "mb": mb}})
        assert mb - 10 < found["big"].peak_mb < mb + 60


def test_a_vanished_worker_s_job_is_started_again_and_told_of_once(pool, tmp_path):
    starts = []
    jobs = {"back": {"kind": "vanish", "name": "back", "times": 2}, "other": {"kind": "pid"}}
    found = outcomes(pool, jobs, {"place": tmp_path}, on_start=starts.append)
    assert found["back"].outcome == "ok" and found["back"].answer == "here"
    assert found["other"].outcome == "ok" and starts == ["back", "other"]


def test_a_worker_that_vanishes_each_time_ends_its_job(pool, tmp_path):
    found = outcomes(pool, {"gone": {"kind": "vanish", "name": "gone", "times": 99}}, {"place": tmp_path})
    assert found["gone"].outcome == "killed" and "vanished" in str(found["gone"].reason)
    assert len((tmp_path / "gone").read_text().split()) == 3


def test_what_still_runs_ends_when_nobody_waits_for_it_any_more(pool):
    pids = []
    jobs = {"slow": {"kind": "sleep", "seconds": 600}, "quick": {"kind": "sleep", "seconds": 0.2}}
    asked = queue([Job(id, work) for id, work in jobs.items()])
    told = pool.run(asked, {}, on_message=lambda id, message: pids.append(message["pid"]))
    assert next(told).id == "quick"
    told.close()
    slow = [psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)]
    _, alive = psutil.wait_procs(slow, timeout=10)
    busy = [p for p in alive if p.status() != psutil.STATUS_ZOMBIE]
    assert len(pids) == 2 and len(busy) <= 1  # a spawned worker that was quick waits for more
    assert outcomes(pool, {"next": {"kind": "pid"}})["next"].outcome == "ok"


def test_closing_ends_every_process():
    for name in NAMES:
        before = {p.pid for p in psutil.Process().children()}
        with started(name) as pool:
            outcomes(pool, {"a": {"kind": "pid"}})
            mine = [p for p in psutil.Process().children(recursive=True) if p.pid not in before]
            assert mine
        assert not [p for p in mine if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]


SCRIPT = """
import sys
from nikti.core import catalogue
from nikti.executors import Job, queue
pool = catalogue.load("executors", sys.argv[1]).start("tests.executors.jobs:work", [], 1, 1)
for outcome in pool.run(queue([Job("a", {"kind": "sleep", "seconds": 600})]), {},
                        on_message=lambda id, message: print(message["pid"], flush=True)):
    pass
"""


@pytest.mark.parametrize("name", NAMES)
def test_nothing_outlives_a_killed_parent(name):
    parent = subprocess.Popen([sys.executable, "-c", SCRIPT, name], stdout=subprocess.PIPE, text=True)
    working = int(parent.stdout.readline())
    everyone = psutil.Process(parent.pid).children(recursive=True)
    assert working in [process.pid for process in everyone]
    parent.kill()
    parent.wait()
    _, alive = psutil.wait_procs(everyone, timeout=10)
    assert [p for p in alive if p.status() != psutil.STATUS_ZOMBIE] == []


def test_an_executor_that_fits_is_chosen():
    with start("tests.executors.jobs:work", [], 1, 1) as pool:
        (outcome,) = pool.run(queue([Job("a", {"kind": "pid"})]), {})
    assert outcome.outcome == "ok"
