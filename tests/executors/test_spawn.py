"""Workers that stay: one process does one job after the other."""

from nikti.core import catalogue
from nikti.executors import Job, queue

SPAWNED = catalogue.load("executors", "spawn")


def pids(pool, jobs):
    work = [Job(str(n), {"kind": "pid"}) for n in range(jobs)]
    return [outcome.answer for outcome in pool.run(queue(work), {}, workers=1)]


def test_a_spawned_process_does_one_job_after_the_other_until_one_is_ended():
    with SPAWNED.start("tests.executors.jobs:work", [], 2, 1) as pool:
        before = pids(pool, 3)
        assert len(set(before)) == 1
        (ended,) = pool.run(queue([Job("a", {"kind": "die"})]), {}, workers=1)
        assert ended.outcome == "killed"
        assert set(pids(pool, 2)).isdisjoint(before)


def test_it_works_everywhere():
    assert SPAWNED.misfit() is None
