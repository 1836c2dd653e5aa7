"""What a run tells while it goes on."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from nikti.core.run import Result, Run, Trial
from nikti.protocol import schedule
from nikti.run.clock import Clock
from nikti.run.workers import OnEvent

if TYPE_CHECKING:
    from nikti.run.course import Course
    from nikti.verdict.judge import Verdict

#: Wall seconds between two looks ahead: each plays the rest of the run through.
LOOK_EVERY = 1.0


class Teller:
    """Tells what happens, as events."""

    def __init__(self, run: Run, clock: Clock, on_event: OnEvent):
        self.run, self.clock, self.on_event = run, clock, on_event
        self._looked, self._share = 0.0, 0.0
        self.side = {entry.name: entry.side for entry in run.plan.contenders}

    def _of(self, trial: Trial) -> dict[str, Any]:
        return {
            "trial": trial.key,
            "contender": trial.contender,
            "side": self.side[trial.contender],
            "fold": trial.fold,
            "size": trial.size,
        }

    def start(self, trial: Trial) -> None:
        self.on_event({"event": "trial_start", **self._of(trial)})

    def progress(self, trial: Trial, message: dict[str, Any]) -> None:
        self.on_event({"event": "trial_progress", **self._of(trial), **message})

    def end(self, trial: Trial, result: Result) -> None:
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
        """What the rows say by now."""
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

    def progress_of(self, course: Course) -> None:
        """How far the run is, from playing the rest of it through; the share done never falls back."""
        now = time.monotonic()
        if now - self._looked < LOOK_EVERY:
            return
        self._looked = now
        elapsed = self.clock.elapsed()
        running = {
            trial: max(0.0, course.expect(trial) - (elapsed - began))
            for trial, began in course.running.items()
        }
        left = course.end - now
        _, ends = schedule.play(course.board, course.expect, left, course.run.plan.workers, running)
        closing = min(self.clock.left(), self.clock.end - course.end)
        eta = min(ends, max(0.0, left)) + max(0.0, closing)
        self._share = max(self._share, elapsed / (elapsed + eta) if elapsed + eta > 0 else 1.0)
        self.on_event({"event": "progress", "done": self._share, "elapsed": elapsed, "eta": eta})
