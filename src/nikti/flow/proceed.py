"""Running what the plan holds, from wherever the run stands, within the time that is left."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nikti.core.run import Result, Run, Trial
from nikti.core.task import kept_classes
from nikti.flow import price
from nikti.flow.clock import Clock
from nikti.flow.jobs import OnEvent
from nikti.flow.layers import KINDS, first_fold
from nikti.flow.lineup import planned_trial
from nikti.flow.tell import Teller
from nikti.protocol import energy, race
from nikti.runs.executors.local import LocalPool, Outcome
from nikti.runs.store import Store, unpack
from nikti.verdict.champions import FEWEST_FOLDS, champion
from nikti.verdict.judge import judge
from nikti.verdict.lines import LINES, leading

#: Seconds kept back for the verdict and the report.
RESERVE = 6.0

#: A trial may take this many times what was expected, and never less than the floor, before it is
#: stopped as an overrun.
OVERRUN, OVERRUN_FLOOR = 6.0, 60.0

#: A trial of fewer core-seconds than this is run as long as there is time at all.
TRIFLE = 2.0

#: Later stages keep back at most this share of what is left: a verdict without a final fit is worth
#: more than a final fit without a verdict.
MOST_KEPT_BACK = 0.35

#: A trial that decides is still tried when it is expected to take this many times what is left.
HOPE = 1.3


def proceed(store: Store, pool: LocalPool, *, limit: float, started: float, on_event: OnEvent) -> Run:
    """Run every trial that is missing and whose time is not up; returns the finished run."""
    clock = Clock(limit, started)
    run = store.run()
    shutil.rmtree(store.folder / "work", ignore_errors=True)
    course = Course(store, pool, run, clock, on_event)
    course.stage(race.openers(run.plan), keep_back=course.final_seconds)
    for size in run.plan["rungs"]:
        rung = [trial for trial in race.climb(run.plan, run.results) if trial.size == size]
        course.stage(rung, keep_back=course.final_seconds)
        course.stop(race.stopped(run.plan, run.results))
    course.stage(race.first_fold(run.plan), keep_back=course.final_seconds)
    course.mend()
    course.stage(race.other_folds(run.plan, run.results), keep_back=course.final_seconds)
    finals = race.final_fits(run.plan, _champions(run))
    price.fit_metered(course, finals, energy.counters(run.machine["device"]))
    price.time_predictions(course, finals, RESERVE)
    course.stage(race.curve(run.plan, course.going(), _leaders(run)), only_if_it_fits=True)
    run.seconds += clock.elapsed()
    run.finished = True
    store.put("seconds", run.seconds)
    store.put("finished", True)
    shutil.rmtree(store.folder / "work", ignore_errors=True)
    return run


def _champions(run: Run) -> list[str]:
    """The contenders to refit on all rows: each side's champion, or its best of the first fold."""
    found = []
    for side in ("classical", "deep"):
        entry = champion(run, side)
        leading = race.survivors(run.plan, run.results, side)
        name = entry.name if entry else (leading[0] if leading else None)
        if name:
            found.append(name)
    return found


def _leaders(run: Run) -> list[str]:
    """Who stands for each line of the data curve."""
    verdict = judge(run)
    found = (leading(run, verdict, line) for line in LINES)
    return [name for name in found if name is not None]


