"""Explanations of the champions of a run: how faithful they are, and whether the two sides agree.

All of it is measured on the models that are handed over, on the same rows, with the same regions and draws,
within a bounded time: rows are taken a few at a time, both sides each time, until the rows or the seconds
are used up.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from nikti import answers
from nikti.core import amounts, catalogue
from nikti.core.amounts import both
from nikti.core.data import Data
from nikti.core.errors import NiktiError
from nikti.core.inputs import Inputs
from nikti.core.run import Run
from nikti.core.words import Words, stored
from nikti.explain import agreement, measure, occlusion, regions, scores
from nikti.explain.controls import CONTROLS
from nikti.explain.measure import OCCLUSION, Measured, control
from nikti.explain.remove import Remover
from nikti.insight.explained_samples import sample
from nikti.insight.shortcuts import shortcuts, spread
from nikti.model.explain import BACKGROUND, describe, methods
from nikti.verdict.champions import full_results
from nikti.verdict.judge import Verdict

#: Rows measured, draws for each removal, by preset; rows taken at a time.
ROWS = {"fast": 20, "medium": 40, "best": 80}
DRAWS = {"fast": 2, "medium": 3, "best": 4}
CHUNK = 5
#: Answers that a row takes, about; fewer rows than FEWEST would say nothing.
ANSWERS, FEWEST = 260, 5
#: Answers timed beforehand; seconds from which on a few tell enough.
FEW, MANY, SLOW = 8, 100, 0.5
#: The share of the seconds kept for the samples that are shown, and the fewest seconds until they are.
SHOWING_TIME, LEAST_SECONDS = 0.25, 10.0
#: Samples drawn from to fill what is removed.
POOL = 200
#: The share of the seconds kept for looking for shortcuts.
SHORTCUT_TIME = 0.25
#: Samples shown.
SHOWN = 6
#: Regions of the first sample shown where there is no time for as many as are fine to look at.
COARSER = (36, 16, 9)
#: Columns of a table that are ranked.
COLUMNS = 10

NOTHING_EXPLAINED = Words(
    en="nothing was explained in {seconds}: {contender} takes {each} for an answer. Type nikti explain {run} "
    "INPUT for one input.",
    bn="{seconds}-এ কিছুই ব্যাখ্যা করা যায়নি: একটি উত্তর দিতে {contender}-এর লাগে {each}। একটি নমুনার ব্যাখ্যা পেতে "
    "লিখুন nikti explain {run} INPUT",
)


@dataclass
class Side:
    """A champion under examination. methods: its own and occlusion; predictions: {row: the first part of its
    answer, see `explained` in `nikti.answers`}; each: seconds of one answer among others; method: the
    explanation that is shown."""

    name: str
    model: Any
    methods: tuple[str, ...]
    temperature: float
    predictions: dict[int, Any] = field(default_factory=dict)
    done: Measured = field(default_factory=Measured)
    weights: dict[int, dict[str, np.ndarray]] = field(default_factory=dict)
    maps: dict[int, np.ndarray] = field(default_factory=dict)
    each: float = 0.0
    method: str = ""

    @cached_property
    def randomised(self) -> Any:
        """The model with its learned parameters randomised; None where that cannot be done."""
        explainer = self.model.explainer()
        return None if explainer is None else explainer.randomised(seed=1)

    @property
    def own(self) -> str:
        """The model's own first method; occlusion where it has none."""
        return self.methods[0]

    def predict(self, inputs: Inputs, rows: np.ndarray, answer: str) -> None:
        """Predict some rows. What has no answer (no box was found) is left out."""
        found = answers.of(answer).explained(self.model, inputs.take(rows))
        self.predictions |= {int(row): parts[0] for row, parts in zip(rows, found, strict=True) if parts}


