"""A job means the same on another machine: each kind is made where a run was begun, travels as JSON, and is
done where the run's folder, the stored data and the user's own files lie elsewhere."""

import json
import os
import shutil
from pathlib import Path

import pytest

from nikti.core import catalogue, own_code
from nikti.core.plan import Plan
from nikti.core.run import Trial
from nikti.executors import Outcome
from nikti.jobs import device, explain, plan, samples, speed, unpacked
from nikti.run import metering, prepare, reading, session
from nikti.run.clock import Clock
from nikti.run.machine import Setup, machine, versions
from nikti.run.request import Request
from nikti.run.state import RunState
from nikti.run.workers import make_job, roots_of
from nikti.storage.store import Store

OWN = """
import numpy as np

def swing(sample):
    return float(np.nanmax(sample) - np.nanmin(sample))
"""
NAMES = ("logistic_regression", "mlp")
SETUP = Setup(device="cpu", workers=2, threads=1, speed=1.0, memory_mb=4000.0)


def sent(store, id, job):
    """The job as it travels."""
    return json.dumps(make_job(id, job, roots_of(store)).work)


def received(body, roots):
    """(the kind's file, its `Job`) where it arrives."""
    return unpacked(json.loads(body), roots)


def run_here(state, one):
    """A trial, done in this process."""
    job = state.job(one)
    kind, here = received(json.dumps(job.work), state.roots)
    state.ended(one, Outcome(job.id, "ok", json.loads(json.dumps(kind.work(here, state.roots, print)))))


@pytest.fixture(scope="module")
def moved(tmp_path_factory):
    """(every kind of job as it was sent, the roots after everything was taken elsewhere, the old places)."""
    old, new = tmp_path_factory.mktemp("old"), tmp_path_factory.mktemp("new")
    before = os.environ.get("NIKTI_CACHE")
    os.environ["NIKTI_CACHE"] = str(old / "cache")
    try:
        jobs = made(old)
    finally:
        if before is None:
            del os.environ["NIKTI_CACHE"]
        else:
            os.environ["NIKTI_CACHE"] = before
    for part in ("run", "own", "cache/data"):
        shutil.move(old / part, new / Path(part).name)
    own_code.name(new / "own" / "mine.py")  # whoever takes files elsewhere names them there
    return jobs, {"run": new / "run", "data": new / "data", "own0": new / "own"}, old


def made(place):
    """A run of two contenders on a few waves, and the jobs that it sends."""
    (place / "own").mkdir()
    (place / "own" / "mine.py").write_text(OWN)
    own_code.name(place / "own" / "mine.py")
    request = Request(None, contenders=NAMES, features=str(place / "own" / "mine.py"), preset="fast")
    task = catalogue.load("tasks", "series_classification").TASK
    data = task.prepare(catalogue.load("datasets", "waves").load(n=120)).fingerprinted()
    data, split, facts = prepare.prepare_data(request, data, task)
    store = Store.create(place / "run")
    prepare.save_split(store.folder, split, data, task)
    written = {
        "settings": request.settings(),
        "input": reading.input_card(data),
        "data": facts,
        "home": str(data.home),
        "task": task.name,
        "machine": machine(SETUP),
        "versions": versions(),
    }
    for key, value in written.items():
        store.put(key, value)
    jobs = {"device": device.Job("cpu"), "speed": speed.Job()}
    jobs |= {"prepare": prepare.prepare_job(store, request, "classical")}
    jobs |= {"plan": prepare.plan_job(request, data, task, split, SETUP)}
    body, specs = plan.work(jobs["plan"], roots_of(store), print)
    store.put("contenders", specs)
    store.put_plan(Plan.from_json(json.loads(json.dumps(body))))
    state = RunState(store, None, store.run(), Clock(float("inf"), 0.0), lambda event: None)
    full = state.run.plan.full
    for one in [Trial(name, fold, full) for fold in (0, 1, 2) for name in NAMES]:
        run_here(state, one)
    for name in NAMES:
        run_here(state, Trial(name, -1, len(data)))
    there = session.stored_data(store), store.contenders()
    jobs |= {
        "latency": metering._job(state, Trial("mlp", -1, len(data)), 0.2),
        "samples": samples.Job(*there, threads=1),
        "explain": explain.Job(*there, "cpu", seconds=30.0, threads=1),
        "layers": session._layers_job(store, state.run, 30.0),
    }
    found = {kind: sent(store, kind, job) for kind, job in jobs.items()}
    found["trial"] = json.dumps(state.job(Trial("logistic_regression", 3, full)).work)
    store.close()
    return found


def texts(body):
    """Every text in JSON-able data."""
    if isinstance(body, str):
        yield body
    for one in body.values() if isinstance(body, dict) else body if isinstance(body, list) else ():
        yield from texts(one)


def test_every_kind_of_job_is_here(moved):
    assert set(moved[0]) == set(catalogue.names("jobs"))


@pytest.mark.parametrize("kind", catalogue.names("jobs"))
def test_a_job_names_no_place_of_the_machine_that_sent_it(moved, kind):
    jobs, _, old = moved
    assert str(old) not in jobs[kind]
    assert [text for text in texts(json.loads(jobs[kind])) if Path(text).is_absolute()] == []


@pytest.mark.parametrize("kind", catalogue.names("jobs"))
def test_a_job_is_done_elsewhere(moved, kind):
    jobs, roots, _ = moved
    file, job = received(jobs[kind], roots)
    found = json.loads(json.dumps(file.work(job, roots, lambda message: None)))
    CHECKS[kind](found)


def right_plan(found):
    body, specs = found
    assert set(specs) >= set(NAMES) and {entry["name"] for entry in body["contenders"]} >= set(NAMES)


def right_trial(found):
    assert found["outcome"] == "ok" and found["scores"]["accuracy"] > 0.5


def right_samples(found):
    assert set(found["one_side_right"]["counts"]) == {"classical", "deep"}


def right_explain(found):
    assert set(found["sides"]) == {"classical", "deep"} and found["samples"]


def right_layers(found):
    assert found["why"] is None and "swing" in {feature["name"] for feature in found["features"]}


CHECKS = {
    "device": lambda found: found == "cpu" or pytest.fail(found),
    "speed": lambda found: found > 0 or pytest.fail(found),
    "prepare": lambda found: found["columns"] > 20 or pytest.fail(str(found)),
    "latency": lambda found: found[0]["1"] > 0 or pytest.fail(str(found)),
    "plan": right_plan,
    "trial": right_trial,
    "samples": right_samples,
    "explain": right_explain,
    "layers": right_layers,
}


def test_a_job_that_is_none_is_refused_by_its_field(moved):
    jobs, roots, _ = moved
    body = json.loads(jobs["trial"])
    del body["job"]["contender"]["side"]
    with pytest.raises(ValueError, match="contender.side is missing"):
        unpacked(body, roots)
