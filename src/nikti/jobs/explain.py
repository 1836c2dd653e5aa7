"""Explain the champions' answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nikti.core.contender import ContenderSpec
from nikti.executors import Roots
from nikti.jobs import Emit, _finished
from nikti.jobs._parts import limit_threads
from nikti.sides import side


@dataclass(frozen=True)
class Job:
    """data: the name of the stored data; contenders: the plan's, by name; seconds: wall seconds that it may
    take."""

    data: str
    contenders: dict[str, ContenderSpec]
    device: str
    seconds: float
    threads: int


def work(job: Job, roots: Roots, emit: Emit) -> dict[str, Any]:
    """Explanations of the champions' final models; empty where they or the data are gone. See
    `nikti.insight.faithfulness`."""
    from nikti.insight.faithfulness import explain_champions
    from nikti.storage import models

    limit_threads(job.threads)
    found = _finished.load(job.data, roots)
    if found.data is None:
        return {}
    loaded = {}
    for of, name in found.verdict.champions.items():
        folder = None if name is None else models.kept(roots["run"], name)
        if name is not None and folder is not None:
            options = {**job.contenders[name].options, "device": job.device}
            loaded[of] = side(of).load_model(folder, options)
    return explain_champions(found.run, found.verdict, found.data, loaded, job.seconds)
