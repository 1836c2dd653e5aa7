"""A command that is told to end does so quietly, with the code that shells know, and leaves no process."""

import os
import signal
import subprocess
import sys
import threading
import time

import psutil
import pytest

from nikti.cli import main as front
from nikti.cli.main import main

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows ends processes without asking")


@pytest.mark.parametrize(("name", "code"), [("SIGTERM", 143), ("SIGHUP", 129), ("SIGINT", 130)])
def test_a_verb_that_is_stopped_says_how_to_go_on(name, code, failing_api, capsys):
    class Api(failing_api):
        def compare(self, source, **words):
            words["on_event"]({"event": "run", "folder": "nikti_runs/digits 1"})
            os.kill(os.getpid(), getattr(signal, name))
            time.sleep(10)

    before = [signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGHUP)]
    assert main(["compare", "digits", "--quiet"], api=Api(None)) == code
    told = capsys.readouterr().err
    assert told == "nikti: stopped; continue with: nikti resume 'nikti_runs/digits 1'\n"
    assert [signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGHUP)] == before


def test_signals_that_are_ignored_stay_ignored_and_threads_leave_them_alone():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with front._stopping():
            assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
            assert signal.getsignal(signal.SIGTERM) != signal.SIG_DFL
    finally:
        signal.signal(signal.SIGHUP, before)
    found = []

    def look():
        with front._stopping():
            found.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert found == [signal.getsignal(signal.SIGTERM)]


@pytest.mark.parametrize(
    ("number", "seconds"),
    [
        *((signal.SIGTERM, seconds) for seconds in (0.05, 0.4, 1.0, 2.5)),
        (signal.SIGINT, 1.5),
        (signal.SIGINT, 3),
    ],
)
def test_while_it_starts(number, seconds, tmp_path):
    """Whatever it is doing at that moment: importing, starting workers, reading, planning. What Python itself
    says before it comes to nikti is not ours."""
    environment = {**os.environ, "NIKTI_CACHE": str(tmp_path / "cache")}
    started = subprocess.Popen(
        [sys.executable, "-m", "nikti", "compare", "wine", "--preset", "fast", "--quiet"],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    time.sleep(seconds)
    family = psutil.Process(started.pid).children(recursive=True)
    started.send_signal(number)
    out, err = started.communicate(timeout=60)
    assert started.returncode in (-number, 128 + number)
    assert out == "" and not [
        line for line in err.splitlines() if line.startswith("  File") and "nikti" in line
    ]
    _, alive = psutil.wait_procs(family, timeout=5)
    assert [p for p in alive if p.status() != psutil.STATUS_ZOMBIE] == []
