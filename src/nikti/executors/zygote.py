"""The process that trials are forked from: it imports the heavy libraries once and computes nothing,
so a fork is ready in milliseconds.

    python -m nikti.executors.zygote TARGET MODULE ...

Reads one JSON object a line on stdin, {"id", "job"}; forks a child for each, which calls
`TARGET(job, emit)` (given as module:function) where `emit(dict)` writes one line to the parent.
Writes on stdout {"ready"}, {"id", "pid"}, whatever the child emits with its "id", and
{"id", "exit", "signal", "peak_kb", "cpu"}. The end of stdin ends it and its children. What a job
prints goes to stderr.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import json
import os
import select
import signal
import sys
import traceback
from typing import Any

#: Lines up to this length are written to a pipe in one piece, whatever other processes write.
_ATOMIC = select.PIPE_BUF


def main(target: str, modules: list[str]) -> None:
    """Serve jobs until stdin ends."""
    out = os.dup(1)
    os.dup2(2, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what Ctrl-C means
    for module in modules:
        with contextlib.suppress(ImportError):  # a library that a trial needs says so in the trial
            importlib.import_module(module)
    module, function = target.split(":")
    work = getattr(importlib.import_module(module), function)
    _write(out, {"ready": True, "peak_kb": _empty_fork()})
    children: dict[int, str] = {}
    wake, waker = os.pipe()
    os.set_blocking(waker, False)
    signal.set_wakeup_fd(waker)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    buffer = b""
    while True:
        ready, _, _ = select.select([0, wake], [], [])
        if wake in ready:
            os.read(wake, 4096)
            _reap(children, out)
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


def _write(out: int, message: dict[str, Any]) -> None:
    line = json.dumps(message).encode() + b"\n"
    if len(line) > _ATOMIC:
        raise ValueError(f"a message of {len(line)} bytes; at most {_ATOMIC} may be sent at once")
    os.write(out, line)


def _start(request: dict[str, Any], work: Any, out: int, children: dict[int, str]) -> None:
    pid = os.fork()
    if pid:
        children[pid] = request["id"]
        _write(out, {"id": request["id"], "pid": pid})
        return
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        _die_with_parent()
        os.close(0)
        work(request["job"], lambda message: _write(out, {"id": request["id"], **message}))
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(OSError):
            sys.stderr.flush()
        os._exit(code)


def _die_with_parent() -> None:
    """Ask Linux to kill this process when the zygote ends; elsewhere the zygote does it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # 1 is PR_SET_PDEATHSIG


def _reap(children: dict[int, str], out: int) -> None:
    while children:
        pid, status, usage = os.wait4(-1, os.WNOHANG)
        if pid == 0:
            return
        if pid in children:
            code = os.waitstatus_to_exitcode(status)
            _write(
                out,
                {
                    "id": children.pop(pid),
                    "exit": max(code, 0),
                    "signal": max(-code, 0),
                    "peak_kb": usage.ru_maxrss,
                    "cpu": usage.ru_utime + usage.ru_stime,
                },
            )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
