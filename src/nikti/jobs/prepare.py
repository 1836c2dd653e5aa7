"""What a side computes once per data set."""

from __future__ import annotations

from typing import Any

from nikti.jobs import Emit
from nikti.jobs._parts import limit_threads, load, write_json
from nikti.sides import side


def work(job: dict[str, Any], emit: Emit) -> None:
    """What a side computes once per data set."""
    limit_threads(job["threads"])
    task, data = load(job)
    found = side(job["side"]).prepare(task, data, job["options"])
    write_json(job["out"] + ".json", found.to_json())
