"""How the network's layers learn."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import Any

from nikti.executors import Roots
from nikti.jobs import Emit
from nikti.jobs._parts import limit_threads


@dataclass(frozen=True)
class Job:
    """seconds: CPU seconds that the networks may compute; umap: whether UMAP's maps are drawn too."""

    device: str
    seconds: float
    threads: int
    umap: bool = False


def work(job: Job, roots: Roots, emit: Emit) -> dict[str, Any]:
    """Made once, so that a report needs neither data nor model; see `nikti.insight.layers`."""
    from nikti.insight.layers import layers
    from nikti.storage.store import Store
    from nikti.verdict.judge import judge

    limit_threads(job.threads)
    with closing(Store.look(roots["run"])) as store:
        run = store.run()
        return layers(store, run, judge(run), device=job.device, seconds=job.seconds, umap=job.umap)
