"""What happens inside a worker process: one job in, one file out.

A job is a JSON-able dict with "kind" and what that kind needs; its outcome is written to job["out"]
(`.json`, and `.npz` for a trial), complete or not at all.
"""

from __future__ import annotations

import importlib
import json
import os
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from nikti.core import catalogue
from nikti.core.contender import Budget, Contender
from nikti.core.data import Data
from nikti.core.errors import NiktiError
from nikti.core.run import Result, Trial
from nikti.core.task import Task, for_data

#: An error text longer than this is cut: it must travel in one line of a pipe.
_LONGEST_ERROR = 1500

Emit = Callable[[dict[str, Any]], None]


def side(name: str) -> Any:
    """The module through which a side is used: "classical" or "deep"."""
    return importlib.import_module(f"nikti.{name}.side")


def contender(spec: dict[str, Any], task: Task) -> Contender:
    """The contender that {"name", "side", "options"} describes."""
    return side(spec["side"]).contender(spec["name"], task, spec["options"])


def run(job: dict[str, Any], emit: Emit) -> None:
    """Do one job; an error is told through `emit` and ends the process with a failure."""
    _log_to(Path(job["log"]))
    try:
        {
            "prepare": _prepare,
            "trial": _trial,
            "latency": _latency,
            "speed": _speed,
            "device": _device,
            "samples": _samples,
            "layers": _layers,
            "explain": _explain,
            "plan": _plan,
        }[job["kind"]](job, emit)
    except MemoryError:
        emit({"error": "not enough memory"})
        raise
    except NiktiError as error:
        emit({"error": str(error)[:_LONGEST_ERROR], "kind": type(error).__name__})
        raise
    except Exception as error:
        emit({"error": f"{type(error).__name__}: {error}"[:_LONGEST_ERROR]})
        raise


def _log_to(path: Path) -> None:
    """Send what libraries print, and the traceback of a failure, to a file beside the run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(handle, stream)
    os.close(handle)


def _write_json(path: str, body: Any) -> None:
    beside = path + ".part"
    with open(beside, "w") as handle:
        json.dump(body, handle)
    os.replace(beside, path)


def _load(job: dict[str, Any]) -> tuple[Task, Data]:
    """The task as it is measured on the job's data, and these. A run from before uneven classes had a metric
    of their own keeps the one that it was planned with."""
    from nikti.runs import cache

    task, data = catalogue.load("tasks", job["task"]).TASK, cache.load(Path(job["home"]))
    suited = for_data(task, data)
    planned = job.get("metric", suited.metrics[0].name)
    return (suited if planned == suited.metrics[0].name else task), data


def _limit_threads(threads: int) -> None:
    """OpenMP libraries that were loaded before the fork still follow this."""
    from threadpoolctl import threadpool_limits

    threadpool_limits(threads)
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(threads)
    if "cv2" in sys.modules:
        sys.modules["cv2"].setNumThreads(threads)


def _speed(job: dict[str, Any], emit: Emit) -> None:
    from nikti.protocol.cost import speed

    _limit_threads(1)
    _write_json(job["out"] + ".json", speed())


def _device(job: dict[str, Any], emit: Emit) -> None:
    """Asked in a child: a process that has looked at an accelerator cannot be forked any more."""
    from nikti.deep.device import choose

    _write_json(job["out"] + ".json", choose(job["wanted"]))


def _plan(job: dict[str, Any], emit: Emit) -> None:
    from nikti.flow.lineup import make_plan
    from nikti.flow.request import Request

    _limit_threads(1)
    task, data = _load(job)
    request = Request.of(job["settings"])
    _write_json(job["out"] + ".json", make_plan(request, task, data, job["split"], job["setup"]))


def _samples(job: dict[str, Any], emit: Emit) -> None:
    """What the report shows of the data; made once, so that a report needs neither data nor model."""
    from nikti.flow.samples import samples
    from nikti.runs.store import Store
    from nikti.verdict.judge import judge

    _limit_threads(job["threads"])
    store = Store.open(Path(job["run"]))
    run = store.run()
    _write_json(job["out"] + ".json", samples(store, run, judge(run)))
    store.close()


def _layers(job: dict[str, Any], emit: Emit) -> None:
    """How the network's layers learn; made once, so that a report needs neither data nor model."""
    from nikti.flow.layers import layers
    from nikti.runs.store import Store
    from nikti.verdict.judge import judge

    _limit_threads(job["threads"])
    store = Store.open(Path(job["run"]))
    run = store.run()
    found = layers(store, run, judge(run), device=job["device"], seconds=job["seconds"], umap=job["umap"])
    _write_json(job["out"] + ".json", found)
    store.close()


