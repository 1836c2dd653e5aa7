"""Run folders made by hand, whose trials are played: what each scores is known before."""

from pathlib import Path

import numpy as np

from nikti.core.plan import Prepared
from nikti.core.run import Result, Trial
from nikti.executors import Outcome
from nikti.run.request import Request
from nikti.storage.store import Store, pack
from tests.inside import Inside
from tests.plans import entry, plan

N, FOLDS = 100, 5


def stored(folder: Path, entries=None, *, prepared=("classical", "deep"), **more) -> Store:
    """A run of 100 samples that has its plan and no trial yet; more: of the plan."""
    entries = entries or [entry("tree", "classical"), entry("net", "deep")]
    store = Store.create(folder)
    np.savez(folder / "split.npz", fold=np.arange(N) % FOLDS, targets=np.arange(N) % 2)
    settings = Request(source=None, preset="fast", seed=7).settings()
    facts = {
        "settings": settings,
        "data": {
            "name": "made",
            "task": "tabular_classification",
            "modality": "table",
            "kind": "classification",
            "n": N,
            "classes": ["no", "yes"],
            "counts": {"no": 50, "yes": 50},
            "target": "answer",
            "notes": [],
            "fingerprint": "f",
        },
        "contenders": {e.name: {"name": e.recipe, "side": e.side, "options": {}} for e in entries},
        "task": "tabular_classification",
        "input": {"modality": "table"},
        "home": str(folder / "data" / "stored"),
        "machine": {"device": "cpu", "workers": 1, "threads": 1, "slowdown": 1.0},
        "versions": {"nikti": "0"},
    }
    for key, value in facts.items():
        store.put(key, value)
    done = {side: Prepared() for side in prepared}
    sizes = more.pop("sizes", (40, 80))
    grid = {"sizes": sizes, "folds": FOLDS, "curve_folds": 2, "everything": N}
    survivors = {side: 3 for side in ("classical", "deep")}
    made = plan(entries, preset="fast", prepared=done, survivors=survivors, **grid, **more)
    store.put_plan(made)
    return store


def played(store: Store, scores, outcomes=None) -> Inside:
    """An executor that plays the trials. scores: {contender: share of right answers}; outcomes: {job's id:
    Outcome} in place of that."""

    def answer(id, kind, job):
        if id in (outcomes or {}):
            return outcomes[id]
        if kind == "latency":
            return {"1": 2.0, "256": 0.5}, {"method": "full", "1": {"calls": 3}}
        if kind == "prepare":
            return Prepared(columns=3).to_json()
        rows = np.flatnonzero(np.arange(N) % FOLDS == job.fold)
        wrong = (np.arange(len(rows)) >= round(scores[job.name] * len(rows))).astype(float)
        result = Result(Trial(job.name, job.fold, job.size), "ok", rows=rows, losses=wrong)
        result.scores = {"accuracy": float(1 - wrong.mean()) if len(rows) else 0.0}
        result.inner_score, result.inner_error = scores[job.name], 0.05
        result.params, result.stop = {"of": f"fold {job.fold}"}, 0.5
        body, arrays = pack(result)
        (store.folder / "work").mkdir(exist_ok=True)
        np.savez(store.folder / job.arrays, **arrays)
        return body

    return Inside(answer)


def failed(id, outcome="failed", reason="it broke"):
    return Outcome(id, outcome, reason=reason, error="ValueError")
