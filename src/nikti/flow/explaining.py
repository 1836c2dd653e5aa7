"""What the champions of a run looked at, how faithfully their explanations tell it, and whether they agree.

All of it is asked of the models that are handed over, on the same rows, with the same regions and draws,
within a bounded time: rows are taken a few at a time, both sides each time, until the rows or the seconds
are used up.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from nikti.core import catalogue
from nikti.core.data import Data
from nikti.core.inputs import Inputs
from nikti.core.run import Run
from nikti.explain import agreement, measure, occlusion, regions, scores
from nikti.explain.controls import CONTROLS
from nikti.explain.measure import OCCLUSION, Measured, control
from nikti.explain.remove import Remover
from nikti.flow.explain import BACKGROUND, methods
from nikti.flow.samples import LONGEST_TEXT, MOST_POINTS, named, shown
from nikti.runs.store import Store
from nikti.verdict.champions import full_results
from nikti.verdict.judge import Verdict

#: Rows measured, draws for each removal, by preset; rows taken at a time.
ROWS = {"fast": 20, "medium": 40, "best": 80}
DRAWS = {"fast": 2, "medium": 3, "best": 4}
CHUNK = 5
#: The share of a run's time limit that this may take, and seconds never more and never less.
SHARE, MOST_SECONDS, LEAST_SECONDS = 0.1, 60.0, 8.0
#: Samples drawn from to fill what is removed.
POOL = 200
#: Further rows that a shortcut is looked for in, and the share of the seconds kept for it.
SHORTCUT_ROWS, SHORTCUT_TIME = 60, 0.25
#: Samples shown, and columns of each row.
SHOWN, COLUMNS = 6, 6


@dataclass
class Side:
    """A champion under examination. methods: its own ways and occlusion; measured: the first of its own ways,
    and occlusion."""

    name: str
    model: Any
    methods: tuple[str, ...]
    temperature: float
    said: dict[int, tuple[int | None, float]] = field(default_factory=dict)
    done: Measured = field(default_factory=Measured)
    weights: dict[int, dict[str, np.ndarray]] = field(default_factory=dict)
    maps: dict[int, np.ndarray] = field(default_factory=dict)

    @property
    def main(self) -> str:
        """The explanation that is shown: the model's own, where it has one."""
        return self.methods[0]

    def answer(self, inputs: Inputs, rows: np.ndarray, kind: str) -> None:
        """Ask for the answers to some rows: (class code, calibrated probability of it), or (None, value)."""
        some = inputs.take(rows)
        if kind == "regression":
            told = [(None, float(value)) for value in self.model.predict(some)]
        else:
            proba = scores.calibrated(self.model.predict_proba(some), self.temperature)
            told = [(int(each.argmax()), float(each.max())) for each in proba]
        self.said |= dict(zip(map(int, rows), told, strict=True))


def seconds_for(limit: float) -> float:
    """How long a run with this time limit may explain."""
    return min(MOST_SECONDS, max(LEAST_SECONDS, SHARE * limit))


def explained(
    store: Store, run: Run, verdict: Verdict, data: Data, models: dict[str, Any], seconds: float
) -> dict[str, Any]:
    """What `nikti.report` shows of the champions; {} where their answers are neither classes nor values.

    models: {side: the fitted champion}. {"sides": {side: {"contender", "methods", "method", "measured":
    {method: see `Measured.told`}, "rows"}}, "regions", "draws", "n", "asked", "overlap", "shortcuts":
    [...], "samples": [...]}. n rows of the `asked` were measured; fewer where the seconds were used up.
    """
    task = catalogue.load("tasks", store.get("task")).TASK
    if task.kind not in ("classification", "regression") or not models:
        return {}
    began = time.monotonic()
    preset = store.get("settings")["preset"]
    rows = spread(data, ROWS[preset])
    sides = {side: _side(run, verdict, side, model, task.kind) for side, model in models.items()}
    rng = np.random.default_rng(0)
    pool = data.inputs.take(rng.permutation(len(data))[:POOL])
    remover = Remover(pool, DRAWS[preset])
    n = 0
    for start in range(0, len(rows), CHUNK):
        some = rows[start : start + CHUNK]
        for one in sides.values():
            _measure(one, data.inputs, some, task.kind, remover, pool)
        n += len(some)
        passed = time.monotonic() - began
        if passed * (n + CHUNK) / n > (1 - SHORTCUT_TIME) * seconds:
            break
    found = {
        "sides": {side: _told(one) for side, one in sides.items()},
        "regions": regions.count(regions.of(data.inputs, int(rows[0]))),
        "draws": remover.draws,
        "n": n,
        "asked": len(rows),
        "overlap": _overlap(sides),
        "shortcuts": [],
    }
    if data.modality == "image" and task.kind == "classification":
        for side, one in sides.items():
            left = seconds - (time.monotonic() - began)
            found["shortcuts"] += _shortcuts(side, one, data, remover, left / len(sides))
    found["seconds"] = time.monotonic() - began
    return found | {"samples": [_sample(data, row, sides) for row in map(int, rows[:SHOWN])]}


