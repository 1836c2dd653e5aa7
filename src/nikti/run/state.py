"""The state of a run in progress: its board, the running trials, their jobs and the rows that come back."""

from __future__ import annotations

import math
import shutil
from pathlib import Path

import numpy as np

from nikti import answers
from nikti.core.plan import Plan
from nikti.core.run import Result, Run, Trial
from nikti.core.words import Words
from nikti.executors import Allowance, Executor, Job, Outcome
from nikti.jobs import trial as trials
from nikti.protocol import schedule
from nikti.protocol.schedule import FINAL, Board
from nikti.run.clock import Clock
from nikti.run.events import Events
from nikti.run.workers import OnEvent, make_job, roots_of, stored_data
from nikti.storage.card import Card, DataFacts, TrainedOn
from nikti.storage.models import first_fold
from nikti.storage.store import Store, unpack

#: A trial may use this many times the CPU seconds that were expected, and never less than the floor, before
#: it is stopped as an overrun.
OVERRUN, OVERRUN_FLOOR = 6.0, 60.0


class RunState:
    """The state of a run in progress. end: the moment on the monotonic clock until which trials may run."""

    def __init__(
        self, store: Store, pool: Executor, run: Run, clock: Clock, on_event: OnEvent, end: float = math.inf
    ):
        self.store, self.pool, self.run, self.clock, self.end = store, pool, run, clock, end
        self.board = Board(run.plan, run.results)
        self.running: dict[Trial, float] = {}
        self.events = Events(run, clock, on_event)
        self.facts = {key: store.get(key) for key in ("task", "settings", "input")}
        self.specs = store.contenders()
        self.roots = roots_of(store)
        self.data = stored_data(store)
        for result in run.results:
            self._learn(result, result.seconds.get("cpu", 0.0), result.seconds.get("wall", 0.0))

    def expect(self, trial: Trial) -> float:
        """Wall seconds that the trial will take on this machine as it is now."""
        return self.wall(trial.contender, schedule.price(self.board, trial))

    def wall(self, name: str, planned: float) -> float:
        """Wall seconds of so many planned core-seconds of a contender."""
        return self.clock.wall(self.board.entries[name].recipe, planned)

    def allowance(self, trial: Trial) -> Allowance:
        """What a worker may use for the trial; where there is no limit, nothing stops it."""
        if math.isinf(self.end):
            return Allowance()
        expected = self.clock.cpu(self._recipe(trial), schedule.price(self.board, trial))
        return Allowance(self.end, max(OVERRUN_FLOOR, OVERRUN * expected))

    def _recipe(self, trial: Trial) -> str:
        """By which contenders that differ in effort alone share what is known of their prices."""
        return self.board.entries[trial.contender].recipe

    def replan(self, plan: Plan) -> None:
        """Go on with another plan; the run holds it from now on."""
        self.run.plan = self.board.plan = plan
        self.store.put_plan(plan)

    def started(self, trial: Trial) -> None:
        """A worker was sent the trial."""
        self.running[trial] = self.clock.elapsed()
        self.events.trial_start(trial)

    def ended(self, trial: Trial, outcome: Outcome) -> Result:
        """A worker is done with it; the row is kept."""
        self.running.pop(trial, None)
        result = self._collect(trial, outcome)
        if result.outcome == "ok":
            self._learn(result, outcome.cpu, outcome.seconds)
        self.keep(result)
        return result

    def keep(self, result: Result) -> None:
        """Write a row, and emit its event."""
        self.store.add(result)
        self.run.results.append(result)
        self.board.add(result.trial, result.outcome == "ok", result.inner_score, result.inner_error)
        self.events.trial_end(result.trial, result)

    def _learn(self, result: Result, cpu: float, wall: float) -> None:
        if result.outcome != "ok" or result.trial.contender not in self.board.entries:
            return
        if self.run.machine["device"] != "cpu":  # an accelerator's seconds are not counted as the CPU's
            cpu = wall
        planned = schedule.price(self.board, result.trial)
        self.clock.learn(self._recipe(result.trial), planned, cpu, wall)

    def result(self, trial: Trial) -> Result | None:
        """The trial's result, if it has one."""
        return next((r for r in self.run.results if r.trial == trial), None)

    def job(self, trial: Trial) -> Job:
        """The trial as a worker needs it, with what it may use."""
        plan = self.run.plan
        effort = self.board.entries[trial.contender].planned.effort
        frozen = self._frozen(trial)
        model = self._model(trial)
        job = trials.Job(
            name=trial.contender,
            contender=self.specs[trial.contender],
            task=self.facts["task"],
            metric=plan.metric,
            data=self.data,
            fold=trial.fold,
            size=trial.size,
            full=plan.full,
            seed=self.facts["settings"]["seed"],
            tries=0 if frozen else effort.tries,
            inner_folds=effort.inner_folds,
            params=frozen.params if frozen else None,
            stop=frozen.stop if frozen else None,
            epochs=effort.epochs,
            scale=effort.scale,
            threads=plan.threads,
            device=self.run.machine["device"],
            measure=trial.fold == 0 and trial.size == plan.full,
            model=None if model is None else model.as_posix(),
            card=None if model is None else self._card(trial),
            scratch=f"work/{trial.file_name}-scratch",
            arrays=_arrays(trial),
        )
        return make_job(trial.key, job, self.roots, self.allowance(trial))

    def _model(self, trial: Trial) -> Path | None:
        """Where the trial's model is kept, below the run's folder: the final fit for use, that of the first
        fold to look into, and to hand over where no final fit comes about."""
        if trial.fold == FINAL:
            return Path("models") / trial.contender
        if trial.fold == 0 and trial.size == self.run.plan.full:
            return first_fold(Path(), trial.contender)
        return None

    def _frozen(self, trial: Trial) -> Result | None:
        """The first fold's result, whose setting and stopping point are kept, where the contender's choices
        are frozen."""
        if not self.board.entries[trial.contender].frozen:
            return None
        first = self.result(Trial(trial.contender, 0, self.run.plan.full))
        return first if first is not None and first.outcome == "ok" and trial != first.trial else None

    def _card(self, trial: Trial) -> Card:
        """What a model folder says of itself."""
        data, plan = self.run.data, self.run.plan
        return Card(
            name=trial.contender,
            contender=self.specs[trial.contender],
            task=self.facts["task"],
            metric=plan.metric,
            counts=tuple(data.get("counts", {}).values()),
            classes=answers.of_kind(data["kind"]).kept_classes(data["classes"]),
            input=self.facts["input"],
            target_column=self.facts["settings"]["target"],
            data=DataFacts(**{key: data[key] for key in ("name", "modality", "fingerprint", "target", "n")}),
            trained_on=TrainedOn(trial.size, plan.everything, trial.fold),
            versions=self.run.versions,
        )

    def _collect(self, trial: Trial, outcome: Outcome) -> Result:
        """The result that a worker left, or a row that says why there is none."""
        folder = self.store.folder
        arrays = folder / _arrays(trial)
        if outcome.outcome == "ok":
            with np.load(arrays, allow_pickle=False) as file:
                result = unpack(outcome.answer, {name: file[name] for name in file.files})
        else:
            words = Words.of(outcome.reason)
            result = Result(trial, outcome.outcome, words.en, words.bn)
        result.peak_mb = outcome.peak_mb
        result.seconds = {"wall": outcome.seconds, "cpu": outcome.cpu, **result.seconds}
        arrays.unlink(missing_ok=True)
        shutil.rmtree(folder / "work" / f"{trial.file_name}-scratch", ignore_errors=True)
        return result


def _arrays(trial: Trial) -> str:
    """Where a worker leaves the arrays of a result, below the run's folder."""
    return f"work/{trial.file_name}.npz"
