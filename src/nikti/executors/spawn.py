"""Jobs on this machine, in new Python processes that stay and do one job after the other.

Works on every system; a process is replaced where its job was ended or crashed.
"""

from __future__ import annotations

from collections.abc import Sequence

from nikti.executors._pool import Pool, Running
from nikti.executors._process import Process, kill


def misfit() -> str | None:
    """None: it works on every system."""
    return None


def start(target: str, modules: Sequence[str], workers: int, threads: int) -> Pool:
    """See `nikti.executors`."""
    return SpawnedPool(target, modules, workers, threads)


class SpawnedPool(Pool):
    """Workers, started as they are needed, the first at once: importing everything takes seconds."""

    def __init__(self, target: str, modules: Sequence[str], workers: int, threads: int):
        super().__init__(target, modules, workers, threads)
        self._there: list[Process] = []
        self._idle: list[Process] = []
        self._freed(self._new())

    def close(self) -> None:
        """End the workers."""
        for process in self._there:
            process.close()
        self._there, self._idle = [], []

    def _new(self) -> Process:
        self._there.append(self._launch("nikti.executors._worker"))
        return self._there[-1]

    def _process_for(self, number: int) -> Process:
        return self._idle.pop() if self._idle else self._new()

    def _status(self, one: Running) -> int | None:
        """The worker's own, where it had begun with the job; else it says nothing about that."""
        return one.process.status() if one.pid else None

    def _freed(self, process: Process) -> None:
        self._idle.append(process)

    def _lost(self, process: Process) -> None:
        process.close()
        for some in (self._there, self._idle):
            if process in some:
                some.remove(process)

    def _stop(self, one: Running) -> None:
        kill(one.process.pid)
