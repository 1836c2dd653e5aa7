"""What happens inside a worker process. A kind of job is a file of this folder, found by its name, with

    Job                        a dataclass of what the worker must know, JSON-able, without absolute paths
    work(job, roots, emit)     does it; returns its answer, JSON-able; emit(dict) tells of it on the way

Files are named below the folder of a root (`nikti.executors.Roots`): "run", the run's folder; "data", the
folder of the stored data sets, each named by its content; and those of the user's own files, see `_own`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from types import ModuleType
from typing import Any

from nikti.core import catalogue, plain
from nikti.executors import Roots
from nikti.jobs import _own

Emit = Callable[[dict[str, Any]], None]


def packed(job: Any, log: str, roots: Roots) -> dict[str, Any]:
    """A kind's `Job` as JSON-able data. log: the file below "run" that takes what is printed."""
    kind = type(job).__module__.rpartition(".")[2]
    return {"kind": kind, "log": log, "job": _own.away(asdict(job), roots)}


def run(work: Mapping[str, Any], roots: Roots, emit: Emit) -> Any:
    """Do one packed job, and return its answer."""
    _log_to(roots["run"] / work["log"])
    kind, job = unpacked(work, roots)
    return kind.work(job, roots, emit)


def unpacked(work: Mapping[str, Any], roots: Roots) -> tuple[ModuleType, Any]:
    """(the kind's file, its `Job`) of what `packed` made, where the roots' folders may be others."""
    kind = catalogue.load("jobs", work["kind"])
    return kind, plain.read(kind.Job, _own.here(work["job"], roots))


def _log_to(path: Path) -> None:
    """Send what libraries print, and the traceback of a failure, to a file beside the run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
    for stream in (1, 2):
        os.dup2(handle, stream)
    os.close(handle)
