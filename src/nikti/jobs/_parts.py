"""What several kinds of jobs share: their data, their threads."""

from __future__ import annotations

import sys

from nikti.core import catalogue
from nikti.core.data import Data
from nikti.core.task import Task
from nikti.executors import Roots


def load(task: str, data: str, roots: Roots, metric: str | None = None) -> tuple[Task, Data]:
    """A task as it is measured on stored data, and these. A run from before uneven classes had a metric of
    their own keeps the one that it was planned with."""
    from nikti.storage import cache

    found, stored = catalogue.load("tasks", task).TASK, cache.load(roots["data"] / data)
    suited = found.for_data(stored)
    return (suited if metric in (None, suited.metrics[0].name) else found), stored


def limit_threads(threads: int) -> None:
    """OpenMP libraries that were loaded before the job began still follow this."""
    from threadpoolctl import threadpool_limits

    threadpool_limits(threads)
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(threads)
    if "cv2" in sys.modules:
        sys.modules["cv2"].setNumThreads(threads)
