"""Time: what is left of a run, and how far its real costs are from the expected ones."""

from __future__ import annotations

import time

#: A slowdown is learned from trials of at least so many CPU seconds, and forgets half of itself each time.
LEAST, MEMORY = 0.3, 0.5


class Clock:
    """Time left, and measured costs of trials against planned ones. A wrong price is a contender's own
    and is measured in CPU seconds; a busy machine slows every trial, which is measured in wall seconds
    per CPU second."""

    def __init__(self, limit: float, started: float, slowdown: float = 1.0):
        self.limit = limit
        self.end = started + limit
        self.started = started
        #: Wall seconds of a CPU second of trials.
        self.slowdown = slowdown
        self._trials: dict[str, tuple[float, float]] = {}

    def now(self) -> float:
        """The moment on the clock by which limits are kept."""
        return time.monotonic()

    def left(self) -> float:
        """Wall seconds until the limit."""
        return self.end - time.monotonic()

    def elapsed(self) -> float:
        """Wall seconds since the start."""
        return time.monotonic() - self.started

    def learn(self, name: str, planned: float, cpu: float, wall: float) -> None:
        """A trial of `name` that was planned to take so many core-seconds has ended."""
        before = self._trials.get(name, (0.0, 0.0))
        self._trials[name] = (before[0] + planned, before[1] + cpu)
        if cpu >= LEAST:
            self.slowdown += MEMORY * (max(1.0, wall / cpu) - self.slowdown)

    def cpu(self, name: str, planned: float) -> float:
        """CPU seconds that a trial will take, from what this contender's trials took so far."""
        expected, took = self._trials.get(name, (0.0, 0.0))
        return planned * (took / expected if expected > 0 else 1.0)  # by their seconds: long trials tell most

    def wall(self, name: str, planned: float) -> float:
        """Wall seconds that it will take on this machine as it is now."""
        return self.slowdown * self.cpu(name, planned)
