"""One cell of the grid: a contender learns from a fold's training rows and is scored on its test rows."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np

from nikti.core.contender import Budget, ContenderSpec
from nikti.core.data import Data
from nikti.core.files import folder_atomic, write_atomic
from nikti.core.run import Result, Trial
from nikti.core.task import Task
from nikti.executors import Roots
from nikti.jobs import Emit
from nikti.jobs._parts import limit_threads, load
from nikti.sides import contender
from nikti.storage.card import Card


@dataclass(frozen=True)
class Job:
    """contender: see `nikti.sides.contender`; data: the name of the stored data; metric: the one that the run
    was planned with; fold, size: see `nikti.core.run.Trial`; full: the largest size of the grid;
    tries, inner_folds, params, stop, epochs, scale, threads, device, seconds: see
    `nikti.core.contender.Budget`; measure: whether the model is timed and its features weighed; model, card:
    where it is kept and what it says of itself, or None; scratch: a folder for what is not finished; arrays:
    the file that takes the result's arrays. All of these below "run"."""

    name: str
    contender: ContenderSpec
    task: str
    metric: str
    data: str
    fold: int
    size: int
    full: int
    seed: int
    tries: int
    inner_folds: int
    params: dict[str, Any] | None
    stop: float | None
    epochs: int | None
    scale: float
    threads: int
    device: str
    measure: bool
    model: str | None
    card: Card | None
    scratch: str
    arrays: str
    seconds: float | None = None


def work(job: Job, roots: Roots, emit: Emit) -> dict[str, Any]:
    """Fit, score and, where asked for, time and keep the model; the result's body, see
    `nikti.storage.store.pack`."""
    from nikti.protocol.inner import inner_splits
    from nikti.storage.store import pack

    began, cpu = time.perf_counter(), time.process_time()
    limit_threads(job.threads)
    task, data = load(job.task, job.data, roots, job.metric)
    groups = None
    with np.load(roots["run"] / "split.npz", allow_pickle=False) as split:
        train_rows, test_rows = _rows(job, split)
        groups = split["groups"] if "groups" in split.files else None
        scale = float(split["scale"])
        horizon = float(split["horizon"]) if "horizon" in split.files else 0.0  # runs of older versions
    train, test = data.subset(train_rows), data.subset(test_rows)
    inner = []
    if job.tries > 0:
        inner = inner_splits(
            task.strata(train.targets),
            groups=None if groups is None else groups[train_rows],
            times=train.times,
            seed=_seed(job),
            folds=job.inner_folds,
            horizon=horizon,
        )
    model = contender(job.contender, task).fit(
        task, train, inner=inner, seed=_seed(job), budget=_budget(job, roots), progress=_progress(emit)
    )
    result = Result(Trial(job.name, job.fold, job.size), "ok")
    _score(result, task, model, test, test_rows, scale, np.random.default_rng([_seed(job), 1]))
    result.seconds["cpu"] = time.process_time() - cpu
    result.seconds["wall"] = time.perf_counter() - began
    if job.measure:
        _measure(result, model, test if len(test) else train)
    if job.model is not None and job.card is not None:
        result.bytes = _save(model, roots["run"] / job.model, job.card, train)
    body, arrays = pack(result)
    write_atomic(roots["run"] / job.arrays, lambda file: np.savez(file, **cast(Any, arrays)))
    return body


def _budget(job: Job, roots: Roots) -> Budget:
    scratch = roots["run"] / job.scratch
    scratch.mkdir(parents=True, exist_ok=True)
    return Budget(
        tries=job.tries,
        params=job.params,
        stop=job.stop,
        epochs=job.epochs,
        scale=job.scale,
        threads=job.threads,
        device=job.device,
        seconds=job.seconds,
        scratch=scratch,
    )


def _progress(emit: Emit) -> Callable[[float, str], None]:
    last = [0.0]

    def progress(fraction: float, text: str) -> None:
        now = time.monotonic()
        if now - last[0] > 0.5:  # a few lines a second are enough for a person
            last[0] = now
            emit({"fraction": round(float(fraction), 3), "text": text[:200]})

    return progress


def _seed(job: Job) -> int:
    """One seed per cell of the grid, the same for every contender in it."""
    key = [job.seed, job.fold + 1, job.size]
    return int(np.random.SeedSequence(key).generate_state(1)[0] % 2**31)


def _rows(job: Job, split: Any) -> tuple[np.ndarray, np.ndarray]:
    """(training rows, test rows) of the trial; the final fit is tested on the user's own test split."""
    if job.fold < 0:
        return split["everything"], split["held_out"]
    order = split[f"order_{job.fold}"]
    train = order if job.size >= job.full else order[: job.size]
    return np.sort(train), np.flatnonzero(split["fold"] == job.fold)


def _score(
    result: Result,
    task: Task,
    model: Any,
    test: Data,
    test_rows: np.ndarray,
    scale: float,
    rng: np.random.Generator,
) -> None:
    report = model.report
    start = time.perf_counter()
    result.rows = test_rows
    if len(test):
        measured = task.measure(model, test, rng, scale)
        result.scores, result.losses = measured.scores, measured.losses
        result.predicted, proba = measured.predicted, measured.proba
        result.proba = None if proba is None else np.asarray(proba, dtype=np.float32)
        result.rows = test_rows[measured.units]
    result.seconds = {
        "features": report.feature_seconds,
        "search": report.search_seconds,
        "fit": report.fit_seconds,
        "predict": time.perf_counter() - start,
    }
    result.inner_score = float(report.inner_score)
    result.inner_error = float(report.inner_error)
    result.params = dict(report.params)
    result.stop = report.stop
    result.epochs, result.recipe_epochs = report.epochs, report.recipe_epochs
    result.training_curve = list(report.training_curve)
    result.parameters = report.parameters
    result.notes = list(report.notes)


def _measure(result: Result, model: Any, data: Data) -> None:
    from nikti.protocol.cost import SHORT, latency

    result.predict_ms, result.timing = latency(model, data.inputs, SHORT)
    result.importance = model.importance()


def _save(model: Any, folder: Path, card: Card, train: Data) -> int:
    """Save a model for use, sealed with checksums, in place of one that is there. Returns its bytes."""
    from nikti.storage.models import keep_digests, seal

    with folder_atomic(folder, replace=True) as beside:
        model.save(beside)
        keep_digests(beside, train)
        seal(beside, card)
    return _folder_bytes(folder)


def _folder_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
