"""A process that stays and does one job after the other.

    python -m nikti.executors._worker TARGET MODULE ...

Reads and writes what `_zygote` does. The end of stdin ends it at once, whatever it is doing.
"""

from __future__ import annotations

import gc
import json
import os
import queue
import signal
import sys
import threading
import time
from functools import partial
from typing import Any

import psutil

from nikti.executors import _wire
from nikti.executors._attempt import attempt, prepared
from nikti.executors._orphan import PARENT, die_with_parent
from nikti.executors._peak import Peak
from nikti.executors._process import kill


def main(target: str, modules: list[str]) -> None:
    """Serve jobs until stdin ends."""
    die_with_parent(int(os.environ[PARENT]))
    orders, out, log = os.dup(0), os.dup(1), os.dup(2)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)  # a job must not read what is meant for this process
    os.dup2(log, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what Ctrl-C means
    waiting: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(orders, waiting), daemon=True).start()
    work = prepared(target, modules)
    _wire.write(out, 0, {"ready": True})
    while True:
        request = waiting.get()
        number, before = request["number"], time.process_time()
        gc.collect()  # of the last job: files that are mapped cannot be removed everywhere
        with Peak() as peak:
            began = {"began": os.getpid(), "cpu": before, "resident": peak.before}
            _wire.write(out, number, began)
            well = attempt(work, request, partial(_wire.write, out, number))
        for stream in (1, 2):  # leave the job's log
            os.dup2(log, stream)
        gc.collect()
        ended = {"end": 0 if well else 1, "cpu": time.process_time() - before}
        _wire.write(out, number, {**ended, "peak_mb": peak.bytes / 2**20})


def _listen(orders: int, waiting: queue.SimpleQueue[dict[str, Any]]) -> None:
    buffer = b""
    while chunk := os.read(orders, 1 << 16):
        *lines, buffer = (buffer + chunk).split(b"\n")
        for line in lines:
            waiting.put(json.loads(line))
    for child in psutil.Process().children():  # what a job has started
        kill(child.pid)
    os._exit(1)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
