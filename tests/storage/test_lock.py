"""One process at a time; the lock goes with its holder, however that ends."""

import os
import subprocess
import sys

import pytest

from nikti.core.errors import RunError
from nikti.storage import lock

HOLD = """
import sys, time, pathlib
from nikti.storage import lock
with lock.held(pathlib.Path(sys.argv[1])) as owner:
    print(owner, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that holds the lock."""
    command = [sys.executable, "-c", HOLD, str(tmp_path / "lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline().strip() == "None"
        yield process
        process.kill()


def test_who_comes_second_is_told_who_is_there(tmp_path, holder):
    for _ in range(2):  # asking took nothing away
        with lock.held(tmp_path / "lock") as owner:
            said = str(owner)
            assert said.startswith(f"another process (number {holder.pid}, for ") and said.endswith(" s)")
        assert lock.holder(tmp_path / "lock") == owner


@pytest.mark.parametrize("end", ["kill", "close"])
def test_the_lock_is_free_once_its_holder_has_ended(tmp_path, holder, end):
    if end == "kill":
        holder.kill()
    else:
        holder.stdin.close()
    holder.wait(timeout=60)
    with lock.held(tmp_path / "lock") as owner:
        assert owner is None and (tmp_path / "lock").read_text() == str(os.getpid())


def test_it_is_given_back_after_an_error_and_can_be_held_again(tmp_path):
    for _ in range(2):
        with pytest.raises(ValueError, match="inside"), lock.held(tmp_path / "lock") as owner:
            assert owner is None
            raise ValueError("inside")


def test_who_has_not_said_its_number_yet_is_unknown(tmp_path, holder):
    for left in ("", None):
        (tmp_path / "lock").write_text("") if left == "" else (tmp_path / "lock").unlink()
        with lock.held(tmp_path / "lock") as owner:
            assert str(owner) == "another process"


def test_a_place_that_cannot_be_locked_is_said(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match="cannot be locked"), lock.held(tmp_path / "file" / "lock"):
        pass
