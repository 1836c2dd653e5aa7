"""The events of a run while it works, as plain dicts."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from nikti.core.run import Result, Run, Trial
from nikti.protocol import schedule
from nikti.run.clock import Clock
from nikti.run.workers import OnEvent

if TYPE_CHECKING:
    from nikti.run.state import RunState
    from nikti.verdict.judge import Verdict

#: Wall seconds between two progress events: each simulates the rest of the run.
PROGRESS_EVERY = 1.0


class Events:
    """Emits what happens in a run, as events."""

    def __init__(self, run: Run, clock: Clock, on_event: OnEvent):
        self.run, self.clock, self.on_event = run, clock, on_event
        self._last, self._share = 0.0, 0.0
        self.side = {entry.name: entry.side for entry in run.plan.contenders}

    def _of(self, trial: Trial) -> dict[str, Any]:
        return {
            "trial": trial.key,
            "contender": trial.contender,
            "side": self.side[trial.contender],
            "fold": trial.fold,
            "size": trial.size,
        }

    def trial_start(self, trial: Trial) -> None:
        self.on_event({"event": "trial_start", **self._of(trial)})

    def trial_progress(self, trial: Trial, message: dict[str, Any]) -> None:
        self.on_event({"event": "trial_progress", **self._of(trial), **message})

    def trial_end(self, trial: Trial, result: Result) -> None:
        score = result.scores.get(self.run.plan.metric)
        ended = {
            "outcome": result.outcome,
            "reason": result.reason,
            "score": score,
            "seconds": result.seconds.get("wall", 0.0),
        }
        self.on_event({"event": "trial_end", **self._of(trial), **ended})
        from nikti.verdict.leaderboard import leaderboard

        self.on_event({"event": "leaderboard", "rows": leaderboard(self.run)})

    def verdict(self, verdict: Verdict) -> None:
        """The verdict from the rows so far."""
        self.on_event(
            {
                "event": "verdict",
                "percent": self.run.plan.percent,
                "call": verdict.call,
                "strength": verdict.strength,
                "gap": verdict.gap,
                "interval": [verdict.low, verdict.high],
                "n": verdict.n,
                "champions": verdict.champions,
                "scores": verdict.scores,
            }
        )

    def progress(self, state: RunState) -> None:
        """How far the run is, from simulating the rest of it; the share done never falls."""
        now = time.monotonic()
        if now - self._last < PROGRESS_EVERY:
            return
        self._last = now
        elapsed = self.clock.elapsed()
        running = {
            trial: max(0.0, state.expect(trial) - (elapsed - began)) for trial, began in state.running.items()
        }
        left = state.end - now
        _, ends = schedule.play(state.board, state.expect, left, state.run.plan.workers, running)
        closing = min(self.clock.left(), self.clock.end - state.end)
        eta = min(ends, max(0.0, left)) + max(0.0, closing)
        self._share = max(self._share, elapsed / (elapsed + eta) if elapsed + eta > 0 else 1.0)
        self.on_event({"event": "progress", "done": self._share, "elapsed": elapsed, "eta": eta})
