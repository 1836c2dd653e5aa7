"""How fast a model answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nikti.core.contender import ContenderSpec
from nikti.executors import Roots
from nikti.jobs import Emit
from nikti.jobs._parts import limit_threads, load
from nikti.sides import side


@dataclass(frozen=True)
class Job:
    """model: its folder below "run"; most_seconds: that the timing
    may take."""

    contender: ContenderSpec
    model: str
    task: str
    data: str
    device: str
    threads: int
    most_seconds: float


def work(job: Job, roots: Roots, emit: Emit) -> tuple[dict[str, float], dict[str, Any]]:
    """How fast a model answers as it is handed over: read from its folder; see `nikti.protocol.cost`."""
    from nikti.protocol.cost import full, latency

    limit_threads(job.threads)
    _, data = load(job.task, job.data, roots)
    options = {**job.contender.options, "device": job.device}
    model = side(job.contender.side).load_model(roots["run"] / job.model, options)
    return latency(model, data.inputs, full(job.most_seconds))
