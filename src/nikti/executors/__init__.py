"""Where jobs run. An executor is a file of this folder, found by its name, with

    misfit() -> str | None                                why it cannot be used on this system
    start(target, modules, workers, threads) -> Executor

target: "module:function" of what a worker process calls as function(work, roots, emit) and whose value is the
job's answer; modules: what is imported before the first job; workers: jobs at a time; threads: CPU threads
of each.

Whatever becomes of one job, the others go on: a crash, a kill for want of memory and an overrun are outcomes
with their reasons. Jobs, messages and answers are JSON; nothing is pickled, and the caller's main script is
never imported again, so `nikti.compare(...)` works in a script without any guard.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Any, Protocol

from nikti.core import catalogue
from nikti.core.words import Words

#: {name: folder}. A job names files by a root and the path below it, so that it means the same elsewhere.
Roots = Mapping[str, Path]


@dataclass(frozen=True)
class Allowance:
    """What a job may use: until when it may run, on the monotonic clock, and its CPU seconds. A busy machine
    makes a job late without any fault of its own, so an overrun is one of CPU seconds."""

    until: float = inf
    cpu: float = inf


UNLIMITED = Allowance()


@dataclass(frozen=True)
class Job:
    """One piece of work. id: by which its outcome is known; work: JSON-able, without absolute paths."""

    id: str
    work: Mapping[str, Any]
    allowance: Allowance = UNLIMITED


@dataclass(frozen=True)
class Outcome:
    """How a job ended.

    outcome: "ok", "failed", "killed" or "timeout"; answer: what the worker returned, when "ok"; reason: why,
    when not (the words of most errors are English alone); error: the class of the error that a failed job
    raised; peak_mb: peak resident memory beyond that of a worker without a job; seconds, cpu: wall and CPU
    seconds.
    """

    id: str
    outcome: str
    answer: Any = None
    reason: str | Words = ""
    error: str = ""
    peak_mb: float | None = None
    seconds: float = 0.0
    cpu: float = 0.0


class Executor(Protocol):
    """A few workers."""

    workers: int

    def run(
        self,
        following: Callable[[], Job | None],
        roots: Roots,
        *,
        workers: int | None = None,
        on_start: Callable[[str], None] = lambda id: None,
        on_message: Callable[[str, dict[str, Any]], None] = lambda id, message: None,
    ) -> Iterator[Outcome]:
        """Run jobs as they are wanted; yields each outcome as it comes.

        following() -> the next job, asked for whenever a worker is free, and again after each outcome; None
        where there is none for now. When nothing runs any more and there is none, all is done. A job's clock
        starts when its process does. A job whose worker vanished without saying why is started again, twice
        at most; on_start is told once. workers: jobs at a time, the executor's own number if None.
        What still runs when the iterator is given up is ended.
        """
        ...

    def close(self) -> None:
        """End every process, and whatever still runs."""
        ...


def queue(jobs: Sequence[Job]) -> Callable[[], Job | None]:
    """The jobs one after the other, as `Executor.run` asks for them."""
    waiting = iter(jobs)
    return lambda: next(waiting, None)


def start(target: str, modules: Sequence[str], workers: int, threads: int) -> Executor:
    """The first executor, by name, that fits this system: forked workers are ready at once, and each of their
    jobs has a process of its own; spawned ones work everywhere."""
    offered = [catalogue.load("executors", name) for name in catalogue.names("executors")]
    fitting = next(one for one in offered if one.misfit() is None)
    return fitting.start(target, modules, workers, threads)
