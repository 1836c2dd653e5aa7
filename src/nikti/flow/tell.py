"""What a run tells while it goes on."""

from __future__ import annotations

from typing import Any

from nikti.core.run import Result, Run, Trial
from nikti.flow.clock import Clock
from nikti.flow.jobs import OnEvent
from nikti.flow.lineup import planned_trial
from nikti.protocol import race
from nikti.verdict.leaderboard import leaderboard


class Teller:
    """Tells what happens, as events."""

    def __init__(self, run: Run, clock: Clock, on_event: OnEvent):
        self.run, self.clock, self.on_event = run, clock, on_event
        self.side = {entry["name"]: entry["side"] for entry in run.plan["contenders"]}

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
        score = result.scores.get(self.run.plan["metric"])
        ended = {
            "outcome": result.outcome,
            "reason": result.reason,
            "score": score,
            "seconds": result.seconds.get("wall", 0.0),
        }
        self.on_event({"event": "trial_end", **self._of(trial), **ended})
        self.on_event({"event": "leaderboard", "rows": leaderboard(self.run)})
        done, total = self._work()
        eta = (total - done) / self.run.plan["workers"]
        share = done / total if total else 1.0
        self.on_event({"event": "progress", "done": share, "elapsed": self.clock.elapsed(), "eta": eta})

    def _work(self) -> tuple[float, float]:
        """(core-seconds done, core-seconds of all stages as far as they are known)."""
        plan, results = self.run.plan, self.run.results
        hopeless = {r.trial for r in results if r.outcome == "stopped"}
        trials = {*race.first_fold(plan), *race.climb(plan, results)} - hopeless
        for side, count in plan["survivors"].items():
            going = (race.survivors(plan, results, side) or race.names(plan, side))[:count]
            trials.update(Trial(n, f, plan["full"]) for n in going for f in range(1, plan["folds"]))
            trials.update(race.curve(plan, going, going[:1]))
            trials.update(Trial(name, race.FINAL, plan["everything"]) for name in going[:1])
        cost = {t: self.clock.expect(t.contender, planned_trial(plan, t)) for t in trials}
        finished = {r.trial for r in results}
        return sum(v for t, v in cost.items() if t in finished), sum(cost.values())
