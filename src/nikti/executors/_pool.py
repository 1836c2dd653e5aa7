"""What all executors on this machine share: start jobs, receive their messages, and stop those that
overrun. They differ in the process that a job is sent to: see `Pool._process_for`.
"""

from __future__ import annotations

import queue
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from math import inf
from typing import Any

from nikti.core.machine import memory
from nikti.core.words import Words
from nikti.executors import Job, Outcome, Roots
from nikti.executors._process import Process, cpu, kill, resident

#: Below this share of free memory the largest job is stopped before the machine starts to swap.
_FREE_MEMORY = 0.04

#: How often a job is started again whose worker vanished.
_AGAIN = 2

#: Seconds between two looks at what the jobs use.
_LOOK_EVERY = 0.2

#: Windows ends a process that broke a rule of the machine with such a status.
_CRASH = 0xC0000000

ENDED = Words(en="the process was ended by {name}", bn="প্রসেসটি {name} দিয়ে থামানো হয়েছে")
OUT_OF_MEMORY_HINT = Words(
    en="the process was ended by {name} (most often: out of memory)",
    bn="প্রসেসটি {name} দিয়ে থামানো হয়েছে (বেশির ভাগ সময়ে মেমরি ফুরালে হয়)",
)
ENDED_WITH_ERROR = Words(
    en="the process ended with the status {status}", bn="প্রসেসটি ভুল করে থেমে গেছে ({status})"
)
CRASHED = Words(en="the process crashed (status {status})", bn="প্রসেসটি ভেঙে পড়েছে ({status})")
VANISHED = Words(
    en="its worker process vanished without saying why, {times} times; see `nikti doctor`",
    bn="এর প্রসেসটি {times} বার কিছু না জানিয়ে হারিয়ে গেছে; দেখুন `nikti doctor`",
)
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
class Running:
    """A job with a worker. pid: None until its process works on it; before: CPU seconds that this process had
    used by then; cpu, peak: used so far, as seen from outside; stopped: "timeout" or "killed" once this side
    has ended it, for a reason."""

    job: Job
    number: int
    process: Process
    tries: int
    started: float = 0.0
    pid: int | None = None
    before: float = 0.0
    base: int = 0
    cpu: float = 0.0
    peak: int = 0
    stopped: str = ""
    reason: str | Words = ""
    answered: bool = False
    answer: Any = None
    error: str | Words = ""
    error_class: str = ""


@dataclass(frozen=True)
class End:
    """How its worker was done with a job. status: 0 well, above with an error, below by a signal; None where
    nobody knows."""

    status: int | None
    cpu: float
    peak_mb: float


