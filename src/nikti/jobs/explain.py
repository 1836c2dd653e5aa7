"""What the champions looked at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nikti.jobs import Emit
from nikti.jobs._parts import limit_threads, write_json
from nikti.sides import side


def work(job: dict[str, Any], emit: Emit) -> None:
    """What the champions looked at, from the models that are handed over."""
    from nikti.insight.faithfulness import explained
    from nikti.storage import cache, models
    from nikti.storage.store import Store
    from nikti.verdict.judge import judge

    limit_threads(job["threads"])
    store = Store.open(Path(job["run"]))
    run, found = store.run(), {}
    verdict, home = judge(run), Path(store.get("home"))
    folders = {side: models.kept(store.folder, name) for side, name in verdict.champions.items() if name}
    kept = {side: folder for side, folder in folders.items() if folder is not None}
    if kept and home.is_dir():
        specs = store.get("contenders")
        loaded = {s: side(s).load_model(f, specs[verdict.champions[s]]["options"]) for s, f in kept.items()}
        found = explained(store, run, verdict, cache.load(home), loaded, job["seconds"])
    write_json(job["out"] + ".json", found)
    store.close()
