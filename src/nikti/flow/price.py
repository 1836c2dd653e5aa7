"""What the models that are handed over cost: the energy of their fits where a counter can be read, and
how fast they answer with nothing of the run beside them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from nikti.core.run import Trial
from nikti.protocol import energy, plan

if TYPE_CHECKING:
    from nikti.flow.proceed import Course
    from nikti.runs.executors.local import Outcome

#: A timing that takes this many times what it may is stopped: its model answers too slowly.
OVERRUN = 4.0


def fit_metered(course: Course, trials: Sequence[Trial], counters: Sequence[energy.Counter]) -> None:
    """Run the trials; with counters, their results say what energy they took above the machine's rest."""
    if not counters or not course.missing(trials):
        course.stage(trials)
        return
    with energy.Meter(counters) as meter:
        idle = energy.idle_watts(meter)  # nothing of the run is at work between two stages
        record = energy.Record(meter)
        course.stage(trials, record=record)
    for trial, joules in record.joules(idle).items():
        result = course.result(trial)
        if result is not None:
            result.joules = joules
            course.store.add(result)
    course.run.machine["energy"] = {"counters": [c.name for c in counters], "idle_watts": idle}
    course.store.put("machine", course.run.machine)


def time_predictions(course: Course, trials: Sequence[Trial], keep_back: float) -> None:
    """Time the models of the final fits by the full method, one after the other, as far as there is
    time; what cannot be timed keeps the short timing of its first fold. keep_back: seconds that the rest
    of the run must have."""
    each = plan.timing_seconds(course.run.plan["preset"], course.run.plan["limit"])
    longest = OVERRUN * (plan.overhead(1, each) - plan.overhead(0, each))
    fitted = [course.result(trial) for trial in trials]
    jobs = {r.trial: _job(course, r.trial, each) for r in fitted if r and r.outcome == "ok" and not r.timing}
    by_key = {trial.key: trial for trial in jobs}
    workers, course.pool.workers = course.pool.workers, 1
    try:
        for outcome in course.pool.run(
            [(trial.key, job) for trial, job in jobs.items()],
            timeout=lambda key: min(longest, course.clock.left() - keep_back),
        ):
            trial = by_key[outcome.id]
            _keep(course, trial, jobs[trial], outcome)
    finally:
        course.pool.workers = workers


def _job(course: Course, trial: Trial, most_seconds: float) -> dict[str, Any]:
    folder = course.store.folder
    return {
        "kind": "latency",
        "contender": course.facts["contenders"][trial.contender],
        "task": course.facts["task"],
        "home": course.facts["home"],
        "model": str(folder / "models" / trial.contender),
        "device": course.run.machine["device"],
        "threads": course.run.plan["threads"],
        "most_seconds": most_seconds,
        "out": str(folder / "work" / f"latency-{trial.file_name}"),
        "log": str(folder / "logs" / f"latency-{trial.file_name}.txt"),
    }


def _keep(course: Course, trial: Trial, job: dict[str, Any], outcome: Outcome) -> None:
    result = course.result(trial)
    if outcome.outcome == "ok":
        with open(job["out"] + ".json") as handle:
            result.predict_ms, result.timing = json.load(handle)
    else:
        result.notes.append(f"Its predictions were not timed alone: {outcome.reason}.")
    course.store.add(result)
