"""A process beside this one: what is heard of it, and its end."""

import os
import queue
import subprocess
import sys

import psutil
import pytest

from nikti.executors import _process
from nikti.executors._process import Process

MODULES = ["nikti.executors._worker", *(["nikti.executors._zygote"] if hasattr(os, "fork") else [])]


@pytest.fixture(params=MODULES)
def serving(request):
    """(a process that serves the tests' jobs, what is heard of it)."""
    heard = queue.SimpleQueue()
    process = Process(
        request.param, "tests.executors.jobs:work", ["no_such_library"], 3, lambda *what: heard.put(what)
    )
    yield process, heard
    process.close()


def until(heard, key):
    """What is heard up to the first message with such a key."""
    found = []
    while not found or key not in found[-1][1]:
        _, number, message = heard.get(timeout=120)
        found.append((number, message))
    return found


def test_it_says_when_it_is_ready_what_its_job_does_and_how_it_ended(serving):
    process, heard = serving
    process.send({"number": 4, "work": {"kind": "long", "length": 3}, "roots": {}})
    told = until(heard, "end")
    assert told[0] == (0, {"ready": True}) and {number for number, _ in told[1:]} == {4}
    began, text, answer, end = (message for _, message in told[1:])
    assert psutil.pid_exists(process.pid) and began["began"] > 0
    assert text == {"message": {"text": "ন" * 3}} and answer == {"answer": ["xxx", 3]}
    assert end["end"] == 0 and end["cpu"] >= 0 and end["peak_mb"] >= 0


def test_a_job_that_breaks_ends_with_another_status_and_the_next_is_served(serving):
    process, heard = serving
    for number, kind in ((1, "raise"), (2, "pid")):
        process.send({"number": number, "work": {"kind": kind}, "roots": {}})
        told = until(heard, "end")
        assert told[-1][0] == number and (told[-1][1]["end"] == 0) == (kind == "pid")


def test_the_end_of_its_orders_ends_it(serving):
    process, heard = serving
    until(heard, "ready")
    process.close()
    assert process.status() is not None and not psutil.pid_exists(process.pid)
    while (last := heard.get(timeout=60))[2] is not None:
        pass
    assert last == (process, 0, None)


def test_the_end_of_one_that_was_killed_is_heard_and_sending_it_something_is_no_error(serving):
    process, heard = serving
    until(heard, "ready")
    _process.kill(process.pid)
    assert process.status() is not None
    process.send({"number": 1, "work": {}, "roots": {}})
    assert heard.get(timeout=60) == (process, 0, None)


def test_threads_are_told_to_libraries_before_they_are_loaded(serving):
    process, heard = serving
    until(heard, "ready")
    told = psutil.Process(process.pid).environ()
    assert {told[name] for name in _process._THREAD_VARIABLES} == {"3"}


def test_a_process_is_killed_with_what_it_started():
    script = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "print(child.pid, flush=True); time.sleep(600)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    child = psutil.Process(int(parent.stdout.readline()))
    assert _process.resident(parent.pid) > 0 and _process.cpu(parent.pid) >= 0
    _process.kill(parent.pid)
    parent.wait(timeout=60)
    psutil.wait_procs([child], timeout=10)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE
    assert _process.resident(parent.pid) == _process.cpu(parent.pid) == 0
    _process.kill(parent.pid)  # it is gone, and that is no error
    parent.stdout.close()
