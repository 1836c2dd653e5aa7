"""A process of workers does not outlive the one that started it, even while it is still importing."""

import os
import subprocess
import sys
import time

import psutil
import pytest

#: A module whose import takes a minute, and lets no other thread of its process run meanwhile.
SLOW = """
import ctypes, os, pathlib
pathlib.Path(os.environ["STARTED"]).touch()
ctypes.PyDLL(None).sleep(60)
"""

STARTING = """
import sys, time
from nikti.core import catalogue
pool = catalogue.load("executors", sys.argv[1]).start("tests.executors.jobs:work", ["slow_to_import"], 1, 1)
time.sleep(60)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone tells of the end of a parent")
@pytest.mark.parametrize("name", ["local", "spawn"])
def test_a_process_that_still_imports_does_not_outlive_its_parent(name, tmp_path):
    (tmp_path / "slow_to_import.py").write_text(SLOW)
    paths = os.pathsep.join([str(tmp_path), *filter(None, sys.path)])
    environment = {**os.environ, "PYTHONPATH": paths, "STARTED": str(tmp_path / "started")}
    parent = subprocess.Popen([sys.executable, "-c", STARTING, name], env=environment, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 60
    while not (tmp_path / "started").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    (importing,) = psutil.Process(parent.pid).children(recursive=True)
    parent.kill()
    assert parent.communicate()[1] == b""
    _, alive = psutil.wait_procs([importing], timeout=2)
    assert [p for p in alive if p.status() != psutil.STATUS_ZOMBIE] == []
