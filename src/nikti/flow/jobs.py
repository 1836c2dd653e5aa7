"""Jobs of a run that are no trials: preparing, planning, measuring the machine."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nikti.core.errors import DataError, RunError, UsageError
from nikti.runs.executors.local import UNLIMITED, Allowance, LocalPool, queue

#: Is told what happens, as a dict with "event".
OnEvent = Callable[[dict[str, Any]], None]


def run_job(
    pool: LocalPool, id: str, job: dict[str, Any], folder: Path, allowance: Allowance = UNLIMITED
) -> Any:
    """One job that is no trial; its JSON answer. Raises what the job raised on purpose, RunError else, also
    where it used more than it may."""
    return run_jobs(pool, {id: job}, folder, allowance)[id]


def run_jobs(
    pool: LocalPool,
    jobs: dict[str, dict[str, Any]],
    folder: Path,
    allowance: Allowance = UNLIMITED,
    costs: list[tuple[float, float]] | None = None,
) -> dict[str, Any]:
    """Several jobs at the same time; their JSON answers. Raises as `run_job`. costs: takes the (CPU, wall)
    seconds of each."""
    (folder / "work").mkdir(parents=True, exist_ok=True)
    full = [
        (id, {**job, "out": str(folder / "work" / id), "log": str(folder / "logs" / f"{id}.txt")})
        for id, job in jobs.items()
    ]
    for outcome in pool.run(queue(full, allowance)):
        if costs is not None:
            costs.append((outcome.cpu, outcome.seconds))
        if outcome.outcome != "ok":
            known = {"UsageError": UsageError, "UnknownName": UsageError, "DataError": DataError}
            if outcome.kind in known:
                raise known[outcome.kind](outcome.reason)
            log = folder / "logs" / f"{outcome.id}.txt"
            raise RunError(f"{outcome.id} failed: {outcome.reason}. More in {log}.")
    return {id: json.loads((folder / "work" / f"{id}.json").read_text()) for id in jobs}
