"""Collect the samples that the report shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nikti.core.contender import ContenderSpec
from nikti.executors import Roots
from nikti.jobs import Emit, _finished
from nikti.jobs._parts import limit_threads


@dataclass(frozen=True)
class Job:
    """Of the run as it stands. data: the name of the stored data; contenders: the plan's, by name."""

    data: str
    contenders: dict[str, ContenderSpec]
    threads: int


def work(job: Job, roots: Roots, emit: Emit) -> dict[str, Any]:
    """Made once, so that a report needs neither data nor model; empty where the data are gone."""
    from nikti.insight.gallery import samples

    limit_threads(job.threads)
    found = _finished.load(job.data, roots)
    if found.data is None:
        return {}
    return samples(found.run, found.verdict, found.data, job.contenders)
