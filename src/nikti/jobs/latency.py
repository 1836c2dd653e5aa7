"""How fast a model answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nikti.jobs import Emit
from nikti.jobs._parts import limit_threads, load, write_json
from nikti.sides import side


def work(job: dict[str, Any], emit: Emit) -> None:
    """How fast a model answers as it is handed over: read from its folder."""
    from nikti.protocol.cost import full, latency

    limit_threads(job["threads"])
    _, data = load(job)
    spec = job["contender"]
    options = {**spec["options"], "device": job["device"]}
    model = side(spec["side"]).load_model(Path(job["model"]), options)
    write_json(job["out"] + ".json", latency(model, data.inputs, full(job["most_seconds"])))