def spread(data: Data, most: int) -> np.ndarray:
    """Rows in an order in which the classes take turns; a user's test rows first, as no model learned from
    them."""
    rng = np.random.default_rng(0)
    rows = rng.permutation(len(data))
    if data.split is not None and (data.split == 2).any():
        rows = rows[data.split[rows] == 2]
    if data.classes:
        turn = np.zeros(len(rows), dtype=int)
        for code in range(len(data.classes)):
            mine = data.targets[rows] == code
            turn[mine] = np.arange(mine.sum())
        rows = rows[np.lexsort((data.targets[rows], turn))]
    return rows[:most]


def _side(run: Run, verdict: Verdict, side: str, model: Any, kind: str) -> Side:
    name = verdict.champions[side]
    return Side(
        name, model, methods(model), _temperature(run, side, name) if kind == "classification" else 1.0
    )


def _temperature(run: Run, side: str, name: str) -> float:
    """What makes the champion's probabilities right on rows that it had not learned from."""
    results = [fold[name] for fold in full_results(run, side).values() if name in fold]
    results = [r for r in results if r.proba is not None and len(r.rows)]
    if not results:
        return 1.0
    proba = np.concatenate([r.proba for r in results])
    return scores.temperature(proba, run.targets[np.concatenate([r.rows for r in results])])


def _measure(one: Side, inputs: Inputs, rows: np.ndarray, kind: str, remover: Remover, pool: Inputs) -> None:
    score = scores.of(one.model, kind, one.temperature)
    maps: dict[str, list[np.ndarray]] = {}
    one.answer(inputs, rows, kind)
    rows_ = rows.tolist()
    answers = [one.said[row][0] for row in rows_]
    codes = None if kind == "regression" else np.array(answers)
    explainer, other = one.model.explainer(), None
    if explainer is not None:
        some, behind = inputs.take(rows), pool.take(range(min(BACKGROUND, len(pool))))
        maps[one.main] = explainer.explain(some, codes, one.main, behind)
        other = explainer.shuffled(seed=1)
        if other is not None:
            maps[control(one.main, CONTROLS[2])] = other.explainer().explain(some, codes, one.main, behind)
    shuffled = None if other is None else scores.of(other, kind, one.temperature)
    oracle, found, weights = measure.measure(score, inputs, rows_, answers, maps, remover, shuffled=shuffled)
    one.done.add(oracle, found)
    for place, row in enumerate(rows_):
        one.weights[row] = {name: each[place] for name, each in weights.items()}
        one.maps[row] = maps[one.main][place] if maps else _falls(one, score, inputs, row, remover)


def _falls(one: Side, score: scores.Score, inputs: Inputs, row: int, remover: Remover) -> np.ndarray:
    """Occlusion, fine enough to be looked at."""
    labels = regions.of(inputs, row, occlusion.SHOWN)
    return regions.spread(occlusion.occlusion(score, inputs, row, one.said[row][0], remover, labels), labels)


