"""The progress of a run: its events folded into one plain value, which a display draws.

Pure but for the value it changes; times are seconds of any one clock that the caller reads.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Running:
    """A trial under way: fraction in 0..1, and what it says it does."""

    name: str
    side: str
    where: str
    fraction: float = 0.0
    text: str = ""


@dataclass
class Progress:
    """The value.

    started, updated: when the run began and when it last sent its progress; stage: what happens while
    there is no plan yet; done in 0..1; eta: seconds left as of `updated`, None before the first
    estimate; finished: trials; verdict: the last event that brought one; running: trials by key; rows: the
    leaderboard so far.
    """

    started: float
    unit: str = "sample"
    stage: str = "reading the data"
    folds: int = 0
    done: float = 0.0
    eta: float | None = None
    updated: float = 0.0
    finished: int = 0
    verdict: dict[str, Any] | None = None
    running: dict[str, Running] = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)

    def elapsed(self, now: float) -> float:
        """Seconds since the start."""
        return now - self.started

    def left(self, now: float) -> float | None:
        """Seconds to go, counted down since the last estimate; None while unknown."""
        return None if self.eta is None else max(0.0, self.eta - (now - self.updated))


def update(progress: Progress, event: dict[str, Any], now: float) -> Running | None:
    """Take one event in; returns the trial that ended, if the event says that one did."""
    kind = event["event"]
    if kind == "data":
        progress.unit = event["data"].get("unit", progress.unit)
        progress.stage = "measuring hand-made features and this machine"
    elif kind == "plan":
        progress.folds, progress.stage = event["plan"]["folds"], ""
    elif kind == "explaining":
        progress.stage = "looking at what each side used"
    elif kind == "trial_start":
        progress.running[event["trial"]] = Running(event["contender"], event["side"], _where(progress, event))
    elif kind == "trial_progress":
        trial = progress.running.get(event["trial"])
        if trial is not None:
            trial.fraction, trial.text = event["fraction"], event["text"]
    elif kind == "trial_end":
        progress.finished += 1
        return progress.running.pop(event["trial"], None) or Running(event["contender"], "", "")
    elif kind == "leaderboard":
        progress.rows = event["rows"]
    elif kind == "verdict":
        progress.verdict = event
    elif kind == "progress":
        progress.done, progress.eta, progress.updated = event["done"], event.get("eta"), now
    return None


def _where(progress: Progress, event: dict[str, Any]) -> str:
    """Which cell of the grid, in words: fold -1 is the final fit on all training rows."""
    size = f"{event['size']:,} {plural(progress.unit)}"
    if event["fold"] < 0:
        return f"final fit, {size}"
    of = f" of {progress.folds}" if progress.folds else ""
    return f"fold {event['fold'] + 1}{of}, {size}"


def plural(unit: str) -> str:
    """More than one of a unit.

    >>> plural("image"), plural("series")
    ('images', 'series')
    """
    return unit if unit.endswith("s") else unit + "s"
