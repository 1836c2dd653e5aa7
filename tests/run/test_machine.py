"""The machine: how fast it is once and for all, and how much of it a run uses."""

import json
import platform
import sys
from dataclasses import asdict

import numpy as np
import psutil
import pytest

from nikti.core.errors import UsageError
from nikti.core.machine import cores, processor
from nikti.executors import Outcome
from nikti.run import machine
from nikti.run.machine import Setup, machine_speed, measure_setup, versions, workers_and_threads
from nikti.run.request import Request
from tests.inside import Inside


@pytest.fixture
def file(tmp_path, monkeypatch):
    """Where the speed is kept."""
    monkeypatch.setenv("NIKTI_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "speed.json"


def test_the_speed_is_measured_once_for_each_processor(file):
    measured = iter([2.0, 4.0])
    assert [machine_speed(lambda: next(measured)) for _ in range(3)] == [2.0] * 3
    file.write_text(json.dumps({"another processor": 9.0}))  # the cache came from another machine
    assert machine_speed(lambda: next(measured)) == 4.0
    assert json.loads(file.read_text()) == {"another processor": 9.0, processor(): 4.0}


@pytest.mark.parametrize("broken", ["", "{", "[1, 2]", "3", "null", b"\xff\xfe"])
def test_a_file_that_is_no_table_of_speeds_is_written_anew(file, broken):
    file.parent.mkdir()
    file.write_bytes(broken if isinstance(broken, bytes) else broken.encode())
    assert machine_speed(lambda: 2.0) == 2.0 and json.loads(file.read_text()) == {processor(): 2.0}


@pytest.mark.parametrize("wrong", ["fast", None, [1], 0, -1.0, float("nan")])
def test_a_speed_that_is_none_is_measured_anew(file, wrong):
    file.parent.mkdir()
    file.write_text(json.dumps({processor(): wrong, "other": 1.0}))
    assert machine_speed(lambda: 2.0) == 2.0
    assert json.loads(file.read_text()) == {processor(): 2.0, "other": 1.0}


def test_one_thread_for_each_of_as_many_trials_as_there_are_cores():
    workers, threads = workers_and_threads()
    assert (workers, threads) == (min(8, cores()), 1)


BOTH, CLASSICAL, DEEP = (), ("random_forest", "decision_tree"), ("small_cnn",)


def machine_with(*devices):
    """An executor on a machine with these devices, the fastest first."""

    def play(id, kind, job):
        if kind == "speed":
            return 2.0
        if job.requested in (None, *devices):
            return job.requested or devices[0]
        return Outcome(id, "failed", reason="this machine has no such device", error="UsageError")

    return Inside(play)


@pytest.mark.parametrize("imported", [True, False])
@pytest.mark.parametrize(
    ("contenders", "requested", "device"),
    [
        (BOTH, None, "cuda"),
        (BOTH, "cpu", "cpu"),
        (DEEP, None, "cuda"),
        (DEEP, "cuda", "cuda"),
        (("random_forest", "small_cnn"), None, "cuda"),
        (CLASSICAL, None, "cpu"),
        (CLASSICAL, "cuda", "cpu"),
        (CLASSICAL, "cpu", "cpu"),
    ],
)
def test_who_computes_on_what_is_decided_by_who_takes_part_and_what_was_asked_for(
    file, tmp_path, monkeypatch, contenders, requested, device, imported
):
    """On a machine with an accelerator; whether torch was imported before plays no part in it."""
    if imported:
        monkeypatch.setitem(sys.modules, "torch", sys.modules.get("torch", object()))
    else:
        monkeypatch.delitem(sys.modules, "torch", raising=False)
    pool = machine_with("cuda", "cpu")
    setup = measure_setup(pool, tmp_path, Request("digits", contenders=contenders, device=requested))
    assert setup.device == device and setup.speed == 2.0
    assert ("device" in pool.seen) == (contenders != CLASSICAL)  # to ask costs seconds, and imports torch
    workers, threads = workers_and_threads()
    # On an accelerator one trial at a time, with all the threads.
    assert (setup.workers, setup.threads) == ((workers, threads) if device == "cpu" else (1, workers))
    assert setup.memory_mb == pytest.approx(psutil.virtual_memory().total / 2**20)


@pytest.mark.parametrize("contenders", [BOTH, CLASSICAL, DEEP])
def test_a_machine_without_an_accelerator(file, tmp_path, contenders):
    setup = measure_setup(machine_with("cpu"), tmp_path, Request("digits", contenders=contenders))
    assert setup.device == "cpu" and (setup.workers, setup.threads) == workers_and_threads()


def test_a_device_that_is_not_there_or_is_none(file, tmp_path):
    with pytest.raises(UsageError, match="no such device"):
        measure_setup(machine_with("cpu"), tmp_path, Request("digits", contenders=DEEP, device="cuda"))
    with pytest.raises(UsageError, match="no device named 'abacus'. Type --device cpu or mps or cuda"):
        Request("digits", contenders=CLASSICAL, device="abacus")


def test_where_the_numbers_were_measured_is_plain_data():
    setup = Setup("cpu", 2, 1, 1.0, 4000.0)
    found = json.loads(json.dumps(machine.machine(setup)))
    assert asdict(setup).items() <= found.items() and found["cpu"] == processor()
    assert found["memory_gb"] == pytest.approx(psutil.virtual_memory().total / 2**30, abs=0.1)


def test_versions_are_those_that_are_installed():
    found = versions()
    assert found["python"] == platform.python_version() and found["numpy"] == np.__version__
    assert {"nikti", "torch", "scikit-learn"} <= set(found)
