"""Who meets whom, how often and at what price: the plan as plain data, made in a worker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from nikti.core.contender import Budget, Contender
from nikti.core.data import Data
from nikti.core.errors import UsageError
from nikti.core.run import Trial
from nikti.core.task import Task
from nikti.flow import understand
from nikti.flow.request import Request
from nikti.protocol import plan as planning
from nikti.protocol.fit_level import fit_level
from nikti.protocol.split import grid_sizes
from nikti.verdict.champions import FREEZE_FROM


def make_plan(
    request: Request, task: Task, data: Data, split: dict[str, Any], setup: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """(the plan as plain data, {contender: what a worker makes it from}); see `nikti.protocol.plan`.

    split: {"method", "folds", "train_sizes", "everything"}; setup: {"workers", "threads", "device",
    "speed"}. Called in a worker: a user's own files are run here for the first time, and what they do
    must not end the run's own process. Raises UsageError for a contender that cannot be used.
    """
    contenders, refused = understand.candidates(request, task, data)
    if not contenders:
        reasons = "; ".join(f"{r['name']}: {r['reason']}" for r in refused)
        raise UsageError(f"no contender can be used on {data.name}: {reasons}")
    asked = split["everything"] / split["folds"]
    prices = _Prices(task, data, setup, {contender.name: contender for contender in contenders}, asked)
    full = int(np.mean(split["train_sizes"]))
    level, racing = _level(request, split, prices, full)
    plan = {
        "metric": task.metrics[0].name,
        "percent": task.metrics[0].percent,
        "method": split["method"],
        "preset": request.preset,
        "full": full,
        "everything": split["everything"],
        "limit": request.limit,
        "workers": setup["workers"],
        "threads": setup["threads"],
        **_grid(level, full),
        **_forecast(request, level, racing, prices, full, split["everything"]),
        "refused": refused + _dropped(level, prices),
    }
    specs = {c.name: {"name": c.name, "side": c.side, "options": request.options} for c in contenders}
    return plan, specs


@dataclass(frozen=True)
class _Prices:
    """What trials of these contenders cost on these data and this machine: a fit, and answering the `asked`
    samples of a fold."""

    task: Task
    data: Data
    setup: dict[str, Any]
    contenders: dict[str, Contender]
    asked: float
    known: dict[tuple[str, int, Budget], float] = field(default_factory=dict)

    def _on_this_machine(self, effort: Budget) -> Budget:
        return replace(effort, threads=self.setup["threads"], device=self.setup["device"])

    def seconds(self, name: str, size: int, effort: Budget) -> float:
        """Core-seconds of one trial. Fitting a level to the time asks for the same ones over and over."""
        if (name, size, effort) not in self.known:
            fit = self.contenders[name].cost(self.task, self.data, size, self._on_this_machine(effort))
            self.known[name, size, effort] = fit / self.setup["speed"] + self.answering[name]
        return self.known[name, size, effort]

    @cached_property
    def answering(self) -> dict[str, float]:
        """Core-seconds of each contender's trials that do not depend on what is learned from."""
        effort, speed = self._on_this_machine(Budget()), self.setup["speed"]
        return {
            name: self.asked * contender.answer_cost(self.task, self.data, effort) / speed
            for name, contender in self.contenders.items()
        }

    def memory(self, name: str, size: int, effort: Budget) -> float | None:
        """Peak megabytes of one fit, None where nobody can tell."""
        return self.contenders[name].memory(self.task, self.data, size, self._on_this_machine(effort))

    def of_side(self, side: str) -> list[str]:
        """The side's contenders."""
        return [name for name, contender in self.contenders.items() if contender.side == side]


def _busy(prices: _Prices) -> int:
    """Sides that have a contender at all."""
    return sum(bool(prices.of_side(side)) for side in planning.SIDES)


