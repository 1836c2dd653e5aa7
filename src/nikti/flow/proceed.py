"""Running what the plan holds, from wherever the run stands, within the time that is left."""

from __future__ import annotations

import math
import shutil
from contextlib import nullcontext

from nikti.core.run import Result, Run, Trial
from nikti.flow import price
from nikti.flow.clock import Clock
from nikti.flow.course import Course
from nikti.flow.jobs import OnEvent
from nikti.protocol import energy, plan, schedule
from nikti.protocol.shorten import too_long
from nikti.runs.executors.local import Job, LocalPool, queue
from nikti.runs.store import Store
from nikti.verdict.judge import judge


def proceed(
    store: Store, pool: LocalPool, *, limit: float, started: float, on_event: OnEvent, workers: int
) -> Run:
    """Run trials until there are none worth running or the time is up; returns the run, its models timed."""
    run = store.run()
    clock = Clock(limit, started, run.machine.get("slowdown", 1.0))
    sides = len({entry["side"] for entry in run.plan["contenders"]})
    closing = plan.closing(run.plan["preset"], limit)
    course = Course(store, pool, run, clock, on_event, clock.end - closing.total(sides))
    shutil.rmtree(store.folder / "work", ignore_errors=True)
    _run_trials(course, workers)
    price.time_predictions(course, schedule.finals(course.board), closing)
    _say_what_was_not_run(course)
    return run


def fit_on_all_rows(
    store: Store, pool: LocalPool, run: Run, name: str, began: float, on_event: OnEvent
) -> Result:
    """Train one contender on all rows, however long it takes."""
    course = Course(store, pool, run, Clock(math.inf, began), on_event)
    trial = Trial(name, schedule.FINAL, run.plan["everything"])
    jobs = queue([(trial.key, course.job(trial))], course.allowance(trial))
    for outcome in pool.run(
        jobs,
        on_start=lambda key: course.started(trial),
        on_message=lambda key, message: course.tell.progress(trial, message),
    ):
        course.ended(trial, outcome)
    return run.results[0]


def _run_trials(course: Course, workers: int) -> None:
    """One trial after the other, as the schedule has them."""
    by_key: dict[str, Trial] = {}
    counters = energy.counters(course.run.machine["device"])

    def following() -> Job | None:
        _shorten(course, workers)
        trial = schedule.next_trial(
            course.board, course.expect, course.end - course.clock.now(), workers, list(course.running)
        )
        if trial is None:
            return None
        by_key[trial.key] = trial
        return trial.key, course.job(trial), course.allowance(trial)

    with price.EnergyOf(course, counters) if counters else nullcontext() as metered:
        for outcome in course.pool.run(
            following,
            workers=workers,
            on_start=lambda key: (metered and metered.start(by_key[key]), course.started(by_key[key])),
            on_message=lambda key, message: course.tell.progress(by_key[key], message),
        ):
            trial = by_key[outcome.id]
            if metered:
                metered.end(trial, outcome.cpu)
            course.ended(trial, outcome)
            _tell_verdict(course)


def _shorten(course: Course, workers: int) -> None:
    """Cut the efforts of who was not run yet, where there is no longer time for them as they were planned;
    the plan says so from then on."""
    left = course.end - course.clock.now()
    cut = too_long(course.board, course.wall, left, workers, list(course.running))
    for name, priced in cut.items():
        entry = course.board.entries[name]
        rest = entry["shorter"]
        if priced is entry or not rest:
            continue
        at = rest.index(priced)
        entry |= {**priced, "shorter": rest[at + 1 :]}
        effort = entry["effort"]
        text = (
            f"The machine was slower than planned: {name} trains {effort['epochs']} epochs, on pictures of "
            f"{effort['scale']:.0%} of their side."
        )
        values = {"contender": name, "epochs": effort["epochs"], "percent": round(100 * effort["scale"])}
        course.run.plan["given_up"].append({"code": "slower_than_planned", "text": text, "values": values})
    if cut:
        course.store.put("plan", course.run.plan)


def _tell_verdict(course: Course) -> None:
    """What the rows say by now, as soon as each side has one, and who leads from here on."""
    verdict = judge(course.run)
    course.board.champions = {side: name for side, name in verdict.champions.items() if name}
    if verdict.gap is not None:
        course.tell.verdict(verdict)
    course.tell.progress_of(course)


def _say_what_was_not_run(course: Course) -> None:
    """A row with the reason for every contender that the time did not reach."""
    run = course.run
    for name in course.board.entries:
        first = Trial(name, 0, run.plan["full"])
        if first not in course.board.tried:
            left = max(0.0, course.end - course.clock.now())
            reason = f"no time was left: it takes about {course.expect(first):.0f} s, there were {left:.0f} s"
            course.keep(Result(first, "skipped", reason))
