"""What a side computes once per data set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nikti.executors import Roots
from nikti.jobs import Emit
from nikti.jobs._parts import limit_threads, load
from nikti.sides import side


@dataclass(frozen=True)
class Job:
    """options: see `nikti.run.request.Request.options`; data: the name of the stored data."""

    side: str
    task: str
    data: str
    options: dict[str, Any]
    threads: int


def work(job: Job, roots: Roots, emit: Emit) -> dict[str, Any]:
    """The side's `Prepared` as JSON; features are stored beside the data."""
    limit_threads(job.threads)
    return side(job.side).prepare(*load(job.task, job.data, roots), job.options).to_json()
