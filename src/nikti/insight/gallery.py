"""The samples that a report shows because only one side got them right."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from nikti import answers, modalities
from nikti.core import catalogue
from nikti.core.data import Data
from nikti.core.run import Run
from nikti.insight.top_words import Specs, top_words
from nikti.verdict.champions import champion, full_results
from nikti.verdict.judge import Verdict

#: Samples shown of each kind, characters of a text kept.
GALLERY, LONGEST_TEXT = 8, 600


def samples(run: Run, verdict: Verdict, data: Data, specs: Specs) -> dict[str, Any]:
    """{"one_side_right": {"classical": [...], "deep": [...], "counts": {side: n}}, see
    `nikti.report.summary.summarize`; empty where a side is missing. specs: of the contenders by name."""
    answer = answers.of(catalogue.load("tasks", run.data["task"]).TASK.answer)
    judged = {side: _judged(run, side, data.targets, answer) for side in ("classical", "deep")}
    chosen = {side: found for side, found in judged.items() if found}
    found: dict[str, Any] = {"one_side_right": {"classical": [], "deep": [], "counts": {}}}
    if len(chosen) == len(judged):
        found["one_side_right"] = _gallery(data, chosen, answer)
    found["top_words"] = top_words(run.folder, data, verdict.champions.get("classical"), specs)
    return found


#: {row: (answer, loss, how sure)} of a side's champion, see `judged` in `nikti.answers`.
Judged = dict[int, tuple[Any, float, float]]


def _judged(run: Run, side: str, targets: Any, answer: ModuleType) -> Judged | None:
    """What a side's champion answered over all folds; None where there is none."""
    entry = champion(run, side)
    if entry is None:
        return None
    table = full_results(run, side)
    found: Judged = {}
    for fold, name in entry.per_fold.items():
        result = table[fold][name]
        if result.predicted is None:  # a task that measures without an answer to each sample
            continue
        found |= dict(zip(result.rows.tolist(), answer.judged(result, targets), strict=False))
    return found


def _gallery(data: Data, chosen: dict[str, Judged], answer: ModuleType) -> dict[str, Any]:
    """What one side got right and the other wrong; where an answer is only more or less near, what it got
    nearer, by how much."""
    both = sorted(set(chosen["classical"]) & set(chosen["deep"]))
    found: dict[str, Any] = {"counts": {}}
    for side, other in (("classical", "deep"), ("deep", "classical")):
        mine, theirs = chosen[side], chosen[other]
        losses = {row: (mine[row][1], theirs[row][1]) for row in both}
        if answer.EXACT:
            rows = [row for row, (own, rival) in losses.items() if own == 0 and rival > 0]
            rows.sort(key=lambda row: (-mine[row][2], row))
        else:
            rows = [row for row, (own, rival) in losses.items() if own < rival]
            rows.sort(key=lambda row: (losses[row][0] - losses[row][1], row))
        found["counts"][side] = len(rows)
        found[side] = [
            _answered(data, row, {one: judged[row][0] for one, judged in chosen.items()}, answer)
            for row in rows[:GALLERY]
        ]
    return found


def _answered(data: Data, row: int, predicted: dict[str, Any], answer: ModuleType) -> dict[str, Any]:
    """The sample with its true answer and those of each side."""
    sample = {"row": row} if answer.IN_SAMPLE else shown(data, row)
    return {**sample, **answer.shown(data, row, predicted)}


def shown(data: Data, row: int) -> dict[str, Any]:
    """The raw sample, small enough for a page."""
    return {"row": row, **modalities.of(data.modality).shown(data.inputs[row])}
