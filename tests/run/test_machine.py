"""The machine: how fast it is once and for all, and how much of it a run uses."""

import json
import platform
from dataclasses import asdict

import numpy as np
import psutil
import pytest

from nikti.core.machine import cores, processor
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


@pytest.mark.parametrize(
    ("contenders", "wanted", "device", "asked"),
    [
        (("logistic_regression",), None, "cpu", False),  # hand-made features know no other
        (("logistic_regression",), "cpu", "cpu", True),
        (("mlp",), None, "cuda", True),
        ((), None, "mps", True),
    ],
)
def test_the_device_is_asked_for_only_where_networks_take_part(
    file, tmp_path, contenders, wanted, device, asked
):
    def play(id, kind, job):
        return {"device": device, "speed": 2.0}[kind]

    pool, request = Inside(play), Request(source="wine", contenders=contenders, device=wanted)
    setup = measure_setup(pool, tmp_path, request)
    assert setup.device == device and setup.speed == 2.0 and ("device" in pool.seen) == asked
    workers, threads = workers_and_threads()
    # On an accelerator one trial at a time, with all the threads.
    expected = (workers, threads) if device == "cpu" else (1, workers)
    assert (setup.workers, setup.threads) == expected
    assert setup.memory_mb == pytest.approx(psutil.virtual_memory().total / 2**20)


def test_where_the_numbers_were_measured_is_plain_data():
    setup = Setup("cpu", 2, 1, 1.0, 4000.0)
    found = json.loads(json.dumps(machine.machine(setup)))
    assert asdict(setup).items() <= found.items() and found["cpu"] == processor()
    assert found["memory_gb"] == pytest.approx(psutil.virtual_memory().total / 2**30, abs=0.1)


def test_versions_are_those_that_are_installed():
    found = versions()
    assert found["python"] == platform.python_version() and found["numpy"] == np.__version__
    assert {"nikti", "torch", "scikit-learn"} <= set(found)
