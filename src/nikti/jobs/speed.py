"""How fast this machine is beside the reference."""

from __future__ import annotations

from typing import Any

from nikti.jobs import Emit
from nikti.jobs._parts import limit_threads, write_json


def work(job: dict[str, Any], emit: Emit) -> None:
    """Measure the speed, on one thread."""
    from nikti.protocol.cost import speed

    limit_threads(1)
    write_json(job["out"] + ".json", speed())
