"""Make the plan of a run."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from nikti.executors import Roots
from nikti.jobs import Emit
from nikti.jobs._parts import limit_threads, load


@dataclass(frozen=True)
class Job:
    """settings: the request's; split: see `nikti.run.planning.make_plan`; setup: the fields of a
    `nikti.run.machine.Setup`."""

    settings: dict[str, Any]
    task: str
    data: str
    split: dict[str, Any]
    setup: dict[str, Any]


def work(job: Job, roots: Roots, emit: Emit) -> tuple[dict[str, Any], dict[str, Any]]:
    """[the plan, the contenders' recipes], made on the data as stored."""
    from nikti.run.machine import Setup
    from nikti.run.planning import make_plan
    from nikti.run.request import Request

    limit_threads(1)
    task, data = load(job.task, job.data, roots)
    plan, specs = make_plan(Request.of(job.settings), task, data, job.split, Setup(**job.setup))
    return plan.to_json(), {name: asdict(spec) for name, spec in specs.items()}
