"""Everything that is settled before the first trial: the stored data, the split, the plan."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import platform
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from nikti.core.answers import is_plain
from nikti.core.contender import Budget
from nikti.core.data import Data, Note
from nikti.core.errors import DataError, RunError, UsageError
from nikti.core.places import cache_dir
from nikti.core.run import Trial
from nikti.core.task import Task
from nikti.flow import understand
from nikti.flow.request import Request
from nikti.protocol import plan as planning
from nikti.protocol.split import Split, grid_sizes, make_split
from nikti.runs import cache
from nikti.runs.executors.local import LocalPool
from nikti.runs.store import Store
from nikti.verdict.champions import FREEZE_FROM

#: Fewer samples than this cannot be split into training and test parts that mean anything.
FEWEST_SAMPLES = 10

#: Preparing a large data set takes a while; nothing that is no trial takes longer than this.
JOB_SECONDS = 86400.0

_PACKAGES = ("numpy", "scipy", "scikit-learn", "lightgbm", "torch", "timm", "tokenizers", "pandas")

OnEvent = Callable[[dict[str, Any]], None]


def workers_and_threads() -> tuple[int, int]:
    """(trials at a time, threads of each): one thread each, a trial per core up to eight; on this
    kind of work several single-threaded trials finish more than one many-threaded."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(8, cores), 1


def store_data(data: Data, task: Task, preset: str) -> Data:
    """The data decoded once, in the cache, keyed by content and size of picture."""
    cap = task.image_cap.get(preset, 0)
    key = hashlib.sha256(f"{data.fingerprint()}|{data.name}|{data.classes}".encode()).hexdigest()[:16]
    return cache.store(data, cache_dir() / "data" / f"{key}-{cap}", cap)


def group_duplicates(data: Data) -> tuple[Data, dict[str, Any]]:
    """Copies become groups, joined with the user's; with notes on what was found."""
    from nikti.protocol.duplicates import duplicate_groups

    groups, found = duplicate_groups(data)
    copies = found["exact"] + found["near"]
    if copies == 0:
        return data, found
    notes = [
        Note(
            "warning" if copies > 0.01 * len(data) else "info",
            "duplicates",
            f"{found['exact']} exact and {found['near']} near copies: copies of one sample never "
            "straddle a split.",
            {"exact": found["exact"], "near": found["near"]},
        )
    ]
    if found.get("conflicting"):
        notes.append(
            Note(
                "warning",
                "conflicting_duplicates",
                f"{found['conflicting']} copies carry different answers.",
                {"count": found["conflicting"]},
            )
        )
    if data.split is not None:
        tested = np.isin(groups, groups[data.split != 2]) & (data.split == 2)
        if tested.any():
            count = int(tested.sum())
            notes.append(
                Note(
                    "warning",
                    "test_split_copies",
                    f"{count} of {int((data.split == 2).sum())} samples of your test split are copies of "
                    "training samples; its score is too good by as much.",
                    {"count": count, "of": int((data.split == 2).sum())},
                )
            )
    return replace(data, groups=groups).noted(*notes), found


def choose_folds(data: Data, rows: np.ndarray) -> int:
    """Five, or as many as the samples and groups allow. Raises DataError under FEWEST_SAMPLES."""
    if len(rows) < FEWEST_SAMPLES:
        raise DataError(
            f"{data.name} has {len(rows)} labelled samples to learn from; at least {FEWEST_SAMPLES} are "
            "needed. Add samples."
        )
    units = len(rows) if data.groups is None else len(np.unique(data.groups[rows]))
    if units < 2:
        raise DataError(f"all samples of {data.name} belong to one group; nothing is left to test on.")
    return min(planning.FOLDS, units)


