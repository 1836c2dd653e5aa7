"""Jobs that answer one question each."""

import json
from dataclasses import asdict

import numpy as np
import pytest

from nikti.core import catalogue
from nikti.core.contender import Budget
from nikti.core.errors import UsageError
from nikti.core.plan import Plan, Prepared
from nikti.jobs import device, latency, packed, plan, prepare, speed
from nikti.run.machine import Setup
from nikti.sides import side
from nikti.storage import cache


def test_the_speed_is_a_step_of_the_scale():
    found = speed.work(speed.Job(), {}, print)
    assert 0.05 < found < 50
    assert 2 * np.log2(found) == pytest.approx(round(2 * np.log2(found)))


def test_the_device_is_the_one_wanted():
    assert device.work(device.Job("cpu"), {}, print) == "cpu"
    assert device.work(device.Job(None), {}, print) in ("cpu", "cuda", "mps")
    with pytest.raises(UsageError, match="abacus"):
        device.work(device.Job("abacus"), {}, print)


def test_what_a_side_makes_beforehand_is_stored_beside_the_data(tmp_path):
    task = catalogue.load("tasks", "series_classification").TASK
    data = cache.store(task.prepare(catalogue.load("datasets", "waves").load(n=30)), tmp_path / "waves", 0)
    one = prepare.Job("classical", task.name, "waves", {}, threads=1)
    made = Prepared.from_json(prepare.work(one, {"data": tmp_path}, print))
    assert made.columns > 20 and {"summary", "spectral"} <= set(made.features)
    assert all(seconds >= 0 for seconds in made.features.values())
    assert any((data.home / "features").iterdir())


def test_the_plan_names_who_takes_part_and_how_they_are_made(place):
    setup = Setup(device="cpu", workers=2, threads=1, speed=1.0, memory_mb=4000.0)
    split = {
        "folds": len(place.split.order),
        "train_sizes": list(map(len, place.split.order.values())),
        "everything": len(place.data) - 40,
        "method": place.split.method,
    }
    one = plan.Job(place.request.settings(), place.task.name, place.name, split, asdict(setup))
    body, specs = plan.work(one, place.roots, print)
    made = Plan.from_json(json.loads(json.dumps(body)))
    assert {entry.side for entry in made.contenders} == {"classical", "deep"}
    assert set(specs) == set(made.entries) and made.everything == len(place.data) - 40
    assert {specs[name]["side"] for name in specs} == {"classical", "deep"}


def test_a_model_is_timed_as_it_lies_in_its_folder(place):
    spec = {"name": "decision_tree", "side": "classical", "options": {}}
    model = (
        side("classical")
        .contender("decision_tree", place.task, {})
        .fit(place.task, place.data, inner=[], seed=0, budget=Budget(tries=0), progress=lambda *told: None)
    )
    model.save(place.folder / "tree")
    one = latency.Job(spec, "tree", place.task.name, place.name, "cpu", threads=1, most_seconds=0.5)
    milliseconds, timing = latency.work(one, place.roots, print)
    assert milliseconds["1"] > 0 and timing["method"] == "full" and timing["1"]["calls"] >= 3


def test_a_job_that_travels_names_no_place_of_this_machine(place, tmp_path):
    mine = tmp_path / "my features.py"
    mine.write_text("")
    roots = place.roots | {"own0": tmp_path}
    options = {"features_file": str(mine)}
    one = prepare.Job("classical", place.task.name, place.name, options, threads=1)
    sent = json.dumps(packed(one, "logs/1.txt", roots))
    assert str(tmp_path) not in sent and str(place.folder) not in sent and "own0:my features.py" in sent
