"""What is prepared before the first trial: the stored data, the split, the plan."""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, cast

import numpy as np

from nikti.core import catalogue
from nikti.core.answers import is_kept
from nikti.core.data import Data, Note
from nikti.core.errors import DataError, UsageError
from nikti.core.files import write_atomic
from nikti.core.places import cache_dir
from nikti.core.plan import Plan, Prepared
from nikti.core.task import Task
from nikti.core.words import Words
from nikti.executors import Executor
from nikti.jobs import plan as plans
from nikti.jobs import prepare as preparing
from nikti.protocol import splits
from nikti.protocol.leaks import leaks
from nikti.protocol.splits import Split
from nikti.run import reading
from nikti.run.clock import LEAST
from nikti.run.machine import Setup, machine, measure_setup, versions
from nikti.run.request import Request
from nikti.run.workers import OnEvent, roots_of, run_job, run_jobs, stored_data
from nikti.storage import cache
from nikti.storage.store import Store

#: Fewer samples than this cannot be split into training and test parts that mean anything.
FEWEST_SAMPLES = 10

COPIES = Words(
    en="{exact} exact and {near} near copies: copies of one sample never straddle a split.",
    bn="{exact}টি হুবহু একই আর {near}টি প্রায় একই কপি আছে; একই নমুনার কপি কখনো দুই ভাগে পড়েনি।",
)
CONFLICTING = Words(
    en="{count} samples carry another answer than most of their copies, in {groups} groups of copies.",
    bn="{count}টি নমুনার উত্তর তার বেশির ভাগ কপির উত্তরের সঙ্গে মেলে না ({groups}টি দলে)।",
)
TESTED_COPIES = Words(
    en="{count} of {of} samples of your test split are copies of training samples; its score is too good by "
    "as much.",
    bn="আপনার টেস্ট অংশের {of}টি নমুনার {count}টি শেখানোর নমুনারই কপি; সেই স্কোর ততটাই বাড়িয়ে বলা।",
)

_FEW_SAMPLES = Words(
    en="{name} has {count} labelled samples to learn from; at least {fewest} are needed. Add samples.",
    bn="{name}-এ শেখার জন্য উত্তরসহ নমুনা আছে {count}টি; লাগে অন্তত {fewest}টি। আরও নমুনা যোগ করুন।",
)
_ONE_PART = Words(
    en="all samples of {name} {why}; nothing is left to test on.",
    bn="{name}-এর সব নমুনা {why}; পরীক্ষা নেওয়ার মতো কিছু থাকে না।",
)


def store_data(data: Data, task: Task, preset: str) -> Data:
    """The data decoded once, in the cache, keyed by content and size of picture."""
    cap = task.image_cap.get(preset, 0)
    key = hashlib.sha256(f"{data.fingerprint}|{data.name}|{data.classes}".encode()).hexdigest()[:16]
    return cache.store(data, cache_dir() / "data" / f"{key}-{cap}", cap)


def group_duplicates(data: Data) -> tuple[Data, dict[str, Any]]:
    """Copies become groups, joined with the user's; with notes on what was found."""
    from nikti.protocol.duplicates import duplicate_groups

    groups, found = duplicate_groups(data)
    copies = found["exact"] + found["near"]
    if copies == 0:
        return data, found
    notes = [
        Note.of(
            "warning" if copies > 0.01 * len(data) else "info",
            "duplicates",
            COPIES,
            {"exact": found["exact"], "near": found["near"]},
        )
    ]
    if found.get("conflicting"):
        notes.append(
            Note.of(
                "warning",
                "conflicting_duplicates",
                CONFLICTING,
                {"count": found["conflicting"], "groups": found["conflicting_groups"]},
            )
        )
    if data.split is not None:
        tested = np.isin(groups, groups[data.split != 2]) & (data.split == 2)
        if tested.any():
            values = {"count": int(tested.sum()), "of": int((data.split == 2).sum())}
            notes.append(Note.of("warning", "test_split_copies", TESTED_COPIES, values))
    return replace(data, groups=groups).noted(*notes), found


def split_data(task: Task, data: Data, grouped_by_user: bool, seed: int) -> Split:
    """The split that the task or the data ask for, in as many folds as that way of splitting makes of so many
    samples. Raises DataError where there are too few to split."""
    rows = reading.grid_rows(data)
    if len(rows) < FEWEST_SAMPLES:
        raise DataError(_FEW_SAMPLES.format(name=data.name, count=len(rows), fewest=FEWEST_SAMPLES))
    asked = splits.Request(
        labels=task.strata(data.targets),
        rows=rows,
        groups=data.groups,
        times=data.times,
        folds=0,
        seed=seed,
        named=grouped_by_user,
        horizon=task.horizon(data),
    )
    way = splits.of(task.split or splits.choose(asked))
    folds = min(way.FOLDS, way.most(asked))
    if folds < 2:
        raise DataError(_ONE_PART.format(name=data.name, why=way.TOO_FEW))
    return way.split(replace(asked, folds=folds))


def save_split(folder: Path, split: Split, data: Data, task: Task) -> None:
    """The split as arrays, for the workers and for the verdict."""
    scale = task.scale(data.targets[reading.grid_rows(data)])
    arrays: dict[str, Any] = {"fold": split.fold, "scale": np.array(scale)}
    arrays["horizon"] = np.array(task.horizon(data))
    if is_kept(data.targets):
        arrays["targets"] = data.targets
    arrays["everything"] = reading.grid_rows(data)
    test = np.array([], dtype=np.int64) if data.split is None else np.flatnonzero(data.split == 2)
    arrays["held_out"] = test
    arrays.update({f"order_{k}": order for k, order in split.order.items()})
    if split.groups is not None:
        arrays["groups"] = split.groups
    write_atomic(folder / "split.npz", lambda file: np.savez(file, **cast(Any, arrays)))


