"""Explain the champions' answers."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nikti.executors import Roots
from nikti.jobs import Emit
from nikti.jobs._parts import limit_threads
from nikti.sides import side


@dataclass(frozen=True)
class Job:
    """seconds: wall seconds that it may take."""

    seconds: float
    threads: int


def work(job: Job, roots: Roots, emit: Emit) -> dict[str, Any]:
    """Explanations of the champions' final models; see `nikti.insight.faithfulness`."""
    from nikti.insight.faithfulness import explain_champions
    from nikti.storage import cache, models
    from nikti.storage.store import Store
    from nikti.verdict.judge import judge

    limit_threads(job.threads)
    with closing(Store.open(roots["run"])) as store:
        run = store.run()
        verdict, home = judge(run), Path(store.get("home"))
        folders = {side: models.kept(store.folder, name) for side, name in verdict.champions.items() if name}
        kept = {side: folder for side, folder in folders.items() if folder is not None}
        if not kept or not home.is_dir():
            return {}
        specs = store.get("contenders")
        loaded = {s: side(s).load_model(f, specs[verdict.champions[s]]["options"]) for s, f in kept.items()}
        return explain_champions(store, run, verdict, cache.load(home), loaded, job.seconds)
