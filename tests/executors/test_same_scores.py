"""A seed makes a run, wherever its jobs are done: forked or spawned, one at a time or two, in a process of
their own or one after the other in the same, every trial leaves the same row."""

import json
import time
from contextlib import closing
from dataclasses import dataclass

import numpy as np
import pytest

from nikti.core import catalogue
from nikti.core.run import Result
from nikti.storage.store import Store, pack

NAMES = [n for n in catalogue.names("executors") if catalogue.load("executors", n).misfit() is None]

#: What of a result is measured by the clock, and so is never the same twice.
TIMED = {"seconds", "predict_ms", "timing", "peak_mb", "joules"}  # and seconds of the training curve

#: Contenders with something to draw: shuffled rows and weights, trees.
CONTENDERS = {"table": ("random_forest", "mlp"), "pictures": ("logistic_regression", "small_cnn")}


#: Seconds with which no plan is cut, however busy the machine is.
LONG = 1e5


@dataclass(frozen=True)
class Place:
    """Where a run's jobs are done."""

    executor: str
    workers: int


PLACES = [Place(NAMES[0], 2), Place(NAMES[0], 1), *(Place(name, 2) for name in NAMES[1:])]


def samples(kind: str):
    """(a little to learn from, its task): 60 wines, or 60 digits of three classes."""
    name = {"table": "wine", "pictures": "digits"}[kind]
    module = catalogue.load("datasets", name)
    data, task = module.load(), catalogue.load("tasks", module.TASK).TASK
    answers = np.asarray(data.targets)
    rows = np.concatenate([np.flatnonzero(answers == one)[:20] for one in np.unique(answers)[:3]])
    return task.prepare(data.subset(rows)).fingerprinted(), task


def ran(place: Place, kind: str, folder) -> dict[str, Result]:
    """{trial: its row} of a run with a cache of its own, so that nothing was computed before."""
    from nikti.run import prepare, reading, schedule
    from nikti.run.request import Request

    executor = catalogue.load("executors", place.executor)
    request = Request(source=None, preset="fast", contenders=CONTENDERS[kind], seconds=LONG, seed=3)
    with pytest.MonkeyPatch.context() as patch, closing(Store.create(folder / "run")) as store:
        patch.setenv("NIKTI_CACHE", str(folder / "cache"))
        with executor.start("nikti.jobs:run", ["torch", "sklearn"], place.workers, 1) as pool:
            data, task = samples(kind)
            store.put("settings", request.settings())
            store.put("input", reading.input_card(data))
            prepare.prepare_run(store, pool, request, data, task, None, ignore)
            begun = time.monotonic()
            schedule.run_plan(store, pool, limit=LONG, started=begun, on_event=ignore, workers=place.workers)
        return {result.trial.key: result for result in store.results()}


def ignore(event):
    pass


def row(result: Result) -> dict:
    """What must be the same, arrays as bytes, so that the last bit counts."""
    body, arrays = pack(result)
    kept = {name: value for name, value in body.items() if name not in TIMED}
    kept["training_curve"] = [{**epoch, "seconds": 0.0} for epoch in result.training_curve]
    bits = {name: (array.dtype.str, array.shape, array.tobytes()) for name, array in arrays.items()}
    return {name: json.dumps(value, sort_keys=True) for name, value in kept.items()} | bits


@pytest.fixture(scope="module", params=CONTENDERS)
def runs(request, tmp_path_factory):
    """The rows of the same run in each place."""
    return {place: ran(place, request.param, tmp_path_factory.mktemp("same")) for place in PLACES}


@pytest.mark.slow
def test_the_rows_of_a_run_do_not_depend_on_where_its_jobs_are_done(runs):
    first, *others = runs.values()
    assert len(first) >= 12 and {result.outcome for result in first.values()} == {"ok"}
    for other in others:
        assert set(other) == set(first)
        for key, result in first.items():
            assert row(other[key]) == row(result), key