def _sample(data: Data, row: int, sides: dict[str, Side]) -> dict[str, Any]:
    """A sample with what each side said and looked at: "map", "weights" (of letters or moments, 0 to 1:
    what speaks for the answer) or "columns" [[name, cell, weight -1 to 1], ...], the weightiest first."""
    found = {**shown(data, row), "truth": named(data, data.targets[row]), "sides": {}}
    for side, one in sides.items():
        if row not in one.maps:
            continue
        code, value = one.said[row]
        looked = {"method": one.main, "predicted": named(data, value if code is None else code)}
        found["sides"][side] = looked | visible(data, found, one.maps[row])
    return found


def visible(data: Data, sample: dict[str, Any], weights: np.ndarray) -> dict[str, Any]:
    """Weights as a page shows them; see `_sample`."""
    top = np.abs(weights).max(initial=0.0) or 1.0
    if data.modality == "table":
        order = np.argsort(-np.abs(weights), kind="stable")[:COLUMNS]
        cells = list(sample["row_values"].items())
        return {"columns": [[*cells[k], round(float(weights[k] / top), 3)] for k in order if weights[k]]}
    speaks = np.maximum(weights, 0)
    speaks = np.round(speaks / (speaks.max(initial=0.0) or 1.0), 3)
    if data.modality == "image":
        return {"map": speaks.tolist()}
    if data.modality == "text":
        return {"weights": speaks[:LONGEST_TEXT].tolist()}
    return {"weights": speaks[:: max(1, math.ceil(len(speaks) / MOST_POINTS))].tolist()}


def _told(one: Side) -> dict[str, Any]:
    measured = one.done.told(list(dict.fromkeys([one.main, OCCLUSION])))
    return {"contender": one.name, "methods": list(one.methods), "method": one.main, "measured": measured}


def _overlap(sides: dict[str, Side]) -> dict[str, Any] | None:
    """How much of what one side used the other used too, by occlusion, which means the same for both; and
    what two random choices would share."""
    if len(sides) < 2:
        return None
    a, b = sides.values()
    rng = np.random.default_rng(0)
    found, chance = [], []
    for row in a.weights:
        mine, theirs = a.weights[row][OCCLUSION], b.weights[row][OCCLUSION]
        found.append(agreement.overlap(mine, theirs))
        chance += [agreement.overlap(mine, rng.permutation(theirs)) for _ in range(20)]
    if not np.isfinite(found).any():
        return None
    return {"mean": float(np.nanmean(found)), "chance": float(np.nanmean(chance)), "n": len(found)}


def _shortcuts(side: str, one: Side, data: Data, remover: Remover, seconds: float) -> list[dict[str, Any]]:
    """Places of the frame that one side's right answers to a class hang on; see `nikti.explain.agreement`."""
    began, score = time.monotonic(), scores.of(one.model, "classification", one.temperature)
    rows, falls = [], []
    wanted = spread(data, SHORTCUT_ROWS * len(data.classes))
    for start in range(0, len(wanted), CHUNK):
        some = [int(row) for row in wanted[start : start + CHUNK]]
        if not set(some) <= set(one.said):
            if time.monotonic() - began > seconds:
                break
            one.answer(data.inputs, np.array(some), "classification")
        for row in some:
            code, sure = one.said[row]
            if code != data.targets[row] or sure < 0.5:
                continue
            if row in one.weights:
                fall = one.weights[row][OCCLUSION]
            else:
                labels = regions.of(data.inputs, row)
                fall = occlusion.occlusion(score, data.inputs, row, code, remover, labels)
            rows.append(row)
            falls.append(fall)
    if not rows:
        return []
    flips = [one.said[row][1] - fall < 0.5 for row, fall in zip(rows, falls, strict=True)]
    found = agreement.shortcuts(falls, np.ones(len(rows), bool), data.targets[rows], flips)
    side_ = max(1, int(len(falls[0]) ** 0.5))
    return [
        {
            "side": side,
            "class": data.classes[each["code"]],
            "row_of": each["region"] // side_ + 1,
            "column_of": each["region"] % side_ + 1,
            "along": side_,
            "share": each["share"],
            "n": each["n"],
            "rows": [rows[place] for place in each["rows"]],
        }
        for each in found
    ]