def _explain(job: dict[str, Any], emit: Emit) -> None:
    """What the champions looked at, from the models that are handed over."""
    from nikti.flow.explaining import explained
    from nikti.runs import cache, models
    from nikti.runs.store import Store
    from nikti.verdict.judge import judge

    _limit_threads(job["threads"])
    store = Store.open(Path(job["run"]))
    run, found = store.run(), {}
    verdict, home = judge(run), Path(store.get("home"))
    folders = {side: models.kept(store.folder, name) for side, name in verdict.champions.items() if name}
    kept = {side: folder for side, folder in folders.items() if folder is not None}
    if kept and home.is_dir():
        specs = store.get("contenders")
        loaded = {s: side(s).load_model(f, specs[verdict.champions[s]]["options"]) for s, f in kept.items()}
        found = explained(store, run, verdict, cache.load(home), loaded, job["seconds"])
    _write_json(job["out"] + ".json", found)
    store.close()


def _prepare(job: dict[str, Any], emit: Emit) -> None:
    """What a side computes once per data set."""
    _limit_threads(job["threads"])
    task, data = _load(job)
    _write_json(job["out"] + ".json", side(job["side"]).prepare(task, data, job["options"]))


def _seed(job: dict[str, Any]) -> int:
    """One seed per cell of the grid, the same for every contender in it."""
    key = [job["seed"], job["fold"] + 1, job["size"]]
    return int(np.random.SeedSequence(key).generate_state(1)[0] % 2**31)


def _trial(job: dict[str, Any], emit: Emit) -> None:
    from nikti.protocol.split import inner_splits
    from nikti.runs.store import pack

    began = time.perf_counter()
    _limit_threads(job["threads"])
    task, data = _load(job)
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
    _score(result, task, model, test, test_rows, scale)
    result.seconds["cpu"] = time.process_time()  # of this trial alone: the process was forked for it
    result.seconds["wall"] = time.perf_counter() - began
    if job["measure"]:
        _measure(result, model, test if len(test) else train)
    if job["model"]:
        result.bytes = _save(model, Path(job["model"]), job, train)
    body, arrays = pack(result)
    with open(job["out"] + ".npz", "wb") as handle:
        np.savez(handle, **arrays)
    _write_json(job["out"] + ".json", body)


def _rows(job: dict[str, Any], split: Any) -> tuple[np.ndarray, np.ndarray]:
    """(training rows, test rows) of the trial; the final fit is tested on the user's own test split."""
    if job["fold"] < 0:
        return split["everything"], split["held_out"]
    order = split[f"order_{job['fold']}"]
    train = order if job["size"] >= job["full"] else order[: job["size"]]
    return np.sort(train), np.flatnonzero(split["fold"] == job["fold"])


def _answers(model: Any, data: Data) -> tuple[np.ndarray, np.ndarray | None]:
    """(answers, probabilities or None)."""
    proba = model.predict_proba(data.inputs)
    return (model.predict(data.inputs) if proba is None else np.argmax(proba, axis=1)), proba


def _score(result: Result, task: Task, model: Any, test: Data, test_rows: np.ndarray, scale: float) -> None:
    report = model.report
    start = time.perf_counter()
    if len(test):
        predicted, proba = _answers(model, test)
        result.scores = task.score(test.targets, predicted, proba, scale)
        result.losses = task.losses(test.targets, predicted, scale, proba)
        result.predicted = predicted
        result.proba = None if proba is None else np.asarray(proba, dtype=np.float32)
    result.rows = test_rows
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


def _latency(job: dict[str, Any], emit: Emit) -> None:
    """How fast a model answers as it is handed over: read from its folder."""
    from nikti.protocol.cost import full, latency

    _limit_threads(job["threads"])
    _, data = _load(job)
    spec = job["contender"]
    options = {**spec["options"], "device": job["device"]}
    model = side(spec["side"]).load_model(Path(job["model"]), options)
    _write_json(job["out"] + ".json", latency(model, data.inputs, full(job["most_seconds"])))


def _folder_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _save(model: Any, folder: Path, job: dict[str, Any], train: Data) -> int:
    """Save a model for use: written beside, sealed with checksums, renamed. Returns its bytes."""
    from nikti.runs.models import keep_digests, seal

    beside = folder.with_name(folder.name + ".part")
    shutil.rmtree(beside, ignore_errors=True)
    model.save(beside)
    keep_digests(beside, train)
    seal(beside, job["card"])
    shutil.rmtree(folder, ignore_errors=True)
    os.replace(beside, folder)
    return _folder_bytes(folder)
