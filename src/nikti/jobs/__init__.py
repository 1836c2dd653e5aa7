"""What happens inside a worker process: one job in, one file out.

A job is a JSON-able dict with "kind", the file of this folder whose `work(job, emit)` does it, and what that
kind needs; its outcome is written to job["out"] (`.json`, and `.npz` for a trial), complete or not at all.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nikti.core import catalogue
from nikti.core.errors import NiktiError

#: An error text longer than this is cut: it must travel in one line of a pipe.
_LONGEST_ERROR = 1500

Emit = Callable[[dict[str, Any]], None]


def run(job: dict[str, Any], emit: Emit) -> None:
    """Do one job; an error is told through `emit` and ends the process with a failure."""
    _log_to(Path(job["log"]))
    try:
        catalogue.load("jobs", job["kind"]).work(job, emit)
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
