"""How the network's layers learn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nikti.jobs import Emit
from nikti.jobs._parts import limit_threads, write_json


def work(job: dict[str, Any], emit: Emit) -> None:
    """How the network's layers learn; made once, so that a report needs neither data nor model."""
    from nikti.insight.layers import layers
    from nikti.storage.store import Store
    from nikti.verdict.judge import judge

    limit_threads(job["threads"])
    store = Store.open(Path(job["run"]))
    run = store.run()
    found = layers(store, run, judge(run), device=job["device"], seconds=job["seconds"], umap=job["umap"])
    write_json(job["out"] + ".json", found)
    store.close()