def _level(
    request: Request, split: dict[str, Any], prices: _Prices, full: int
) -> tuple[planning.Level, frozenset[str]]:
    """(as much of the grid as fits the time, who climbs the race's rungs)."""
    preset, everything = planning.PRESETS[request.preset], split["everything"]
    most = 1 if split["method"] == "forward_blocks" else preset.sizes
    sizes = grid_sizes(full, max(1, len(prices.data.classes)), most)
    timing = planning.timing_seconds(request.preset, request.limit)
    seconds = (request.limit - planning.overhead(_busy(prices), timing)) * planning.USABLE
    level = fit_level(
        {side: prices.of_side(side) for side in planning.SIDES},
        sizes,
        everything,
        max(1.0, seconds * prices.setup["workers"] / max(1, _busy(prices))),
        prices.seconds,
        preset,
        split["folds"],
        frozen=("deep",) if everything >= FREEZE_FROM else (),
        # Where groups stay together, hardly a row is left that no rung has met anything of.
        rungs=planning.rungs_of(sizes) if split["method"] == "pooled_k_fold" else (),
    )
    racing = _racing(level, prices, full)
    return (level if racing else replace(level, rungs=())), racing


def _racing(level: planning.Level, prices: _Prices, full: int) -> frozenset[str]:
    """Dear contenders that have somebody to reach: a line (a side, from scratch or pre-trained) in which
    all are dear has none."""
    found = set()
    for side in planning.SIDES:
        names = level.names[side]
        pretrained = {name: prices.contenders[name].pretrained for name in names}
        dear = planning.dear({name: prices.seconds(name, full, level.effort()) for name in names})
        marks = {pretrained[name] for name in names if name not in dear}
        found.update(name for name in dear if pretrained[name] in marks)
    return frozenset(found) if level.rungs else frozenset()


def _grid(level: planning.Level, full: int) -> dict[str, Any]:
    """Which cells there are, and what a fit in one of them may use."""
    return {
        "folds": level.folds,
        "sizes": [*level.curve_sizes, full],
        "curve_sizes": list(level.curve_sizes),
        "curve_folds": level.curve_folds,
        "rungs": list(level.rungs),
        "survivors": level.survivors,
        "epochs": level.epochs,
        "tries": level.tries,
        "inner_folds": level.inner_folds,
        "frozen": list(level.frozen),
        "given_up": list(level.given_up),
    }


def _forecast(
    request: Request,
    level: planning.Level,
    racing: frozenset[str],
    prices: _Prices,
    full: int,
    everything: int,
) -> dict[str, Any]:
    """Who takes part, and the seconds and megabytes that each and all of them will take."""
    first, workers = level.effort(), prices.setup["workers"]
    entries = []
    for name in (name for side in planning.SIDES for name in level.names[side]):
        contender = prices.contenders[name]
        later = level.effort(known=contender.side in level.frozen)
        entries.append(
            {
                "name": name,
                "side": contender.side,
                "title": contender.title,
                "pretrained": contender.pretrained,
                "seconds": prices.seconds(name, full, first),
                "answer_seconds": prices.answering[name],
                "later_seconds": prices.seconds(name, full, later),
                "rung_seconds": [prices.seconds(name, s, first) for s in level.rungs if name in racing],
                "memory_mb": prices.memory(name, everything, first),
            }
        )
    sides = (planning.side_seconds(level, s, full, everything, prices.seconds) for s in planning.SIDES)
    timing = min(planning.timing_seconds(request.preset, request.limit), planning.TIMING_ENOUGH)
    stored = sum(file.stat().st_size for file in prices.data.home.iterdir() if file.is_file()) / 1e6
    each = {entry["name"]: entry["memory_mb"] for entry in entries}
    return {
        "contenders": entries,
        "seconds": planning.overhead(_busy(prices), timing) + sum(sides) / workers,
        "memory_mb": planning.memory(stored, each, workers),
    }


def _dropped(level: planning.Level, prices: _Prices) -> Sequence[dict[str, Any]]:
    """The contenders that there was no time for, with the reason."""
    named = [(item["values"].get("contender"), item["text"]) for item in level.given_up]
    return [
        {"name": name, "side": prices.contenders[name].side, "reason": text} for name, text in named if name
    ]


def planned_trial(plan: dict[str, Any], trial: Trial) -> float:
    """Expected core-seconds of a trial: a rung's own, else the full-size cost, what learning takes of it in
    proportion to the rows."""
    entry = next(entry for entry in plan["contenders"] if entry["name"] == trial.contender)
    rungs = dict(zip(plan["rungs"], entry["rung_seconds"], strict=False))  # none for those that do not race
    if trial.fold == 0 and trial.size in rungs:
        return rungs[trial.size]
    first = trial.fold == 0 and trial.size == plan["full"]
    answering = entry["answer_seconds"]
    learning = entry["seconds" if first else "later_seconds"] - answering
    return answering + learning * trial.size / plan["full"]
