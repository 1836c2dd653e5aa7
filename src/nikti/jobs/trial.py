"""One cell of the grid: a contender learns from a fold's training rows and is scored on its test rows."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from typing import Any, cast

import numpy as np

from nikti.core.contender import Budget
from nikti.core.data import Data
from nikti.core.run import Result, Trial
from nikti.core.task import Task
from nikti.jobs import Emit
from nikti.jobs._parts import limit_threads, load, write_json
from nikti.sides import contender


def work(job: dict[str, Any], emit: Emit) -> None:
    """Fit, score and, where asked for, time and keep the model."""
    from nikti.protocol.inner import inner_splits
    from nikti.storage.store import pack

    began = time.perf_counter()
    limit_threads(job["threads"])
    task, data = load(job)
    groups = None
    with np.load(job["split"], allow_pickle=False) as split:
        train_rows, test_rows = _rows(job, split)
        groups = split["groups"] if "groups" in split.files else None
        scale = float(split["scale"])
    train, test = data.subset(train_rows), data.subset(test_rows)
    inner = []
    if job["tries"] > 0:
        inner = inner_splits(
            task.strata(train.targets),
            groups=None if groups is None else groups[train_rows],
            times=train.times,
            seed=_seed(job),
            folds=job["inner_folds"],
        )
    budget = Budget(
        tries=job["tries"],
        params=job["params"],
        stop=job["stop"],
        epochs=job["epochs"],
        scale=job["scale"],
        threads=job["threads"],
        device=job["device"],
        seconds=job["seconds"],
        scratch=Path(job["scratch"]),
    )
    last = [0.0]

    def progress(fraction: float, text: str) -> None:
        now = time.monotonic()
        if now - last[0] > 0.5:  # a few lines a second are enough for a person
            last[0] = now
            emit({"fraction": round(float(fraction), 3), "text": text[:200]})

    model = contender(job["contender"], task).fit(
        task, train, inner=inner, seed=_seed(job), budget=budget, progress=progress
    )
    result = Result(Trial(job["name"], job["fold"], job["size"]), "ok")
    _score(result, task, model, test, test_rows, scale, np.random.default_rng([_seed(job), 1]))
    result.seconds["cpu"] = time.process_time()  # of this trial alone: the process was forked for it
    result.seconds["wall"] = time.perf_counter() - began
    if job["measure"]:
        _measure(result, model, test if len(test) else train)
    if job["model"]:
        result.bytes = _save(model, Path(job["model"]), job, train)
    body, arrays = pack(result)
    with open(job["out"] + ".npz", "wb") as handle:
        np.savez(handle, **cast(Any, arrays))  # its types take any name for a flag
    write_json(job["out"] + ".json", body)


def _seed(job: dict[str, Any]) -> int:
    """One seed per cell of the grid, the same for every contender in it."""
    key = [job["seed"], job["fold"] + 1, job["size"]]
    return int(np.random.SeedSequence(key).generate_state(1)[0] % 2**31)


def _rows(job: dict[str, Any], split: Any) -> tuple[np.ndarray, np.ndarray]:
    """(training rows, test rows) of the trial; the final fit is tested on the user's own test split."""
    if job["fold"] < 0:
        return split["everything"], split["held_out"]
    order = split[f"order_{job['fold']}"]
    train = order if job["size"] >= job["full"] else order[: job["size"]]
    return np.sort(train), np.flatnonzero(split["fold"] == job["fold"])


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


def _save(model: Any, folder: Path, job: dict[str, Any], train: Data) -> int:
    """Save a model for use: written beside, sealed with checksums, renamed. Returns its bytes."""
    from nikti.storage.models import keep_digests, seal

    beside = folder.with_name(folder.name + ".part")
    shutil.rmtree(beside, ignore_errors=True)
    model.save(beside)
    keep_digests(beside, train)
    seal(beside, job["card"])
    shutil.rmtree(folder, ignore_errors=True)
    os.replace(beside, folder)
    return _folder_bytes(folder)


def _folder_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