def explain_champions(
    run: Run, verdict: Verdict, data: Data, models: dict[str, Any], seconds: float
) -> dict[str, Any]:
    """What `nikti.report` shows of the champions.

    models: {side: the fitted champion}. {"sides": {side: {"contender", "methods", "own", "method": what is
    shown, "described": {method: "title" and "how" in both languages}, "measured": {method: see
    `Measured.summary`}}}, "regions", "draws", "n", "asked", "overlap",
    "columns", "shortcuts", "samples", "seconds"}. n rows of the `asked` were measured, fewer where the
    seconds were used up; 0 where not even FEWEST rows would have been in time.
    """
    task = catalogue.load("tasks", run.data["task"]).TASK
    if not models:
        return {}
    began = time.monotonic()
    preset = run.settings["preset"]
    sides = {side: _side(run, verdict, side, model, task.answer) for side, model in models.items()}
    rng = np.random.default_rng(0)
    pool = data.inputs.take(rng.permutation(len(data))[:POOL])
    remover = Remover(data.modality, pool, DRAWS[preset])
    rows = spread(data, ROWS[preset])
    n = _all_rows(sides, data, rows, task.answer, remover, pool, began, seconds * (1 - SHOWING_TIME))
    for one in sides.values():
        one.method = _to_show(one) if n else OCCLUSION
    found: dict[str, Any] = {
        "sides": {side: _summary(one) for side, one in sides.items()},
        "regions": regions.count(remover.regions(data.inputs, int(rows[0]))),
        "draws": remover.draws,
        "n": n,
        "asked": len(rows),
        "overlap": _overlap(sides),
        "columns": {},
        "shortcuts": [],
    }
    if names := remover.modality.columns(data.inputs):
        found["columns"] = {side: _columns(one, names) for side, one in sides.items() if one.weights}
    if remover.modality.GRID and answers.of(task.answer).EXACT and answers.of(task.answer).PROBABILITIES:
        for side, one in sides.items():
            left = seconds - (time.monotonic() - began)
            found["shortcuts"] += shortcuts(side, one.model, one.temperature, data, left / len(sides))
    found["samples"], longest = [], max(seconds, LEAST_SECONDS)
    for row in map(int, rows):
        left = longest - (time.monotonic() - began)
        parts = _finest(sides, data.inputs, row, remover, left, () if found["samples"] else COARSER)
        if parts is None:
            break
        by_side = {
            side: _explained_row(one, data, row, task.answer, remover, parts) for side, one in sides.items()
        }
        if any(by_side.values()):
            explained_sides = {side: one for side, one in by_side.items() if one}
            found["samples"].append(sample(data, row, explained_sides, task.answer))
        if len(found["samples"]) == SHOWN:
            break
    found["seconds"] = time.monotonic() - began
    if not found["samples"]:
        slow = max(sides.values(), key=lambda one: one.each)
        seconds_each = both(amounts.seconds, slow.each)
        values = {"seconds": both(amounts.seconds, longest), "contender": slow.name, "each": seconds_each}
        raise NiktiError(NOTHING_EXPLAINED.format(**values, run=run.folder.name))
    return found


def _all_rows(
    sides: dict[str, Side],
    data: Data,
    rows: np.ndarray,
    answer: str,
    remover: Remover,
    pool: Inputs,
    began: float,
    seconds: float,
) -> int:
    """Measure rows of both sides, two at first, then a few at a time while they fit; how many were."""
    time_left = (1 - SHORTCUT_TIME) * seconds
    for one in sides.values():
        one.each = _seconds_of_one(one, data.inputs, answer)
    expected = sum(one.each for one in sides.values())
    if FEWEST * expected * ANSWERS * remover.draws > time_left:
        return 0
    n = 0
    while n < len(rows):
        passed = time.monotonic() - began
        each = passed / max(1, n)
        fit = 2 if n == 0 else min(CHUNK, int((time_left - passed) / each))
        if fit < 1 and n >= FEWEST:
            break
        fit = max(1, fit)
        for one in sides.values():
            _measure(one, data.inputs, rows[n : n + fit], answer, remover, pool)
        n = min(n + fit, len(rows))
    return n if all(one.done.oracle for one in sides.values()) else 0


def _seconds_of_one(one: Side, inputs: Inputs, answer: str) -> float:
    """How long one answer takes among others: among MANY, unless a FEW take so long that it does not
    matter."""
    one.predict(inputs, np.arange(min(2, len(inputs))), answer)  # the first time is slower
    each = 0.0
    for count in (FEW, MANY):
        began = time.monotonic()
        one.predict(inputs, np.arange(count) % len(inputs), answer)
        passed = time.monotonic() - began
        each = passed / count
        if passed > SLOW:
            break
    return each


def _to_show(one: Side) -> str:
    """The model's own explanation; occlusion where that alone beat its controls."""
    measured = one.done.summary(list(dict.fromkeys([one.own, OCCLUSION])))
    return OCCLUSION if measured[OCCLUSION]["faithful"] and not measured[one.own]["faithful"] else one.own


def _explained_row(
    one: Side, data: Data, row: int, answer: str, remover: Remover, parts: int
) -> tuple[str, Any, np.ndarray] | None:
    """(method, answer in words, weights) of a sample, or None where there is nothing to show. parts: regions
    for occlusion."""
    if row not in one.predictions:
        beside = np.arange(min(len(data), answers.of(answer).COMPARED))
        one.predict(data.inputs, np.unique(np.append(beside, row)), answer)
    if row not in one.predictions:
        return None
    if one.method != OCCLUSION and row not in one.maps:
        return None
    score = scores.of(one.model, answer, one.temperature)
    if one.method == OCCLUSION:
        weights = _occlusion(one, score, data.inputs, row, remover, parts)
    else:
        weights = one.maps[row]
    return one.method, _in_words(one.predictions[row], answer, data), weights


def _finest(
    sides: dict[str, Side],
    inputs: Inputs,
    row: int,
    remover: Remover,
    left: float,
    coarser: Sequence[int],
) -> int | None:
    """Into how many regions a sample is divided for occlusion: as many as are fine to look at, or the most of
    the coarser ones that the seconds left allow; None where they allow none."""
    tries = (occlusion.SHOWN, *coarser)
    return next((n for n in tries if _seconds_to_show(sides, inputs, row, remover, n) <= left), None)


