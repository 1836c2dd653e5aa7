"""Jobs in new processes of this machine, each noted in the file that NIKTI_JOBS names."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from nikti.executors import Job, Outcome, Roots, spawn


def misfit() -> str | None:
    """Nothing is noted where nobody said where."""
    return None if "NIKTI_JOBS" in os.environ else "NIKTI_JOBS names no file"


def start(target: str, modules: Sequence[str], workers: int, threads: int) -> CountedPool:
    """See `nikti.executors`."""
    return CountedPool(spawn.start(target, modules, workers, threads), Path(os.environ["NIKTI_JOBS"]))


class CountedPool:
    """Spawned workers, and a file to which the kind of each job is added."""

    def __init__(self, pool: Any, file: Path):
        self.pool, self.file, self.workers = pool, file, pool.workers

    def run(self, following: Callable[[], Job | None], roots: Roots, **more: Any) -> Iterator[Outcome]:
        """See `nikti.executors.Executor`."""

        def noted() -> Job | None:
            job = following()
            if job is not None:
                with self.file.open("a", encoding="utf-8") as file:
                    file.write(f"{job.work['kind']}\n")
            return job

        return self.pool.run(noted, roots, **more)

    def close(self) -> None:
        """End the workers."""
        self.pool.close()
