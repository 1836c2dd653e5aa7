"""Jobs on this machine, each in a process of its own, forked from one that has everything imported.

Needs a system that can fork; see `spawn` for the others.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from nikti.executors._pool import Pool, Running
from nikti.executors._process import Process


def misfit() -> str | None:
    """Why processes cannot be forked here."""
    if not hasattr(os, "fork"):
        return "this system does not fork processes"
    if sys.platform == "darwin":  # https://docs.python.org/3/library/multiprocessing.html, "fork"
        return "libraries of this system crash in forked processes"
    return None


def start(target: str, modules: Sequence[str], workers: int, threads: int) -> Pool:
    """See `nikti.executors`."""
    return ForkedPool(target, modules, workers, threads)


class ForkedPool(Pool):
    """A zygote, and a child of it for each job."""

    def __init__(self, target: str, modules: Sequence[str], workers: int, threads: int):
        super().__init__(target, modules, workers, threads)
        self._zygote: Process | None = self._launch("nikti.executors._zygote")

    def close(self) -> None:
        """End the zygote, which ends its children."""
        if self._zygote is not None:
            self._zygote.close()
            self._zygote = None

    def _process_for(self, number: int) -> Process:
        if self._zygote is None:
            self._zygote = self._launch("nikti.executors._zygote")
        return self._zygote

    def _status(self, one: Running) -> int | None:
        """Nobody knows: the zygote's children ended with it, and it alone would have been told how."""
        return None

    def _lost(self, process: Process) -> None:
        process.close()
        if process is self._zygote:
            self._zygote = None