def prepare_data(request: Request, data: Data, task: Task) -> tuple[Data, Split, dict[str, Any]]:
    """(the stored data with copies grouped, their split, the facts that people read)."""
    grouped_by_user, files = data.groups is not None, getattr(data.inputs, "paths", None)
    data, duplicates = group_duplicates(store_data(data, task, request.preset))
    data = data.noted(*leaks(data, task, files))
    split = split_data(task, data, grouped_by_user, request.seed)
    return data, split, {**reading.facts(data, task), "duplicates": duplicates}


def plan_job(request: Request, data: Data, task: Task, split: Split, setup: Setup) -> plans.Job:
    """What a worker makes the plan from."""
    grid = {
        "method": split.method,
        "folds": split.folds,
        "train_sizes": [len(order) for order in split.order.values()],
        "everything": len(reading.grid_rows(data)),
    }
    return _plan_job(request, data, task, grid, setup)


def _plan_job(request: Request, data: Data, task: Task, grid: dict[str, Any], setup: Setup) -> plans.Job:
    settings = replace(request, source=None).settings()  # it plans on the data as stored
    return plans.Job(settings, task.name, data.folder.name, grid, asdict(setup))


def prepare_run(
    store: Store,
    pool: Executor,
    request: Request,
    data: Data,
    task: Task,
    began: float | None,
    on_event: OnEvent,
) -> None:
    """Store the data, split, prepare both sides and plan; all of it written into the run. began: the moment
    from which the time limit counts; None where there is none."""
    data, split, found = prepare_data(request, data, task)
    save_split(store.folder, split, data, task)
    store.put("data", found)
    store.put("home", str(data.home))
    store.put("task", task.name)
    on_event({"event": "data", "data": found})
    setup = measure_setup(pool, store.folder, request)
    store.put("machine", machine(setup))
    # Within a limit, what only the deep side waits for is made beside the first trials.
    sides = request.sides if began is None else ("classical",)
    jobs = {f"prepare-{side}": prepare_job(store, request, side) for side in sides}
    costs: list[tuple[float, float]] = []
    roots = roots_of(store)
    prepared = run_jobs(pool, jobs, roots, costs=costs)
    if began is not None:
        setup = replace(setup, spent=seconds_spent(began, request.limit), slowdown=slowdown(costs))
    body, specs = run_job(pool, "plan", plan_job(request, data, task, split, setup), roots)
    done = {side: Prepared.from_json(prepared[f"prepare-{side}"]) for side in sides}
    store.put("contenders", specs)
    store.put("machine", machine(setup))
    store.put("versions", versions())
    store.put_plan(replace(Plan.from_json(body), prepared=done))  # last: a run that has a plan has everything


def prepare_job(store: Store, request: Request, side: str) -> preparing.Job:
    """What a worker makes of the stored data once for all trials of a side."""
    threads = store.get("machine")["threads"]
    return preparing.Job(side, store.get("task"), stored_data(store), request.options, threads)


def seconds_spent(began: float, limit: float) -> float:
    """Wall seconds used so far, rounded up to a twentieth of the limit, so that the plan does not depend
    on small differences."""
    step = limit / 20
    return step * math.ceil((time.monotonic() - began) / step)


def slowdown(costs: Sequence[tuple[float, float]]) -> float:
    """Wall seconds of a CPU second on this machine as it is, from (CPU, wall) seconds of jobs: 1, or a
    power of the square root of 2, so that the plan does not depend on small differences.

    >>> slowdown([(0.1, 3.0)]), slowdown([(2.0, 2.1), (1.0, 1.3)]), slowdown([(2.0, 6.0), (1.0, 3.0)])
    (1.0, 1.0, 2.8284271247461903)
    """
    measurable = [(cpu, wall) for cpu, wall in costs if cpu >= LEAST]
    if not measurable:
        return 1.0
    ratio = sum(wall for _, wall in measurable) / sum(cpu for cpu, _ in measurable)
    return float(2 ** (max(0, round(2 * math.log2(ratio))) / 2))


def plan_anew(store: Store, pool: Executor, request: Request, began: float) -> None:
    """A plan for what is left of a run under a new limit; what was run stays as it was planned."""
    from nikti.run.planning import resume_plan  # it brings the statistics, which a new run needs later

    old, data = store.plan(), cache.load(Path(store.get("home")))
    task = catalogue.load("tasks", store.get("task")).TASK
    stored = store.get("machine")
    measured = {key: stored[key] for key in ("device", "workers", "threads", "speed", "memory_mb")}
    setup = Setup(**measured, spent=seconds_spent(began, request.limit))
    split = {
        "method": old.method,
        "folds": old.folds,
        "train_sizes": [old.full],
        "everything": old.everything,
    }
    job = _plan_job(request, data, task, split, setup)
    try:
        body, specs = run_job(pool, "plan", job, roots_of(store))
    except UsageError:  # too short for anything new: the old plan still says what there is
        return
    plan = resume_plan(old, Plan.from_json(body), [result.trial for result in store.results()])
    recipes_before = store.get("contenders")
    recipes = {entry.name: entry.recipe for entry in plan.contenders}
    store.put("contenders", {n: recipes_before.get(n) or {**specs[r], "name": r} for n, r in recipes.items()})
    store.put_plan(plan)
