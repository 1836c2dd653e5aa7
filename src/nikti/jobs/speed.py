"""Measure this machine's speed against the reference."""

from __future__ import annotations

from dataclasses import dataclass

from nikti.executors import Roots
from nikti.jobs import Emit
from nikti.jobs._parts import limit_threads


@dataclass(frozen=True)
class Job:
    """No settings."""


def work(job: Job, roots: Roots, emit: Emit) -> float:
    """Measure the speed, on one thread."""
    from nikti.protocol.cost import speed

    limit_threads(1)
    return speed()
