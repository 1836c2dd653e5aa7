"""Jobs of a run that are no trials: preparing, planning, measuring the machine."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nikti.core.errors import DataError, NiktiError, RunError, UsageError
from nikti.executors.local import UNLIMITED, Allowance, LocalPool, Outcome, queue

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
    found = try_jobs(pool, jobs, folder, allowance, costs)
    for answer in found.values():
        if isinstance(answer, NiktiError):
            raise answer
    return found


def try_jobs(
    pool: LocalPool,
    jobs: dict[str, dict[str, Any]],
    folder: Path,
    allowance: Allowance = UNLIMITED,
    costs: list[tuple[float, float]] | None = None,
) -> dict[str, Any]:
    """Several jobs at the same time: the JSON answer of each, or the error that it ended with."""
    (folder / "work").mkdir(parents=True, exist_ok=True)
    full = [(id, placed(id, job, folder)) for id, job in jobs.items()]
    found: dict[str, Any] = {}
    for outcome in pool.run(queue(full, allowance)):
        if costs is not None:
            costs.append((outcome.cpu, outcome.seconds))
        try:
            found[outcome.id] = answer(outcome, folder)
        except NiktiError as error:
            found[outcome.id] = error
    return {id: found[id] for id in jobs}


def placed(id: str, job: dict[str, Any], folder: Path) -> dict[str, Any]:
    """A job with the places of its answer and of what it prints."""
    return {**job, "out": str(folder / "work" / id), "log": str(folder / "logs" / f"{id}.txt")}


def answer(outcome: Outcome, folder: Path) -> Any:
    """The JSON answer of a job that has ended. Raises what it raised on purpose, else RunError."""
    if outcome.outcome == "ok":
        return json.loads((folder / "work" / f"{outcome.id}.json").read_text())
    known = {"UsageError": UsageError, "UnknownName": UsageError, "DataError": DataError}
    if outcome.kind in known:
        raise known[outcome.kind](str(outcome.reason))
    log = folder / "logs" / f"{outcome.id}.txt"
    raise RunError(f"{outcome.id} failed: {outcome.reason}. More in {log}.")
