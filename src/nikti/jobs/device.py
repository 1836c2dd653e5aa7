"""Which device networks will compute on."""

from __future__ import annotations

from dataclasses import dataclass

from nikti.executors import Roots
from nikti.jobs import Emit
from nikti.sides import side


@dataclass(frozen=True)
class Job:
    """requested: by the user, or None."""

    requested: str | None


def work(job: Job, roots: Roots, emit: Emit) -> str:
    """The device, found in a worker, because a process that has initialised an accelerator cannot be
    forked any more."""
    return side("deep").device(job.requested)
