"""A process whose parent is killed does not outlive it."""

import os
import signal
import subprocess
import sys
import textwrap
import time

import psutil
import pytest

from nikti.executors._orphan import die_with_parent

#: Starts a child that asks for its end, tells its number, and waits; the child says that it has asked.
PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]], stdout=subprocess.PIPE)
child.stdout.readline()
print(child.pid, flush=True)
time.sleep(60)
"""

CHILD = textwrap.dedent(
    """
    import os, time
    from nikti.executors._orphan import die_with_parent
    die_with_parent({parent})
    print("asked", flush=True)
    time.sleep(60)
    """
)


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone can be asked")
def test_the_child_ends_with_its_parent():
    child = CHILD.format(parent="os.getppid()")
    parent = subprocess.Popen([sys.executable, "-c", PARENT, child], stdout=subprocess.PIPE)
    pid = int(parent.stdout.readline())
    assert psutil.pid_exists(pid)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    until = time.monotonic() + 30
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < until, "the child lives on"
        time.sleep(0.01)


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone can be asked")
def test_who_starts_after_its_parent_has_ended_ends_at_once():
    child = CHILD.format(parent=os.getppid() + 1)  # that is not its parent
    done = subprocess.run([sys.executable, "-c", child], capture_output=True, text=True, check=False)
    assert done.returncode == 1 and done.stdout == ""


def test_elsewhere_nothing_is_asked(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    die_with_parent(-1)
