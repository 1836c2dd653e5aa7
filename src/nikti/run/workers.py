"""Running the jobs of a run and collecting their answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from nikti.core.errors import DataError, NiktiError, RunError, UsageError
from nikti.core.words import Words
from nikti.executors import UNLIMITED, Allowance, Executor, Job, Outcome, Roots, queue
from nikti.jobs import _own, packed
from nikti.storage.store import Store

#: Is told what happens, as a dict with "event".
OnEvent = Callable[[dict[str, Any]], None]

#: What a job raised on purpose is raised again.
JOB_FAILED = Words(
    en="{job} failed: {reason}. More in {log}.", bn="{job} শেষ হয়নি: {reason}। বিস্তারিত আছে {log} ফাইলে।"
)

_RAISED = {"UsageError": UsageError, "UnknownName": UsageError, "DataError": DataError}


def roots(folder: Path, settings: Mapping[str, Any], home: str | Path | None = None) -> Roots:
    """Where the jobs of a run find their files, see `nikti.jobs`. home: where the data are stored, if they
    are by now."""
    data = {} if home is None else {"data": Path(home).parent}
    return {"run": folder, **data, **_own.roots(settings)}


def roots_of(store: Store) -> Roots:
    """Those of a run that has stored its data."""
    return roots(store.folder, store.get("settings"), store.get("home"))


def stored_data(store: Store) -> str:
    """The name of a run's stored data, as jobs know it below "data"."""
    return Path(store.get("home")).name


def make_job(id: str, job: Any, roots: Roots, allowance: Allowance = UNLIMITED) -> Job:
    """What an executor is given: a kind's `Job` by a name, which its log has too."""
    return Job(id, packed(job, _log(id), roots), allowance)


def _log(id: str) -> str:
    """The log's place below "run"."""
    safe = id.replace("|", "-").replace("/", "_").replace(":", "_")
    return f"logs/{safe}.txt"


def run_job(pool: Executor, id: str, job: Any, roots: Roots, allowance: Allowance = UNLIMITED) -> Any:
    """One job that is no trial; its answer. Raises what the job raised on purpose, RunError else, also where
    it used more than it may."""
    return run_jobs(pool, {id: job}, roots, allowance)[id]


def run_jobs(
    pool: Executor,
    jobs: Mapping[str, Any],
    roots: Roots,
    allowance: Allowance = UNLIMITED,
    costs: list[tuple[float, float]] | None = None,
) -> dict[str, Any]:
    """Several jobs at the same time; their answers. Raises as `run_job`. costs: takes the (CPU, wall) seconds
    of each."""
    found = try_jobs(pool, jobs, roots, allowance, costs)
    for one in found.values():
        if isinstance(one, NiktiError):
            raise one
    return found


def try_jobs(
    pool: Executor,
    jobs: Mapping[str, Any],
    roots: Roots,
    allowance: Allowance = UNLIMITED,
    costs: list[tuple[float, float]] | None = None,
) -> dict[str, Any]:
    """Several jobs at the same time: the answer of each, or the error that it ended with."""
    queued = [make_job(id, job, roots, allowance) for id, job in jobs.items()]
    found: dict[str, Any] = {}
    for outcome in pool.run(queue(queued), roots):
        if costs is not None:
            costs.append((outcome.cpu, outcome.seconds))
        try:
            found[outcome.id] = answer(outcome, roots)
        except NiktiError as error:
            found[outcome.id] = error
    return {id: found[id] for id in jobs}


def answer(outcome: Outcome, roots: Roots) -> Any:
    """The answer of a job that has ended. Raises what it raised on purpose, else RunError."""
    if outcome.outcome == "ok":
        return outcome.answer
    if outcome.error in _RAISED:
        raise _RAISED[outcome.error](outcome.reason)
    log = roots["run"] / _log(outcome.id)
    reason = Words.of(outcome.reason).bare()
    raise RunError(JOB_FAILED.format(job=outcome.id, reason=reason, log=str(log)))