def save_split(folder: Path, split: Split, data: Data, scale: float) -> None:
    """The split as arrays, for the workers and for the verdict."""
    arrays = {"fold": split.fold, "scale": np.array(scale)}
    if is_plain(data.targets):
        arrays["targets"] = data.targets
    arrays["everything"] = understand.grid_rows(data)
    test = np.array([], dtype=np.int64) if data.split is None else np.flatnonzero(data.split == 2)
    arrays["held_out"] = test
    arrays.update({f"order_{k}": order for k, order in split.order.items()})
    if split.groups is not None:
        arrays["groups"] = split.groups
    beside = folder / "split.part.npz"
    np.savez(beside, **arrays)
    os.replace(beside, folder / "split.npz")


def machine(workers: int, threads: int, device: str) -> dict[str, Any]:
    """Where the numbers were measured."""
    import psutil

    return {
        "system": f"{platform.system()} {platform.release()}",
        "cpu": _cpu_name(),
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30, 1),
        "device": device,
        "workers": workers,
        "threads": threads,
        "load": round(os.getloadavg()[0], 2),
    }


def _cpu_name() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:  # not Linux: the platform's own word has to do
        return platform.processor() or platform.machine()
    return platform.processor() or platform.machine()


def versions() -> dict[str, str]:
    """Versions of Python, nikti and what computes."""
    found = {"python": platform.python_version()}
    for package in ("nikti", *_PACKAGES):
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def make_plan(
    request: Request, task: Task, data: Data, split: dict[str, Any], setup: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """(the plan as plain data, {contender: what a worker makes it from}); see `nikti.protocol.plan`.

    split: {"method", "folds", "train_sizes", "everything"}; setup: {"workers", "threads", "device",
    "speed"}. Called in a worker: a user's own files are run here for the first time, and what they do
    must not end the run's own process. Raises UsageError for a contender that cannot be used.
    """
    workers, threads, device = setup["workers"], setup["threads"], setup["device"]
    contenders, refused = understand.candidates(request, task, data)
    if not contenders:
        reasons = "; ".join(f"{r['name']}: {r['reason']}" for r in refused)
        raise UsageError(f"no contender can be used on {data.name}: {reasons}")
    preset = planning.PRESETS[request.preset]
    everything, full = split["everything"], int(np.mean(split["train_sizes"]))
    classes = max(1, len(data.classes))
    most = 1 if split["method"] == "forward_blocks" else preset.sizes
    sizes = grid_sizes(full, classes, most)
    by_name = {contender.name: contender for contender in contenders}

    def cost(name: str, size: int, effort: Budget) -> float:
        effort = replace(effort, threads=threads, device=device)
        return by_name[name].cost(task, data, size, effort) / setup["speed"]

    def memory(name: str) -> float | None:
        effort = replace(level.effort(), threads=threads, device=device)
        return by_name[name].memory(task, data, everything, effort)

    names = {s: [c.name for c in contenders if c.side == s] for s in planning.SIDES}
    busy = [s for s in planning.SIDES if names[s]]
    timing = planning.timing_seconds(request.preset, request.limit)
    seconds = (request.limit - planning.overhead(len(busy), timing)) * planning.USABLE
    budget = max(1.0, seconds * workers / max(1, len(busy)))
    frozen = ("deep",) if everything >= FREEZE_FROM else ()
    # Where groups stay together, hardly a row is left that no rung has met anything of.
    rungs = planning.rungs_of(sizes) if split["method"] == "pooled_k_fold" else ()
    level = planning.fit_level(names, sizes, everything, budget, cost, preset, split["folds"], frozen, rungs)
    racing = _racing(level, by_name, lambda name: cost(name, full, level.effort()))
    level = level if racing else replace(level, rungs=())
    planned = [name for s in planning.SIDES for name in level.names[s]]
    dropped = [
        {
            "name": item["values"]["contender"],
            "side": by_name[item["values"]["contender"]].side,
            "reason": item["text"],
        }
        for item in level.given_up
        if "contender" in item["values"]
    ]
    need = sum(planning.side_seconds(level, s, full, everything, cost) for s in planning.SIDES)
    each = {name: memory(name) for name in planned}
    stored = sum(file.stat().st_size for file in data.home.iterdir() if file.is_file()) / 1e6
    plan = {
        "metric": task.metrics[0].name,
        "percent": task.metrics[0].percent,
        "method": split["method"],
        "preset": request.preset,
        "folds": level.folds,
        "sizes": [*level.curve_sizes, full],
        "curve_sizes": list(level.curve_sizes),
        "curve_folds": level.curve_folds,
        "rungs": list(level.rungs),
        "full": full,
        "everything": everything,
        "survivors": level.survivors,
        "epochs": level.epochs,
        "tries": level.tries,
        "inner_folds": level.inner_folds,
        "frozen": list(level.frozen),
        "contenders": [
            {
                "name": name,
                "side": by_name[name].side,
                "title": by_name[name].title,
                "pretrained": by_name[name].pretrained,
                "seconds": cost(name, full, level.effort()),
                "later_seconds": cost(name, full, level.effort(known=by_name[name].side in level.frozen)),
                "rung_seconds": [cost(name, size, level.effort()) for size in level.rungs if name in racing],
                "memory_mb": each[name],
            }
            for name in planned
        ],
        "memory_mb": planning.memory(stored, each, workers),
        "refused": refused + dropped,
        "given_up": list(level.given_up),
        "seconds": planning.overhead(len(busy), min(timing, planning.TIMING_ENOUGH)) + need / workers,
        "limit": request.limit,
        "workers": workers,
        "threads": threads,
    }
    specs = {c.name: {"name": c.name, "side": c.side, "options": request.options} for c in contenders}
    return plan, specs


def _racing(
    level: planning.Level, by_name: dict[str, Any], seconds: Callable[[str], float]
) -> frozenset[str]:
    """Dear contenders that have somebody to reach: a line (a side, from scratch or pre-trained) in which
    all are dear has none."""
    found = set()
    for side in planning.SIDES:
        dear = planning.dear({name: seconds(name) for name in level.names[side]})
        marks = {by_name[name].pretrained for name in level.names[side] if name not in dear}
        found.update(name for name in dear if by_name[name].pretrained in marks)
    return frozenset(found) if level.rungs else frozenset()


def machine_speed(measured: Callable[[], float]) -> float:
    """This machine's speed beside the reference, measured once and kept in the cache: plans depend on
    it, so it must not change from run to run."""
    kept = cache_dir() / "speed.json"
    key = _cpu_name()
    try:
        known = json.loads(kept.read_text())
    except (OSError, ValueError):
        known = {}
    if key not in known:
        known[key] = measured()
        kept.parent.mkdir(parents=True, exist_ok=True)
        beside = kept.with_suffix(f".{os.getpid()}")
        beside.write_text(json.dumps(known))
        os.replace(beside, kept)
    return float(known[key])


def run_job(pool: LocalPool, id: str, job: dict[str, Any], folder: Path) -> Any:
    """One job that is no trial; its JSON answer. Raises what the job raised on purpose, RunError else."""
    return run_jobs(pool, {id: job}, folder)[id]


def run_jobs(pool: LocalPool, jobs: dict[str, dict[str, Any]], folder: Path) -> dict[str, Any]:
    """Several jobs at the same time; their JSON answers. Raises as `run_job`."""
    (folder / "work").mkdir(parents=True, exist_ok=True)
    full = [
        (id, {**job, "out": str(folder / "work" / id), "log": str(folder / "logs" / f"{id}.txt")})
        for id, job in jobs.items()
    ]
    for outcome in pool.run(full, timeout=lambda _: JOB_SECONDS):
        if outcome.outcome != "ok":
            known = {"UsageError": UsageError, "UnknownName": UsageError, "DataError": DataError}
            if outcome.kind in known:
                raise known[outcome.kind](outcome.reason)
            log = folder / "logs" / f"{outcome.id}.txt"
            raise RunError(f"{outcome.id} failed: {outcome.reason}. More in {log}.")
    return {id: json.loads((folder / "work" / f"{id}.json").read_text()) for id in jobs}


def settle(request: Request, data: Data, task: Task) -> tuple[Data, Split, dict[str, Any]]:
    """(the stored data with copies grouped, their split, the facts that people read)."""
    grouped_by_user = data.groups is not None
    data, duplicates = group_duplicates(store_data(data, task, request.preset))
    rows = understand.grid_rows(data)
    split = make_split(
        task.strata(data.targets),
        rows=rows,
        groups=data.groups,
        grouped_by_user=grouped_by_user,
        times=data.times,
        folds=choose_folds(data, rows),
        seed=request.seed,
    )
    return data, split, {**understand.facts(data, task), "duplicates": duplicates}


def plan_job(request: Request, data: Data, task: Task, split: Split, setup: dict[str, Any]) -> dict[str, Any]:
    """What a worker makes the plan from."""
    return {
        "kind": "plan",
        "settings": request.settings(),
        "setup": setup,
        "split": {
            "method": split.method,
            "folds": split.folds,
            "train_sizes": [len(order) for order in split.order.values()],
            "everything": len(understand.grid_rows(data)),
        },
        **_common(data, task, setup),
    }


def _common(data: Data, task: Task, setup: dict[str, Any]) -> dict[str, Any]:
    return {"task": task.name, "home": str(data.home), "threads": setup["threads"]}


def begin(store: Store, pool: LocalPool, request: Request, data: Data, task: Task, on_event: OnEvent) -> None:
    """Store the data, split, prepare both sides and plan; all of it written into the run."""
    data, split, found = settle(request, data, task)
    save_split(store.folder, split, data, task.scale(data.targets[understand.grid_rows(data)]))
    store.put("data", found)
    store.put("home", str(data.home))
    store.put("task", task.name)
    on_event({"event": "data", "data": found})
    setup = measure_setup(pool, store.folder, request)
    common = {"options": request.options, **_common(data, task, setup)}
    jobs: dict[str, dict[str, Any]] = {
        f"prepare-{side}": {"kind": "prepare", "side": side, **common} for side in understand.SIDES
    }
    jobs["plan"] = plan_job(request, data, task, split, setup)
    done = run_jobs(pool, jobs, store.folder)
    plan, specs = done["plan"]
    plan["prepared"] = {side: done[f"prepare-{side}"] for side in understand.SIDES}
    store.put("contenders", specs)
    store.put("machine", {**machine(setup["workers"], setup["threads"], setup["device"]), **setup})
    store.put("versions", versions())
    store.put("plan", plan)  # last: a run that has a plan has everything


def measure_setup(pool: LocalPool, folder: Path, request: Request) -> dict[str, Any]:
    """{"device", "workers", "threads", "speed", "memory_mb": all there is} of this machine for this run."""
    import psutil

    device = run_job(pool, "device", {"kind": "device", "wanted": request.device}, folder)
    workers, threads = workers_and_threads()
    if device != "cpu":  # two trials would share the accelerator's memory
        workers, threads = 1, workers
    speed = machine_speed(lambda: run_job(pool, "speed", {"kind": "speed"}, folder))
    memory = psutil.virtual_memory().total / 2**20
    return {"device": device, "workers": workers, "threads": threads, "speed": speed, "memory_mb": memory}


def planned_trial(plan: dict[str, Any], trial: Trial) -> float:
    """Expected core-seconds of a trial: a rung's own, else the full-size cost in proportion to the rows."""
    entry = next(entry for entry in plan["contenders"] if entry["name"] == trial.contender)
    rungs = dict(zip(plan["rungs"], entry["rung_seconds"], strict=False))  # none for those that do not race
    if trial.fold == 0 and trial.size in rungs:
        return rungs[trial.size]
    first = trial.fold == 0 and trial.size == plan["full"]
    return entry["seconds" if first else "later_seconds"] * trial.size / plan["full"]
