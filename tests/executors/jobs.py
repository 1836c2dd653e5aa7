"""Jobs for the executor's tests: each does one thing that real trials do by accident."""

import os
import signal
import time
from pathlib import Path


def work(job, emit):
    kind = job["kind"]
    if kind == "write":
        emit({"fraction": 0.5, "text": "half"})
        Path(job["path"]).write_text(str(os.getpid()))
    elif kind == "raise":
        emit({"error": "ValueError: no good"})
        raise ValueError("no good")
    elif kind == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    elif kind == "segfault":
        os.kill(os.getpid(), signal.SIGSEGV)
    elif kind == "sleep":
        time.sleep(job["seconds"])
    elif kind == "work":
        end = time.process_time() + job["seconds"]
        while time.process_time() < end:
            pass
    elif kind == "memory":
        block = bytearray(job["mb"] * 2**20)
        block[::4096] = b"x" * len(block[::4096])
