"""The process that jobs are forked from: it imports the heavy libraries once and computes nothing, so a fork
is ready in milliseconds.

    python -m nikti.executors._zygote TARGET MODULE ...

Reads one JSON object a line on stdin, {"number", "work", "roots"}; forks a child for each. Writes on stdout
(see `_wire`) {"ready"}, and of each job {"began": pid, "cpu", "resident"}, what the child tells, and
{"end": status, "cpu", "peak_mb"}. The end of stdin ends it and its children. What a job prints goes to
stderr.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import sys
from typing import Any

from nikti.executors import _wire
from nikti.executors._attempt import Work, attempt, prepared
from nikti.executors._orphan import PARENT, die_with_parent


def main(target: str, modules: list[str]) -> None:
    """Serve jobs until stdin ends."""
    die_with_parent(int(os.environ[PARENT]))
    out = os.dup(1)
    os.dup2(2, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what Ctrl-C means
    work = prepared(target, modules)
    empty = _empty_fork()
    _wire.write(out, 0, {"ready": True})
    children: dict[int, int] = {}
    wake, waker = os.pipe()
    os.set_blocking(waker, False)
    signal.set_wakeup_fd(waker)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    buffer = b""
    while True:
        ready, _, _ = select.select([0, wake], [], [])
        if wake in ready:
            os.read(wake, 4096)
            _reap(children, out, empty)
        if 0 in ready:
            chunk = os.read(0, 1 << 16)
            if not chunk:
                break
            *lines, buffer = (buffer + chunk).split(b"\n")
            for line in lines:
                _start(json.loads(line), work, out, children)
    for pid in children:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    for pid in children:  # once this process has ended, nothing writes into a run any more
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, 0)


def _empty_fork() -> int:
    """Peak resident kilobytes of a child that does nothing: what every job's peak is counted from."""
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    return os.wait4(pid, 0)[2].ru_maxrss


def _start(request: dict[str, Any], work: Work, out: int, children: dict[int, int]) -> None:
    number, zygote = request["number"], os.getpid()
    pid = os.fork()
    if pid:
        children[pid] = number
        _wire.write(out, number, {"began": pid, "cpu": 0.0, "resident": 0})
        return
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        die_with_parent(zygote)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        code = 0 if attempt(work, request, lambda message: _wire.write(out, number, message)) else 1
    finally:
        os._exit(code)


def _reap(children: dict[int, int], out: int, empty: int) -> None:
    while children:
        pid, status, usage = os.wait4(-1, os.WNOHANG)
        if pid == 0:
            return
        if pid in children:
            peak = max(0, usage.ru_maxrss - empty) / 1024
            ended = {"end": os.waitstatus_to_exitcode(status), "cpu": usage.ru_utime + usage.ru_stime}
            _wire.write(out, children.pop(pid), {**ended, "peak_mb": peak})


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
