"""Runs jobs on this machine, each in a process of its own, a few at a time.

A crash, an out-of-memory kill or an overrun of one job is an `Outcome` with its reason; the others go
on. Jobs and messages are JSON; nothing is pickled, and the caller's main script is never imported
again (so `nikti.compare(...)` works in a script without any guard).
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

import psutil

from nikti.core.errors import RunError
from nikti.core.words import Words

#: The libraries that would start threads of their own read these when they are loaded.
_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")

#: Below this share of free memory the largest job is stopped before the machine starts to swap.
_FREE_MEMORY = 0.04

ENDED = Words(en="the process was ended by {name}", bn="প্রসেসটি {name} দিয়ে থামানো হয়েছে")
OUT_OF_MEMORY_HINT = Words(
    en="the process was ended by {name} (most often: out of memory)",
    bn="প্রসেসটি {name} দিয়ে থামানো হয়েছে (বেশির ভাগ সময়ে মেমরি ফুরালে হয়)",
)
ENDED_WITH_ERROR = Words(en="the process ended with an error", bn="প্রসেসটি ভুল করে থেমে গেছে")
TIME_UP = Words(
    en="stopped after {seconds} s: the time was used up",
    bn="{seconds} সে. পরে থামানো হয়েছে, সময় ফুরিয়েছিল",
)
TOO_SLOW = Words(
    en="stopped after {seconds} CPU-seconds: far more than foreseen",
    bn="{seconds} সিপিইউ-সেকেন্ড পরে থামানো হয়েছে, ধারণার চেয়ে অনেক বেশি লাগছিল",
)
OUT_OF_MEMORY = Words(
    en="stopped at {mb} MB: the machine ran out of memory",
    bn="{mb} এমবিতে থামানো হয়েছে, মেশিনের মেমরি ফুরিয়েছিল",
)


@dataclass
class Outcome:
    """How a job ended.

    outcome: "ok", "failed", "killed" or "timeout"; reason: why, when not "ok" (an error's own words are
    English alone); kind: the name of the
    error that a failed job told of;
    peak_mb: peak resident memory beyond that of an empty fork; seconds, cpu: wall and CPU seconds.
    """

    id: str
    outcome: str
    reason: str | Words = ""
    kind: str = ""
    peak_mb: float | None = None
    seconds: float = 0.0
    cpu: float = 0.0


@dataclass(frozen=True)
class Allowance:
    """What a job may use: until when it may run, on the monotonic clock, and its CPU seconds. A busy machine
    makes a job late without any fault of its own, so an overrun is one of CPU seconds."""

    until: float = inf
    cpu: float = inf


UNLIMITED = Allowance()

#: (name of the job, the job, what it may use)
Job = tuple[str, dict[str, Any], Allowance]


def queue(jobs: Sequence[tuple[str, dict[str, Any]]], allowance: Allowance) -> Callable[[], Job | None]:
    """The jobs one after the other, as `LocalPool.run` asks for them."""
    waiting = iter(jobs)

    def following() -> Job | None:
        found = next(waiting, None)
        return None if found is None else (*found, allowance)

    return following


@dataclass
class _Running:
    started: float
    allowance: Allowance
    pid: int | None = None
    ended: str = ""  # "timeout" or "killed" once this process has stopped it, with the reason
    reason: str | Words = ""
    error: str = ""
    kind: str = ""


class LocalPool:
    """A few worker processes forked from one zygote. Use as a context manager.

    target: "module:function" called as function(job, emit) in the child; modules: what the zygote
    imports beforehand; workers: jobs at a time; threads: CPU threads of each.
    """

    def __init__(self, target: str, modules: Sequence[str], workers: int, threads: int):
        self.workers = workers
        env = dict(os.environ)
        env.update({name: str(threads) for name in _THREAD_VARIABLES})
        env["PYTHONPATH"] = os.pathsep.join(p for p in sys.path if p)
        self._zygote = subprocess.Popen(
            [sys.executable, "-m", "nikti.executors.zygote", target, *modules],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=env,
            start_new_session=True,
        )
        assert self._zygote.stdin is not None and self._zygote.stdout is not None  # as they were asked for
        self._to, self._from = self._zygote.stdin, self._zygote.stdout
        os.set_blocking(self._from.fileno(), False)
        self._buffer = b""
        self._empty_kb = 0

    def __enter__(self) -> LocalPool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the zygote and whatever still runs; at once if it was still importing."""
        if self._empty_kb == 0:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._zygote.pid, signal.SIGKILL)
        with contextlib.suppress(OSError):
            self._to.close()
        try:
            self._zygote.wait(timeout=5)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._zygote.pid, signal.SIGKILL)
            self._zygote.wait()
        self._from.close()

    def run(
        self,
        following: Callable[[], Job | None],
        *,
        workers: int | None = None,
        on_start: Callable[[str], None] = lambda id: None,
        on_message: Callable[[str, dict[str, Any]], None] = lambda id, message: None,
    ) -> Iterator[Outcome]:
        """Run jobs as they are wanted; yields each outcome as it comes.

        following() -> the next job, asked for whenever a worker is free, and again after each outcome; None
        where there is none for now. When nothing runs any more and there is none, all is done. A job's clock
        starts when its process does. workers: jobs at a time, the pool's own number if None.
        """
        running: dict[str, _Running] = {}
        asking = True
        while asking or running:
            while asking and len(running) < (workers or self.workers):
                found = following()
                if found is None:
                    asking = False
                    break
                id, job, allowance = found
                self._send({"id": id, "job": job})
                running[id] = _Running(time.monotonic(), allowance)
                on_start(id)
            if not running:
                return
            for message in self._receive(0.2):
                done = self._handle(message, running, on_message)
                if done is not None:
                    asking = True
                    yield done
            self._guard(running)

    def _handle(
        self, message: dict[str, Any], running: dict[str, _Running], on_message: Callable
    ) -> Outcome | None:
        id = message.pop("id", None)
        if id is None:
            self._empty_kb = message.get("peak_kb", 0)
            return None
        if id not in running:
            return None
        if "pid" in message:
            running[id].pid, running[id].started = message["pid"], time.monotonic()
        elif "exit" in message:
            return self._outcome(id, running.pop(id), message)
        elif "error" in message:
            running[id].error, running[id].kind = message["error"], message.get("kind", "")
        else:
            on_message(id, message)
        return None

    def _outcome(self, id: str, job: _Running, message: dict[str, Any]) -> Outcome:
        peak = max(0.0, (message["peak_kb"] - self._empty_kb) / 1024)
        facts = {"peak_mb": peak, "seconds": time.monotonic() - job.started, "cpu": message["cpu"]}
        if job.ended:
            return Outcome(id, job.ended, job.reason, **facts)
        if message["signal"]:
            name = signal.Signals(message["signal"]).name
            words = OUT_OF_MEMORY_HINT if name == "SIGKILL" else ENDED
            return Outcome(id, "killed", words.format(name=name), **facts)
        if message["exit"]:
            reason = job.error or ENDED_WITH_ERROR
            return Outcome(id, "failed", reason, job.kind, **facts)
        return Outcome(id, "ok", **facts)

    def _guard(self, running: dict[str, _Running]) -> None:
        """Stop what has overrun, and the largest job when memory runs out."""
        now = time.monotonic()
        for job in running.values():
            if not job.pid or job.ended:
                continue
            if now > job.allowance.until:
                self._kill(job, "timeout", TIME_UP.format(seconds=round(now - job.started)))
            elif job.allowance.cpu < inf and (spent := _cpu(job.pid)) > job.allowance.cpu:
                self._kill(job, "timeout", TOO_SLOW.format(seconds=round(spent)))
        memory = psutil.virtual_memory()
        if memory.available < _FREE_MEMORY * memory.total and running:
            sizes = {id: _resident(job.pid) for id, job in running.items() if job.pid and not job.ended}
            if sizes:
                id = max(sizes, key=lambda id: sizes[id])
                self._kill(running[id], "killed", OUT_OF_MEMORY.format(mb=round(sizes[id] / 2**20)))

    def _kill(self, job: _Running, ended: str, reason: Words) -> None:
        job.ended, job.reason = ended, reason
        if job.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(job.pid, signal.SIGKILL)

    def _send(self, message: dict[str, Any]) -> None:
        try:
            self._to.write(json.dumps(message).encode() + b"\n")
            self._to.flush()
        except OSError as error:
            raise RunError(f"the worker process ended unexpectedly: {error}") from error

    def _receive(self, seconds: float) -> list[dict[str, Any]]:
        out = self._from.fileno()
        if not select.select([out], [], [], seconds)[0]:
            return []
        chunk = os.read(out, 1 << 16)
        if not chunk:
            raise RunError("the worker process ended unexpectedly; run it again, or see `nikti doctor`.")
        *lines, self._buffer = (self._buffer + chunk).split(b"\n")
        return [json.loads(line) for line in lines]


def _cpu(pid: int) -> float:
    """CPU seconds that a process has used; 0 where it is gone."""
    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.Error:
        return 0.0
    return times.user + times.system


def _resident(pid: int) -> int:
    try:
        return psutil.Process(pid).memory_info().rss
    except psutil.Error:
        return 0
