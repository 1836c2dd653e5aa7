"""How the network's layers learn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nikti.core.contender import ContenderSpec
from nikti.executors import Roots
from nikti.jobs import Emit, _finished
from nikti.jobs._parts import limit_threads


@dataclass(frozen=True)
class Job:
    """data: the name of the stored data; contenders: the plan's, by name; seconds: CPU seconds that the
    networks may compute; umap: whether UMAP's maps are drawn too."""

    data: str
    contenders: dict[str, ContenderSpec]
    device: str
    seconds: float
    threads: int
    umap: bool = False


def work(job: Job, roots: Roots, emit: Emit) -> dict[str, Any]:
    """Made once, so that a report needs neither data nor model; see `nikti.insight.layers`."""
    from nikti.insight.layers import layers

    limit_threads(job.threads)
    found = _finished.load(job.data, roots)
    return layers(
        found.run,
        found.verdict,
        found.data,
        job.contenders,
        device=job.device,
        seconds=job.seconds,
        umap=job.umap,
    )
