"""Time: what is left of a run, and how far its real costs are from the expected ones."""

from __future__ import annotations

import time


class Clock:
    """Time left, and how far this run's real costs are from the expected ones."""

    def __init__(self, limit: float, started: float):
        self.end = started + limit
        self.started = started
        self._known: dict[str, tuple[float, float]] = {}

    def left(self) -> float:
        """Wall seconds until the limit."""
        return self.end - time.monotonic()

    def elapsed(self) -> float:
        """Wall seconds since the start."""
        return time.monotonic() - self.started

    def learn(self, name: str, expected: float, took: float) -> None:
        """A trial of `name` took so much longer than expected."""
        before = self._known.get(name, (0.0, 0.0))
        self._known[name] = (before[0] + expected, before[1] + took)

    def expect(self, name: str, expected: float) -> float:
        """What a trial will really take, from what this contender's trials took so far."""
        planned, took = self._known.get(name, (0.0, 0.0))
        return expected * (took / planned if planned > 0 else 1.0)  # by their seconds: dear trials tell most
