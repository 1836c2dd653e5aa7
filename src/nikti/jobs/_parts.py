"""What several kinds of jobs share: their data, their threads, their answer."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from nikti.core import catalogue
from nikti.core.data import Data
from nikti.core.task import Task


def write_json(path: str, body: Any) -> None:
    """Write a document as a whole or not at all: beside its place first, then moved there."""
    beside = path + ".part"
    with open(beside, "w") as handle:
        json.dump(body, handle)
    os.replace(beside, path)


def load(job: dict[str, Any]) -> tuple[Task, Data]:
    """The task as it is measured on the job's data, and these. A run from before uneven classes had a metric
    of their own keeps the one that it was planned with."""
    from nikti.storage import cache

    task, data = catalogue.load("tasks", job["task"]).TASK, cache.load(Path(job["home"]))
    suited = task.for_data(data)
    planned = job.get("metric", suited.metrics[0].name)
    return (suited if planned == suited.metrics[0].name else task), data


def limit_threads(threads: int) -> None:
    """OpenMP libraries that were loaded before the fork still follow this."""
    from threadpoolctl import threadpool_limits

    threadpool_limits(threads)
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(threads)
    if "cv2" in sys.modules:
        sys.modules["cv2"].setNumThreads(threads)
