"""Costs of the final models: the energy of their fits where a counter can be read, and their prediction
times while nothing else of the run is at work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from nikti.core.run import Result, Trial
from nikti.executors import Allowance, Job, Outcome
from nikti.jobs import latency
from nikti.protocol import energy, plan
from nikti.run.workers import make_job

if TYPE_CHECKING:
    from nikti.run.state import RunState

#: A timing that takes this many times what it may is stopped: its model answers too slowly.
OVERRUN = 4.0


class EnergyOf:
    """Joules of trials above the machine's rest, from the moment that this is entered: rest is measured
    then, while nothing of the run is at work, and each trial's result says its own when it is left."""

    def __init__(self, state: RunState, counters: Sequence[energy.Counter]):
        self.state, self.counters = state, counters
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
        state = self.state
        for trial, joules in self.record.joules(self.idle).items():
            result = state.result(trial)
            if result is not None:
                result.joules = joules
                state.store.add(result)
        names = [counter.name for counter in self.counters]
        state.run.machine["energy"] = {"counters": names, "idle_watts": self.idle}
        state.store.put("machine", state.run.machine)


def time_predictions(state: RunState, trials: Sequence[Trial], closing: plan.Closing) -> None:
    """Time the models of the final fits by the full method, one after the other, as far as there is
    time; what cannot be timed keeps the short timing of its first fold."""
    each = closing.timing
    longest = OVERRUN * (closing.total(1, 2) - closing.total(0, 2))
    reserved = closing.total(0, state.run.plan.workers)
    fitted = [state.result(trial) for trial in trials]
    by_name = {f"latency-{r.trial.key}": r for r in fitted if r and r.outcome == "ok" and not r.timing}
    waiting = iter(by_name.items())

    def next_job() -> Job | None:
        found = next(waiting, None)
        if found is None or state.clock.left() - reserved <= 0:
            return None
        name, result = found
        allowance = Allowance(state.clock.end - reserved, longest)
        return make_job(name, _job(state, result.trial, each), state.roots, allowance)

    for outcome in state.pool.run(next_job, state.roots, workers=1):
        _keep(state, by_name[outcome.id], outcome)


def _job(state: RunState, trial: Trial, most_seconds: float) -> latency.Job:
    return latency.Job(
        contender=state.specs[trial.contender],
        model=f"models/{trial.contender}",
        task=state.facts["task"],
        data=state.data,
        device=state.run.machine["device"],
        threads=state.run.plan.threads,
        most_seconds=most_seconds,
    )


def _keep(state: RunState, result: Result, outcome: Outcome) -> None:
    if outcome.outcome == "ok":
        result.predict_ms, result.timing = outcome.answer
    else:
        result.notes.append(f"Its predictions were not timed alone: {outcome.reason}.")
    state.store.add(result)