class Pool:
    """Use as a context manager. workers: jobs at a time."""

    def __init__(self, target: str, modules: Sequence[str], workers: int, threads: int):
        self.workers = workers
        self._serves = (target, tuple(modules), threads)
        self._numbers = count(1)
        self._heard: queue.SimpleQueue[tuple[Process, int, dict[str, Any] | None]] = queue.SimpleQueue()

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End every process, and whatever still runs."""
        raise NotImplementedError

    def _process_for(self, number: int) -> Process:
        """A process that takes a job now."""
        raise NotImplementedError

    def _status(self, one: Running) -> int | None:
        """The status that a job's process, which has ended, left for the job."""
        raise NotImplementedError

    def _freed(self, process: Process) -> None:
        """A process is done with its job."""

    def _lost(self, process: Process) -> None:
        """A process has ended."""
        raise NotImplementedError

    def _stop(self, one: Running) -> None:
        """End a job's process at once."""
        if one.pid:
            kill(one.pid)

    def _launch(self, module: str) -> Process:
        return Process(module, *self._serves, lambda *what: self._heard.put(what))

    def run(
        self,
        following: Callable[[], Job | None],
        roots: Roots,
        *,
        workers: int | None = None,
        on_start: Callable[[str], None] = lambda id: None,
        on_message: Callable[[str, dict[str, Any]], None] = lambda id, message: None,
    ) -> Iterator[Outcome]:
        """See `nikti.executors.Executor.run`."""
        folders = {name: str(folder) for name, folder in roots.items()}
        running: dict[int, Running] = {}
        again: list[Running] = []
        asking = True

        def fill() -> None:
            """Give every free worker a job, as far as there are any."""
            nonlocal asking
            while len(running) < (workers or self.workers):
                if again:
                    lost = again.pop(0)
                    self._begin(lost.job, folders, running, lost.tries + 1)
                    continue
                job = following() if asking else None
                if job is None:
                    asking = False
                    return
                self._begin(job, folders, running, 1)
                on_start(job.id)

        try:
            fill()
            while running:
                for one, end in self._listen(running, on_message):
                    outcome = _outcome(one, end)
                    if outcome is None:
                        again.append(one)
                    else:
                        yield outcome
                        asking = True
                    fill()
                self._guard(running)
        finally:
            for one in running.values():
                self._stop(one)

    def _begin(self, job: Job, folders: dict[str, str], running: dict[int, Running], tries: int) -> None:
        number = next(self._numbers)
        process = self._process_for(number)
        running[number] = Running(job, number, process, tries)
        process.send({"number": number, "work": dict(job.work), "roots": folders})

    def _listen(
        self, running: dict[int, Running], on_message: Callable[[str, dict[str, Any]], None]
    ) -> Iterator[tuple[Running, End]]:
        """Take in what was heard by now, waiting a moment for the first; the jobs that have ended."""
        wait = True
        while True:
            try:
                process, number, message = self._heard.get(wait, _LOOK_EVERY)
            except queue.Empty:
                return
            wait = False
            if message is None:
                self._lost(process)
                for one in [one for one in running.values() if one.process is process]:
                    del running[one.number]
                    yield one, End(self._status(one), one.cpu, _megabytes(one))
            elif number in running:
                one = running[number]
                if "end" in message:
                    del running[number]
                    self._freed(process)
                    yield one, End(message["end"], message["cpu"], message["peak_mb"])
                else:
                    _take(one, message, on_message)
            elif "began" in message:  # of an iterator that was given up
                kill(message["began"])

    def _guard(self, running: dict[int, Running]) -> None:
        """Stop what has overrun, and the largest job when memory runs out."""
        now = time.monotonic()
        sizes: dict[int, int] = {}
        for one in running.values():
            if one.pid is None or one.stopped:
                continue
            size = resident(one.pid)
            one.cpu = max(one.cpu, cpu(one.pid) - one.before)
            one.base, one.peak = one.base or size, max(one.peak, size)
            if now > one.job.allowance.until:
                self._end(one, "timeout", TIME_UP.format(seconds=round(now - one.started)))
            elif one.job.allowance.cpu < inf and one.cpu > one.job.allowance.cpu:
                self._end(one, "timeout", TOO_SLOW.format(seconds=round(one.cpu)))
            else:
                sizes[one.number] = size
        room = memory()
        if sizes and room.available < _FREE_MEMORY * room.total:
            number = max(sizes, key=lambda number: sizes[number])
            self._end(running[number], "killed", OUT_OF_MEMORY.format(mb=round(sizes[number] / 2**20)))

    def _end(self, one: Running, stopped: str, reason: Words) -> None:
        one.stopped, one.reason = stopped, reason
        self._stop(one)


def _take(one: Running, message: dict[str, Any], on_message: Callable[[str, dict[str, Any]], None]) -> None:
    if "began" in message:
        one.pid, one.before, one.base = message["began"], message["cpu"], message["resident"]
        one.started = time.monotonic()
    elif "answer" in message:
        one.answered, one.answer = True, message["answer"]
    elif "error" in message:
        error = message["error"]
        one.error = Words(error, message["error_bn"]) if message["error_bn"] else error
        one.error_class = message["class"]
    else:
        on_message(one.job.id, message["message"])


def _outcome(one: Running, end: End) -> Outcome | None:
    """How the job ended; None where its worker vanished and it is to be started again."""
    seconds = time.monotonic() - one.started if one.pid else 0.0

    def found(outcome: str, reason: str | Words = "", error: str = "", answer: Any = None) -> Outcome:
        return Outcome(one.job.id, outcome, answer, reason, error, end.peak_mb, seconds, end.cpu)

    if one.stopped:
        return found(one.stopped, one.reason)
    if end.status is not None and end.status < 0:
        name = _signal_name(-end.status)
        words = OUT_OF_MEMORY_HINT if name == "SIGKILL" else ENDED
        return found("killed", words.format(name=name))
    if end.status is not None and end.status >= _CRASH:
        return found("killed", CRASHED.format(status=f"{end.status:#x}"))
    if one.error:
        return found("failed", one.error, one.error_class)
    if end.status == 0 and one.answered:
        return found("ok", answer=one.answer)
    if end.status:
        return found("failed", ENDED_WITH_ERROR.format(status=end.status))
    if one.tries <= _AGAIN:
        return None
    return found("killed", VANISHED.format(times=one.tries))


def _signal_name(number: int) -> str:
    """What a signal is called; those of real time have no names of their own."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _megabytes(one: Running) -> float:
    return max(0, one.peak - one.base) / 2**20
