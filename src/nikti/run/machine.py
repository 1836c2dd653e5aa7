"""The machine that a run is measured on: what it is, how fast it is, how much of it a run uses."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from nikti.core.files import write_atomic
from nikti.core.machine import cores, load, memory, processor
from nikti.core.places import cache_dir
from nikti.executors import Executor
from nikti.jobs import device as devices
from nikti.jobs import speed as speeds
from nikti.protocol.plan import START_SECONDS
from nikti.run.request import Request
from nikti.run.workers import roots, run_job

_PACKAGES = ("numpy", "scipy", "scikit-learn", "lightgbm", "torch", "timm", "tokenizers", "pandas")


def workers_and_threads() -> tuple[int, int]:
    """(trials at a time, threads of each): one thread each, a trial per core up to eight; on this
    kind of work several single-threaded trials finish more than one many-threaded."""
    return min(8, cores()), 1


@dataclass(frozen=True)
class Setup:
    """What a plan must know of the machine.

    workers    trials at a time; threads: of each
    speed      beside the reference machine
    memory_mb  all there is
    spent      wall seconds of the limit that are used up before the first trial
    slowdown   wall seconds of a CPU second
    """

    device: str
    workers: int
    threads: int
    speed: float
    memory_mb: float
    spent: float = START_SECONDS
    slowdown: float = 1.0


def measure_setup(pool: Executor, folder: Path, request: Request) -> Setup:
    """Measure this machine for a run; returns its `Setup`."""
    here = roots(folder, {})
    device = "cpu"  # hand-made features know no other, whatever is asked for; to ask torch would take seconds
    if "deep" in request.sides:
        device = run_job(pool, "device", devices.Job(request.device), here)
    workers, threads = workers_and_threads()
    if device != "cpu":  # two trials would share the accelerator's memory
        workers, threads = 1, workers
    speed = machine_speed(lambda: run_job(pool, "speed", speeds.Job(), here))
    return Setup(device, workers, threads, speed, memory().total / 2**20)


def machine(setup: Setup) -> dict[str, Any]:
    """Facts about the machine, for the report."""
    return {
        "system": f"{platform.system()} {platform.release()}",
        "cpu": processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(memory().total / 2**30, 1),
        "load": round(load(), 2),
        **asdict(setup),
    }


def versions() -> dict[str, str]:
    """Versions of Python, nikti and what computes."""
    found = {"python": platform.python_version()}
    for package in ("nikti", *_PACKAGES):
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def machine_speed(measured: Callable[[], float]) -> float:
    """This machine's speed beside the reference, measured once and filed in the cache: plans depend on
    it, so it must not change from run to run."""
    file = cache_dir() / "speed.json"
    key, speeds = processor(), _speeds(file)
    if key not in speeds:
        speeds[key] = measured()
        write_atomic(file, json.dumps(speeds))
    return speeds[key]


def _speeds(file: Path) -> dict[str, float]:
    """The speeds that a file holds; what in it is none, or the whole where it is no such file, is as good as
    not there."""
    try:
        found = json.loads(file.read_text())
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {key: float(value) for key, value in found.items() if type(value) in (int, float) and value > 0}
