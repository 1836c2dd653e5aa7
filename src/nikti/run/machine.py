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

from nikti.core.places import cache_dir
from nikti.executors.local import LocalPool
from nikti.protocol.plan import START_SECONDS
from nikti.run.request import Request
from nikti.run.workers import run_job

_PACKAGES = ("numpy", "scipy", "scikit-learn", "lightgbm", "torch", "timm", "tokenizers", "pandas")


def workers_and_threads() -> tuple[int, int]:
    """(trials at a time, threads of each): one thread each, a trial per core up to eight; on this
    kind of work several single-threaded trials finish more than one many-threaded."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(8, cores), 1


@dataclass(frozen=True)
class Setup:
    """What a plan must know of the machine.

    workers    trials at a time; threads: of each
    speed      beside the reference machine
    memory_mb  all there is
    gone       wall seconds of the limit that are used up before the first trial
    slowdown   wall seconds of a CPU second
    """

    device: str
    workers: int
    threads: int
    speed: float
    memory_mb: float
    gone: float = START_SECONDS
    slowdown: float = 1.0


def measure_setup(pool: LocalPool, folder: Path, request: Request) -> Setup:
    """This machine, for this run."""
    import psutil

    device = "cpu"  # hand-made features know no other, and to ask torch would take seconds
    if "deep" in request.sides or request.device is not None:
        device = run_job(pool, "device", {"kind": "device", "wanted": request.device}, folder)
    workers, threads = workers_and_threads()
    if device != "cpu":  # two trials would share the accelerator's memory
        workers, threads = 1, workers
    speed = machine_speed(lambda: run_job(pool, "speed", {"kind": "speed"}, folder))
    memory = psutil.virtual_memory().total / 2**20
    return Setup(device, workers, threads, speed, memory)


def machine(setup: Setup) -> dict[str, Any]:
    """Where the numbers were measured."""
    import psutil

    return {
        "system": f"{platform.system()} {platform.release()}",
        "cpu": _cpu_name(),
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30, 1),
        "load": round(os.getloadavg()[0], 2),
        **asdict(setup),
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
