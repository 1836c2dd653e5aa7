"""How many words a file of the run holds."""

from __future__ import annotations

from dataclasses import dataclass

from nikti.core.errors import DataError
from nikti.executors import Roots
from nikti.jobs import Emit


@dataclass(frozen=True)
class Job:
    """file: below "run"."""

    file: str


def work(job: Job, roots: Roots, emit: Emit) -> dict[str, int]:
    """{"words", "lines"}. Raises DataError for a file that is not there."""
    path = roots["run"] / job.file
    if not path.is_file():
        raise DataError(f"there is no file {job.file}.")
    text = path.read_text(encoding="utf-8")
    emit({"text": f"read {len(text)} letters"})
    return {"words": len(text.split()), "lines": len(text.splitlines())}
