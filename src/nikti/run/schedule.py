"""Running the trials of a plan that are still to do, within the time that is left."""

from __future__ import annotations

import math
import shutil
from contextlib import nullcontext
from dataclasses import replace

from nikti.core.plan import Prepared, Reduction
from nikti.core.run import Result, Run, Trial
from nikti.core.words import Words
from nikti.executors import Allowance, Executor, Job, Outcome, queue
from nikti.protocol import energy, plan, schedule
from nikti.protocol.shorten import too_long
from nikti.run import metering
from nikti.run.clock import Clock
from nikti.run.prepare import prepare_job
from nikti.run.request import Request
from nikti.run.state import RunState
from nikti.run.workers import OnEvent, answer, make_job
from nikti.storage.store import Store

SLOWER = Words(
    en="The machine was slower than planned: {contender} trains {epochs} epochs.",
    bn="মেশিন ধারণার চেয়ে ধীর ছিল, তাই {contender} শিখেছে {epochs} ইপক।",
)
SLOWER_SMALLER = Words(
    en="The machine was slower than planned: {contender} trains {epochs} epochs, on pictures of {percent}% "
    "of their side.",
    bn="মেশিন ধারণার চেয়ে ধীর ছিল, তাই {contender} শিখেছে {epochs} ইপক, ছবির পাশের মাপ {percent}%।",
)
NO_TIME = Words(
    en="no time was left: it takes about {needed} s, there were {left} s",
    bn="সময় বাকি ছিল না: এর লাগে প্রায় {needed} সেকেন্ড, বাকি ছিল {left}",
)


def run_plan(
    store: Store, pool: Executor, *, limit: float, started: float, on_event: OnEvent, workers: int
) -> Run:
    """Run trials until there are none worth running or the time is up; returns the run, its models timed."""
    run = store.run()
    clock = Clock(limit, started, run.machine.get("slowdown", 1.0))
    closing = plan.closing(run.plan.preset, limit)
    after = closing.total(len(run.plan.sides), workers)
    state = RunState(store, pool, run, clock, on_event, clock.end - after)
    shutil.rmtree(store.folder / "work", ignore_errors=True)
    _run_trials(state, workers)
    metering.time_predictions(state, schedule.finals(state.board), closing)
    _record_skipped(state)
    return run


def fit_on_all_rows(
    store: Store, pool: Executor, run: Run, name: str, began: float, on_event: OnEvent
) -> Result:
    """Train one contender on all rows, however long it takes."""
    state = RunState(store, pool, run, Clock(math.inf, began), on_event)
    trial = Trial(name, schedule.FINAL, run.plan.everything)
    for outcome in pool.run(
        queue([state.job(trial)]),
        state.roots,
        on_start=lambda key: state.started(trial),
        on_message=lambda key, message: state.events.trial_progress(trial, message),
    ):
        state.ended(trial, outcome)
    return run.results[0]


def _run_trials(state: RunState, workers: int) -> None:
    """One trial after the other, as the schedule has them."""
    by_key: dict[str, Trial] = {}
    preparation = _SidePreparation(state)
    counters = energy.counters(state.run.machine["device"])

    def next_job() -> Job | None:
        if (job := preparation.next_job()) is not None:
            return job
        _shorten(state, workers)
        trial = schedule.next_trial(
            state.board, state.expect, state.end - state.clock.now(), workers, list(state.running)
        )
        if trial is None:
            return None
        by_key[trial.key] = trial
        return state.job(trial)

    def started(key: str) -> None:
        if key in by_key:
            if metered:
                metered.start(by_key[key])
            state.started(by_key[key])

    with metering.EnergyOf(state, counters) if counters else nullcontext() as metered:
        for outcome in state.pool.run(
            next_job,
            state.roots,
            workers=workers,
            on_start=started,
            on_message=lambda key, message: state.events.trial_progress(by_key[key], message),
        ):
            if preparation.ended(outcome):
                continue
            trial = by_key[outcome.id]
            if metered:
                metered.end(trial, outcome.cpu)
            state.ended(trial, outcome)
            _emit_verdict(state)


class _SidePreparation:
    """What a side makes once for all of its trials, beside those that need not wait for it."""

    def __init__(self, state: RunState):
        self.state = state
        sides = Request.of(state.store.get("settings")).sides
        self.sides = [side for side in sides if side not in state.run.plan.prepared]
        if self.sides:
            state.board.waiting = set(state.run.plan.unprepared)

    def next_job(self) -> Job | None:
        """The next side's job, None where all were sent."""
        if not self.sides:
            return None
        side, store = self.sides.pop(0), self.state.store
        job = prepare_job(store, Request.of(store.get("settings")), side)
        return make_job(f"prepare-{side}", job, self.state.roots, Allowance(self.state.end))

    def ended(self, outcome: Outcome) -> bool:
        """Take an outcome if it is of such a job. Raises the job's error; a job that ran out of time
        raises nothing, and the contenders that wait for it are not run."""
        name, _, side = outcome.id.partition("-")
        if name != "prepare":
            return False
        state = self.state
        if outcome.outcome != "timeout":
            found = Prepared.from_json(answer(outcome, state.roots))
            old = state.run.plan
            state.replan(replace(old, prepared={**old.prepared, side: found}))
            state.board.waiting = set()
        return True


def _shorten(state: RunState, workers: int) -> None:
    """Cut the efforts of who was not run yet, where there is no longer time for them as they were planned;
    the plan says so from then on."""
    left = state.end - state.clock.now()
    cut = too_long(state.board, state.wall, left, workers, list(state.running))
    for name, priced in cut.items():
        effort = priced.effort
        values = {"contender": name, "epochs": effort.epochs, "percent": round(100 * effort.scale)}
        words = SLOWER_SMALLER if effort.scale < 1 else SLOWER
        reduction = Reduction("slower_than_planned", words.format(**values), values)
        state.replan(state.run.plan.shortened(name, priced, reduction))


def _emit_verdict(state: RunState) -> None:
    """Judge the rows so far, emit the verdict once each side has a score, and set the champions."""
    from nikti.verdict.judge import judge  # half a second, which no first trial waits for

    verdict = judge(state.run)
    state.board.champions = {side: name for side, name in verdict.champions.items() if name}
    if verdict.gap is not None:
        state.events.verdict(verdict)
    state.events.progress(state)


def _record_skipped(state: RunState) -> None:
    """Record a skipped row, with its reason, for every contender that was not run."""
    run = state.run
    for name in state.board.entries:
        first = Trial(name, 0, run.plan.full)
        if first not in state.board.tried:
            left = max(0.0, state.end - state.clock.now())
            reason = NO_TIME.format(needed=round(state.expect(first)), left=round(left))
            state.keep(Result(first, "skipped", reason.en, reason.bn))
