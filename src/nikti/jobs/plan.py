"""What will run, and what it will cost."""

from __future__ import annotations

from typing import Any

from nikti.jobs import Emit
from nikti.jobs._parts import limit_threads, load, write_json


def work(job: dict[str, Any], emit: Emit) -> None:
    """Plan the run on the data as stored, see `nikti.run.planning`."""
    from nikti.run.machine import Setup
    from nikti.run.planning import make_plan
    from nikti.run.request import Request

    limit_threads(1)
    task, data = load(job)
    request = Request.of(job["settings"])
    plan, specs = make_plan(request, task, data, job["split"], Setup(**job["setup"]))
    write_json(job["out"] + ".json", [plan.to_json(), specs])
