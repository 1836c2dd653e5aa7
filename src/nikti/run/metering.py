"""What the models that are handed over cost: the energy of their fits where a counter can be read, and
how fast they answer with nothing of the run beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from nikti.core.run import Result, Trial
from nikti.executors import Allowance, Job, Outcome
from nikti.jobs import latency
from nikti.protocol import energy, plan
from nikti.run.workers import ask

if TYPE_CHECKING:
    from nikti.run.course import Course

#: A timing that takes this many times what it may is stopped: its model answers too slowly.
OVERRUN = 4.0


class EnergyOf:
    """Joules of trials above the machine's rest, from the moment that this is entered: rest is measured
    then, while nothing of the run is at work, and each trial's result says its own when it is left."""

    def __init__(self, course: Course, counters: Sequence[energy.Counter]):
        self.course, self.counters = course, counters
        self.meter = energy.Meter(counters)

    def __enter__(self) -> EnergyOf:
        self.meter.__enter__()
        self.idle = energy.idle_watts(self.meter)
        self.record = energy.Record(self.meter)
        return self

    def start(self, trial: Trial) -> None:
        """A trial starts now."""
        self.record.start(trial)

    def end(self, trial: Trial, cpu: float) -> None:
        """It has ended now, after so many CPU seconds."""
        self.record.end(trial, cpu)

    def __exit__(self, *error: object) -> None:
        self.meter.__exit__(*error)
        course = self.course
        for trial, joules in self.record.joules(self.idle).items():
            result = course.result(trial)
            if result is not None:
                result.joules = joules
                course.store.add(result)
        names = [counter.name for counter in self.counters]
        course.run.machine["energy"] = {"counters": names, "idle_watts": self.idle}
        course.store.put("machine", course.run.machine)


def time_predictions(course: Course, trials: Sequence[Trial], closing: plan.Closing) -> None:
    """Time the models of the final fits by the full method, one after the other, as far as there is
    time; what cannot be timed keeps the short timing of its first fold."""
    each = closing.timing
    longest = OVERRUN * (closing.total(1, 2) - closing.total(0, 2))
    kept_back = closing.total(0, course.run.plan.workers)
    fitted = [course.result(trial) for trial in trials]
    by_name = {f"latency-{r.trial.key}": r for r in fitted if r and r.outcome == "ok" and not r.timing}
    waiting = iter(by_name.items())

    def following() -> Job | None:
        found = next(waiting, None)
        if found is None or course.clock.left() - kept_back <= 0:
            return None
        name, result = found
        allowance = Allowance(course.clock.end - kept_back, longest)
        return ask(name, _job(course, result.trial, each), course.roots, allowance)

    for outcome in course.pool.run(following, course.roots, workers=1):
        _keep(course, by_name[outcome.id], outcome)


def _job(course: Course, trial: Trial, most_seconds: float) -> latency.Job:
    return latency.Job(
        contender=course.facts["contenders"][trial.contender],
        model=f"models/{trial.contender}",
        task=course.facts["task"],
        data=course.data,
        device=course.run.machine["device"],
        threads=course.run.plan.threads,
        most_seconds=most_seconds,
    )


def _keep(course: Course, result: Result, outcome: Outcome) -> None:
    if outcome.outcome == "ok":
        result.predict_ms, result.timing = outcome.answer
    else:
        result.notes.append(f"Its predictions were not timed alone: {outcome.reason}.")
    course.store.add(result)
