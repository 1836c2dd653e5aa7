"""Running what the plan holds, from wherever the run stands, within the time that is left."""

from __future__ import annotations

import math
import shutil
from contextlib import nullcontext
from dataclasses import replace

from nikti.core import files
from nikti.core.plan import GivenUp, Prepared
from nikti.core.run import Result, Run, Trial
from nikti.core.words import Words
from nikti.executors import Allowance, Executor, Job, Outcome, queue
from nikti.protocol import energy, plan, schedule
from nikti.protocol.shorten import too_long
from nikti.run import metering
from nikti.run.clock import Clock
from nikti.run.course import Course
from nikti.run.prepare import prepare_job
from nikti.run.request import Request
from nikti.run.workers import OnEvent, answer, ask
from nikti.storage.store import Store

SLOWER = Words(
    en="The machine was slower than planned: {contender} trains {epochs} epochs, on pictures of "
    "{percent}% of "
    "their side.",
    bn="মেশিন ধারণার চেয়ে ধীর ছিল, তাই {contender} শিখেছে {epochs} ইপক, ছবির পাশের মাপ {percent}%।",
)
NO_TIME = Words(
    en="no time was left: it takes about {needed} s, there were {left} s",
    bn="সময় বাকি ছিল না: এর লাগে প্রায় {needed} সেকেন্ড, বাকি ছিল {left}",
)


def proceed(
    store: Store, pool: Executor, *, limit: float, started: float, on_event: OnEvent, workers: int
) -> Run:
    """Run trials until there are none worth running or the time is up; returns the run, its models timed."""
    run = store.run()
    clock = Clock(limit, started, run.machine.get("slowdown", 1.0))
    closing = plan.closing(run.plan.preset, limit)
    after = closing.total(len(run.plan.sides), workers)
    course = Course(store, pool, run, clock, on_event, clock.end - after)
    shutil.rmtree(store.folder / "work", ignore_errors=True)
    for models in ("models", "first_fold"):
        files.sweep(store.folder / models)
    _run_trials(course, workers)
    metering.time_predictions(course, schedule.finals(course.board), closing)
    _say_what_was_not_run(course)
    return run


def fit_on_all_rows(
    store: Store, pool: Executor, run: Run, name: str, began: float, on_event: OnEvent
) -> Result:
    """Train one contender on all rows, however long it takes."""
    course = Course(store, pool, run, Clock(math.inf, began), on_event)
    trial = Trial(name, schedule.FINAL, run.plan.everything)
    for outcome in pool.run(
        queue([course.job(trial)]),
        course.roots,
        on_start=lambda key: course.started(trial),
        on_message=lambda key, message: course.tell.progress(trial, message),
    ):
        course.ended(trial, outcome)
    return run.results[0]


def _run_trials(course: Course, workers: int) -> None:
    """One trial after the other, as the schedule has them."""
    by_key: dict[str, Trial] = {}
    preparing = _Preparing(course)
    counters = energy.counters(course.run.machine["device"])

    def following() -> Job | None:
        if (job := preparing.following()) is not None:
            return job
        _shorten(course, workers)
        trial = schedule.next_trial(
            course.board, course.expect, course.end - course.clock.now(), workers, list(course.running)
        )
        if trial is None:
            return None
        by_key[trial.key] = trial
        return course.job(trial)

    def started(key: str) -> None:
        if key in by_key:
            if metered:
                metered.start(by_key[key])
            course.started(by_key[key])

    with metering.EnergyOf(course, counters) if counters else nullcontext() as metered:
        for outcome in course.pool.run(
            following,
            course.roots,
            workers=workers,
            on_start=started,
            on_message=lambda key, message: course.tell.progress(by_key[key], message),
        ):
            if preparing.ended(outcome):
                continue
            trial = by_key[outcome.id]
            if metered:
                metered.end(trial, outcome.cpu)
            course.ended(trial, outcome)
            _tell_verdict(course)


class _Preparing:
    """What a side makes once for all of its trials, beside those that need not wait for it."""

    def __init__(self, course: Course):
        self.course = course
        sides = Request.of(course.store.get("settings")).sides
        self.sides = [side for side in sides if side not in course.run.plan.prepared]
        if self.sides:
            course.board.waiting = set(course.run.plan.unprepared)

    def following(self) -> Job | None:
        """The next side's job, None where all were sent."""
        if not self.sides:
            return None
        side, store = self.sides.pop(0), self.course.store
        job = prepare_job(store, Request.of(store.get("settings")), side)
        return ask(f"prepare-{side}", job, self.course.roots, Allowance(self.course.end))

    def ended(self, outcome: Outcome) -> bool:
        """Take an outcome if it is of such a job; raises what the job raised, but not for want of time: who
        waits for it is then not run."""
        name, _, side = outcome.id.partition("-")
        if name != "prepare":
            return False
        course = self.course
        if outcome.outcome != "timeout":
            found = Prepared.from_json(answer(outcome, course.roots))
            old = course.run.plan
            course.replan(replace(old, prepared={**old.prepared, side: found}))
            course.board.waiting = set()
        return True


def _shorten(course: Course, workers: int) -> None:
    """Cut the efforts of who was not run yet, where there is no longer time for them as they were planned;
    the plan says so from then on."""
    left = course.end - course.clock.now()
    cut = too_long(course.board, course.wall, left, workers, list(course.running))
    for name, priced in cut.items():
        effort = priced.effort
        values = {"contender": name, "epochs": effort.epochs, "percent": round(100 * effort.scale)}
        given_up = GivenUp("slower_than_planned", SLOWER.format(**values), values)
        course.replan(course.run.plan.shortened(name, priced, given_up))


def _tell_verdict(course: Course) -> None:
    """What the rows say by now, as soon as each side has one, and who leads from here on."""
    from nikti.verdict.judge import judge  # half a second, which no first trial waits for

    verdict = judge(course.run)
    course.board.champions = {side: name for side, name in verdict.champions.items() if name}
    if verdict.gap is not None:
        course.tell.verdict(verdict)
    course.tell.progress_of(course)


def _say_what_was_not_run(course: Course) -> None:
    """A row with the reason for every contender that the time did not reach."""
    run = course.run
    for name in course.board.entries:
        first = Trial(name, 0, run.plan.full)
        if first not in course.board.tried:
            left = max(0.0, course.end - course.clock.now())
            reason = NO_TIME.format(needed=round(course.expect(first)), left=round(left))
            course.keep(Result(first, "skipped", reason.en, reason.bn))