class Course:
    """One process's way through the plan."""

    def __init__(self, store: Store, pool: LocalPool, run: Run, clock: Clock, on_event: OnEvent):
        self.store, self.pool, self.run, self.clock = store, pool, run, clock
        self.tell = Teller(run, clock, on_event)
        self.facts = {key: store.get(key) for key in ("contenders", "task", "home", "settings", "input")}

    def expected(self, trial: Trial) -> float:
        """Core-seconds that the trial will really take."""
        return self.clock.expect(trial.contender, planned_trial(self.run.plan, trial))

    def going(self) -> list[str]:
        """Contenders that go on after the first fold, as far as is known."""
        plan, results = self.run.plan, self.run.results
        return [n for s in plan["survivors"] for n in race.survivors(plan, results, s)]

    def final_seconds(self) -> float:
        """What the dearest final fit will take."""
        every = self.run.plan["everything"]
        return max((self.expected(Trial(n, race.FINAL, every)) for n in self.going()), default=0.0)

    def mend(self) -> None:
        """If the first fold took much longer than planned, fewer contenders go on, on fewer folds. This
        is the one place where the clock changes what runs, and it is written into the plan."""
        plan, results = self.run.plan, self.run.results
        done = {r.trial for r in results}
        before = {**plan["survivors"], "folds": plan["folds"]}
        while True:
            rest = [t for t in race.other_folds(plan, results) if t not in done]
            need = sum(map(self.expected, rest)) / plan["workers"]
            left = self.clock.left() - RESERVE
            if need <= left - min(self.final_seconds(), MOST_KEPT_BACK * left):
                break
            going = {s: race.survivors(plan, results, s) for s in plan["survivors"]}
            spare = [s for s in going if len(going[s]) > 1]
            if spare:  # the side whose further folds cost most gives up its last
                side = max(
                    spare, key=lambda s: sum(self.expected(t) for t in rest if t.contender in going[s])
                )
                plan["survivors"][side] = len(going[side]) - 1
            elif plan["folds"] > FEWEST_FOLDS:
                plan["folds"] -= 1
            else:
                break
        if {**plan["survivors"], "folds": plan["folds"]} != before:
            text = (
                "The first fold took longer than planned; after it, "
                f"{plan['survivors']['classical']} classical and {plan['survivors']['deep']} deep contenders "
                f"go on, on {plan['folds']} folds."
            )
            values = {**plan["survivors"], "folds": plan["folds"]}
            plan["given_up"].append({"code": "slower_than_planned", "text": text, "values": values})
            self.store.put("plan", plan)

    def stage(
        self,
        trials: Sequence[Trial],
        *,
        keep_back: Callable[[], float] = lambda: 0.0,
        only_if_it_fits: bool = False,
        record: energy.Record | None = None,
    ) -> None:
        """Run the trials that are not done yet. keep_back() -> seconds that later stages must have;
        record: is told when each trial starts and ends."""
        by_key = {trial.key: trial for trial in self.missing(trials)}

        def timeout(key: str) -> float:
            expected = self.expected(by_key[key])
            left = self.clock.left() - RESERVE
            if expected > TRIFLE:  # what costs nothing need not wait for what is dear
                left -= min(keep_back(), MOST_KEPT_BACK * left)
            if expected > (1.0 if only_if_it_fits else HOPE) * left:
                return 0.0
            return min(left, max(OVERRUN_FLOOR, OVERRUN * expected))

        for outcome in self.pool.run(
            [(key, self._job(trial)) for key, trial in by_key.items()],
            timeout=timeout,
            on_start=lambda key: self._started(by_key[key], record),
            on_message=lambda key, message: self.tell.progress(by_key[key], message),
        ):
            trial = by_key[outcome.id]
            if record is not None and outcome.cpu:  # what was not started used none
                record.end(trial, outcome.cpu)
            result = self._collect(trial, outcome)
            if result.outcome == "ok":
                self.clock.learn(trial.contender, planned_trial(self.run.plan, trial), outcome.seconds)
            self._keep(result)

    def stop(self, rows: Sequence[Result]) -> None:
        """Leave these rows in place of trials that will not be run."""
        for row in rows:
            self._keep(row)

    def _keep(self, result: Result) -> None:
        self.store.add(result)
        self.run.results.append(result)
        self.tell.end(result.trial, result)

    def missing(self, trials: Sequence[Trial]) -> list[Trial]:
        """Those of the trials that have no result yet."""
        return [trial for trial in trials if self.result(trial) is None]

    def result(self, trial: Trial) -> Result | None:
        """The trial's result, if it has one."""
        return next((r for r in self.run.results if r.trial == trial), None)

    def _started(self, trial: Trial, record: energy.Record | None) -> None:
        if record is not None:
            record.start(trial)
        self.tell.start(trial)

    def _job(self, trial: Trial) -> dict[str, Any]:
        """The trial as a worker needs it."""
        plan, folder = self.run.plan, self.store.folder
        scratch = folder / "work" / f"{trial.file_name}-scratch"
        scratch.mkdir(parents=True, exist_ok=True)
        contender = self.facts["contenders"][trial.contender]
        final = trial.fold == race.FINAL
        frozen = self._frozen(trial)
        return {
            "kind": "trial",
            "contender": contender,
            "task": self.facts["task"],
            "home": self.facts["home"],
            "split": str(folder / "split.npz"),
            "fold": trial.fold,
            "size": trial.size,
            "full": plan["full"],
            "seed": self.facts["settings"]["seed"],
            "tries": 0 if frozen else plan["tries"],
            "inner_folds": plan["inner_folds"],
            "params": frozen.params if frozen else None,
            "stop": frozen.stop if frozen else None,
            "epochs": plan["epochs"],
            "threads": plan["threads"],
            "device": self.run.machine["device"],
            "seconds": None,
            "scratch": str(scratch),
            "rung": self._largest_rung(trial),
            "measure": trial.fold == 0 and trial.size == plan["full"],
            "model": str(folder / "models" / trial.contender) if final else None,
            "look_into": str(first_fold(folder, trial.contender)) if self._looked_into(trial) else None,
            "card": self._card(contender) if final else None,
            "out": str(folder / "work" / trial.file_name),
            "log": str(folder / "logs" / f"{trial.file_name}.txt"),
        }

    def _looked_into(self, trial: Trial) -> bool:
        """Whether the trial's network is kept for `nikti.flow.layers`: its test rows are new to it."""
        deep = self.facts["contenders"][trial.contender]["side"] == "deep"
        first = trial.fold == 0 and trial.size == self.run.plan["full"]
        return deep and first and self.run.data["kind"] in KINDS

    def _largest_rung(self, trial: Trial) -> int:
        """The largest size of the race where the trial is a part of it, else 0."""
        plan = self.run.plan
        entry = next(entry for entry in plan["contenders"] if entry["name"] == trial.contender)
        races = bool(entry["rung_seconds"]) and trial.fold == 0 and trial.size in plan["rungs"]
        return plan["rungs"][-1] if races else 0

    def _frozen(self, trial: Trial) -> Result | None:
        """The first fold's result, whose setting and stopping point are kept, where the plan freezes the
        side's choices.

        A rung of the race is run before there is such a result: it chooses its own setting on its own
        inner splits, as somebody with so few samples would, and the other folds of that size keep it.
        """
        plan = self.run.plan
        if self.facts["contenders"][trial.contender]["side"] not in plan["frozen"]:
            return None
        there = {r.trial: r for r in self.run.results if r.trial.fold == 0 and r.outcome == "ok"}
        same, full = (Trial(trial.contender, 0, size) for size in (trial.size, plan["full"]))
        return there.get(same) or there.get(full)

    def _card(self, contender: dict[str, Any]) -> dict[str, Any]:
        """What a model folder says of itself."""
        data = self.run.data
        return {
            "contender": contender,
            "task": self.facts["task"],
            "classes": kept_classes(data["kind"], data["classes"]),
            "input": self.facts["input"],
            "target_column": self.facts["settings"]["target"],
            "data": {key: data[key] for key in ("name", "modality", "fingerprint", "target", "n")},
            "versions": self.run.versions,
        }

    def _collect(self, trial: Trial, outcome: Outcome) -> Result:
        """The result that a worker left, or a row that says why there is none."""
        stem = self.store.folder / "work" / trial.file_name
        body, arrays = Path(f"{stem}.json"), Path(f"{stem}.npz")
        if outcome.outcome == "ok":
            with np.load(arrays, allow_pickle=False) as stored:
                result = unpack(json.loads(body.read_text()), {name: stored[name] for name in stored.files})
        else:
            kind = "skipped" if outcome.reason.startswith("not started") else outcome.outcome
            result = Result(trial, kind, outcome.reason)
        result.peak_mb = outcome.peak_mb
        result.seconds = {"wall": outcome.seconds, "cpu": outcome.cpu, **result.seconds}
        body.unlink(missing_ok=True)
        arrays.unlink(missing_ok=True)
        shutil.rmtree(f"{stem}-scratch", ignore_errors=True)
        return result
