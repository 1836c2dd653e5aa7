"""A Python process that serves jobs: it reads them from stdin and writes answers to stdout."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Any

import psutil

from nikti.executors import _wire
from nikti.executors._orphan import PARENT

#: The libraries that would start threads of their own read these when they are loaded.
_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")

#: Seconds that a process gets to end by itself.
_PATIENCE = 5

#: Is told (process, number, message) as they come, and (process, 0, None) at the end.
Hear = Callable[["Process", int, dict[str, Any] | None], None]


class Process:
    """One such process. module: what it runs; hear: called in a thread, since not every system can wait for
    several pipes at once."""

    def __init__(self, module: str, target: str, modules: Sequence[str], threads: int, hear: Hear):
        env = dict(os.environ)
        env.update({name: str(threads) for name in _THREAD_VARIABLES})
        env[PARENT] = str(os.getpid())
        env["PYTHONPATH"] = os.pathsep.join(p for p in sys.path if p)
        self._popen = subprocess.Popen(
            [sys.executable, "-m", module, target, *modules],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=env,
            start_new_session=True,  # Ctrl-C is the parent's affair
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        assert self._popen.stdin is not None and self._popen.stdout is not None  # as they were asked for
        self._to, self._from = self._popen.stdin, self._popen.stdout
        self.pid = self._popen.pid
        self.ready = False
        self._hearing = threading.Thread(target=self._listen, args=(hear,), daemon=True)
        self._hearing.start()

    def _listen(self, hear: Hear) -> None:
        reader, pipe = _wire.Reader(), self._from.fileno()
        while chunk := os.read(pipe, 1 << 16):
            for number, message in reader.feed(chunk):
                self.ready = self.ready or "ready" in message
                hear(self, number, message)
        hear(self, 0, None)

    def send(self, message: dict[str, Any]) -> None:
        """Send one object. A process that has ended is no error here: its end is reported in any case."""
        with contextlib.suppress(OSError):
            self._to.write(json.dumps(message).encode("ascii") + b"\n")
            self._to.flush()

    def status(self) -> int | None:
        """What an ended process ended with, negative for a signal; None where it does not end."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self._popen.wait(_PATIENCE)
        return None

    def close(self) -> None:
        """End it and what it started: at once if it is still importing, else as it ends itself."""
        with contextlib.suppress(OSError):
            self._to.close()
        if not self.ready or self.status() is None:
            kill(self.pid)
        self._popen.wait()
        self._hearing.join(_PATIENCE)
        if not self._hearing.is_alive():  # else something that a job left behind still holds the pipe
            self._from.close()


def kill(pid: int) -> None:
    """End a process and its descendants at once."""
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        for one in [*process.children(recursive=True), process]:
            with contextlib.suppress(psutil.Error):
                one.kill()


def cpu(pid: int) -> float:
    """CPU seconds that a process has used; 0 where it is gone."""
    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.Error:
        return 0.0
    return times.user + times.system


def resident(pid: int) -> int:
    """Bytes of memory that a process holds; 0 where it is gone."""
    try:
        return psutil.Process(pid).memory_info().rss
    except psutil.Error:
        return 0