def _seconds_to_show(
    sides: dict[str, Side], inputs: Inputs, row: int, remover: Remover, most: int = occlusion.SHOWN
) -> float:
    """What occlusion of at most about so many regions takes for one sample."""
    parts = regions.count(remover.regions(inputs, row, most))
    return sum(one.each * parts * remover.draws for one in sides.values() if one.method == OCCLUSION)


def _in_words(part: Any, answer: str, data: Data) -> str | float:
    """What a part of an answer is called, "" where it has no name."""
    called = next(iter(answers.of(answer).in_words(part, data.classes).values()), "")
    return round(called, 4) if isinstance(called, float) else called


def _side(run: Run, verdict: Verdict, side: str, model: Any, answer: str) -> Side:
    name = str(verdict.champions[side])  # there is a model of it
    return Side(name, model, methods(model), _temperature(run, side, name, answer))


def _temperature(run: Run, side: str, name: str, answer: str) -> float:
    """What makes the champion's probabilities right on rows that it had not learned from; 1 without any."""
    results = [fold[name] for fold in full_results(run, side).values() if name in fold]
    rows_with_proba = [(r.proba, r.rows) for r in results if r.proba is not None and len(r.rows)]
    if not rows_with_proba:
        return 1.0
    proba = np.concatenate([each for each, _ in rows_with_proba])
    truth = run.truth(np.concatenate([rows for _, rows in rows_with_proba]))
    return answers.of(answer).temperature(proba, truth)


def _measure(
    one: Side, inputs: Inputs, rows: np.ndarray, answer: str, remover: Remover, pool: Inputs
) -> None:
    score = scores.of(one.model, answer, one.temperature)
    maps: dict[str, list[np.ndarray]] = {}
    one.predict(inputs, rows, answer)
    rows = np.array([row for row in rows if int(row) in one.predictions], dtype=np.int64)
    if not len(rows):
        return
    rows_ = rows.tolist()
    predictions = [one.predictions[row] for row in rows_]
    codes = answers.of(answer).codes(predictions)
    explainer, other = one.model.explainer(), one.randomised
    if explainer is not None:
        some, behind = inputs.take(rows), pool.take(range(min(BACKGROUND, len(pool))))
        maps[one.own] = explainer.explain(some, codes, one.own, behind)
        if other is not None:
            maps[control(one.own, CONTROLS[2])] = other.explainer().explain(some, codes, one.own, behind)
    shuffled = None if other is None else scores.of(other, answer, one.temperature)
    oracle, found, weights = measure.measure(
        score, inputs, rows_, predictions, maps, remover, shuffled=shuffled
    )
    one.done.add(oracle, found)
    for place, row in enumerate(rows_):
        one.weights[row] = {name: each[place] for name, each in weights.items()}
        if maps:
            one.maps[row] = maps[one.own][place]


def _occlusion(
    one: Side, score: scores.Score, inputs: Inputs, row: int, remover: Remover, parts: int
) -> np.ndarray:
    """Occlusion of at most about so many regions."""
    labels = remover.regions(inputs, row, parts)
    return regions.spread(
        occlusion.occlusion(score, inputs, row, one.predictions[row], remover, labels), labels
    )


def _summary(one: Side) -> dict[str, Any]:
    ways = list(dict.fromkeys([one.own, OCCLUSION])) if one.done.oracle else []
    facts = {"contender": one.name, "methods": list(one.methods), "own": one.own, "method": one.method}
    shown = [describe(one.model, name) for name in dict.fromkeys([one.own, one.method, *ways])]
    described = {each.name: stored("title", each.title) | stored("how", each.how) for each in shown}
    return facts | {"described": described, "measured": one.done.summary(ways)}


def _columns(one: Side, names: list[str]) -> list[tuple[str, float]]:
    """Permutation importance: how far the answers move when a column is filled from other rows, on average,
    as a share of all columns; the first COLUMNS, [] where groups of columns were removed together."""
    drops = np.mean([np.abs(each[OCCLUSION]) for each in one.weights.values()], axis=0)
    if len(drops) != len(names) or not drops.sum() > 0:
        return []
    shares = drops / drops.sum()
    return [(names[k], float(shares[k])) for k in np.argsort(-shares, kind="stable")[:COLUMNS] if shares[k]]


def _overlap(sides: dict[str, Side]) -> dict[str, Any] | None:
    """How much of what one side used the other used too, by occlusion, which means the same for both; and
    what two random choices would share."""
    if len(sides) < 2 or not all(one.weights for one in sides.values()):
        return None
    a, b = sides.values()
    rng = np.random.default_rng(0)
    found, chance = [], []
    for row in sorted(set(a.weights) & set(b.weights)):
        mine, theirs = a.weights[row][OCCLUSION], b.weights[row][OCCLUSION]
        found.append(agreement.overlap(mine, theirs))
        chance += [agreement.overlap(mine, rng.permutation(theirs)) for _ in range(20)]
    if not np.isfinite(found).any():
        return None
    return {"mean": float(np.nanmean(found)), "chance": float(np.nanmean(chance)), "n": len(found)}
