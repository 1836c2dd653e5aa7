"""What the report shows of the data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nikti.jobs import Emit
from nikti.jobs._parts import limit_threads, write_json


def work(job: dict[str, Any], emit: Emit) -> None:
    """What the report shows of the data; made once, so that a report needs neither data nor model."""
    from nikti.insight.gallery import samples
    from nikti.storage.store import Store
    from nikti.verdict.judge import judge

    limit_threads(job["threads"])
    store = Store.open(Path(job["run"]))
    run = store.run()
    write_json(job["out"] + ".json", samples(store, run, judge(run)))
    store.close()
