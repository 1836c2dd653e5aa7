"""Jobs for the executors' tests: each does one thing that real jobs do by accident."""

import os
import signal
import time


def work(job, roots, emit):
    return globals()[f"_{job['kind']}"](job, roots, emit)


def _write(job, roots, emit):
    emit({"fraction": 0.5, "text": "half"})
    (roots["place"] / job["name"]).write_text("done")
    return {"written": job["name"]}


def _pid(job, roots, emit):
    return os.getpid()


def _long(job, roots, emit):
    emit({"text": "ন" * job["length"]})
    return ["x" * job["length"], job["length"]]


def _raise(job, roots, emit):
    raise ValueError("no good")


def _no_json(job, roots, emit):
    return object()


def _die(job, roots, emit):
    os.kill(os.getpid(), signal.SIGKILL)


def _segfault(job, roots, emit):
    os.kill(os.getpid(), signal.SIGSEGV)


def _exit(job, roots, emit):
    os._exit(job["status"])


def _vanish(job, roots, emit):
    """Ends without a word, as often as it is told to."""
    with open(roots["place"] / job["name"], "a") as file:
        file.write(f"{os.getpid()}\n")
    if len((roots["place"] / job["name"]).read_text().split()) <= job["times"]:
        os._exit(0)
    return "here"


def _sleep(job, roots, emit):
    emit({"pid": os.getpid()})
    time.sleep(job["seconds"])


def _work(job, roots, emit):
    end = time.process_time() + job["seconds"]
    while time.process_time() < end:
        pass


def _memory(job, roots, emit):
    block = bytearray(job["mb"] * 2**20)
    block[::4096] = b"x" * len(block[::4096])


def _print(job, roots, emit):
    print("a line that is no message")
    return "quiet"
