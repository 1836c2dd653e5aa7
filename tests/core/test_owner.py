"""A process that has ended is told from one that works, and from those of other machines."""

import os
import subprocess
import sys
from dataclasses import replace

import pytest

from nikti.core import owner


def test_the_process_that_asks_is_there():
    here = owner.this()
    assert here.pid == os.getpid() and here.is_here and here.gone() is False
    assert owner.read(here.mark) == here == owner.this()


def test_a_number_that_was_given_away_again_is_of_another_process():
    assert replace(owner.this(), start=owner.this().start - 1000).gone() is True
    assert replace(owner.this(), start=0).gone() is False  # nobody could tell when it began


def test_of_another_machine_nothing_is_known():
    assert replace(owner.this(), place="0" * 8).gone() is None


@pytest.mark.skipif(not hasattr(os, "waitid"), reason="this system keeps nothing of ended processes")
def test_a_process_that_works_and_then_has_ended():
    code = "from nikti.core import owner\nprint(owner.this().mark, flush=True)\ninput()"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    child = subprocess.Popen([sys.executable, "-c", code], **pipes)
    found = owner.read(child.stdout.readline().strip())
    assert found.pid == child.pid and found.gone() is False
    child.kill()
    child.stdout.read()
    while os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        pass
    assert found.gone() is True  # it has ended, though nobody has asked how
    child.communicate()
    assert found.gone() is True
