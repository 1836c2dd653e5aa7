"""Collect the samples that the report shows."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import Any

from nikti.executors import Roots
from nikti.jobs import Emit
from nikti.jobs._parts import limit_threads


@dataclass(frozen=True)
class Job:
    """No settings: it is about the run as it stands."""

    threads: int


def work(job: Job, roots: Roots, emit: Emit) -> dict[str, Any]:
    """Made once, so that a report needs neither data nor model."""
    from nikti.insight.gallery import samples
    from nikti.storage.store import Store
    from nikti.verdict.judge import judge

    limit_threads(job.threads)
    with closing(Store.open(roots["run"])) as store:
        run = store.run()
        return samples(store, run, judge(run))
