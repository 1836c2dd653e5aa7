"""The few samples a report shows: what only one side got right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from nikti import modalities
from nikti.core import catalogue, images
from nikti.core.answers import Boxes, Phrases, is_plain
from nikti.core.data import Data
from nikti.core.pairs import nearest
from nikti.core.run import Result, Run
from nikti.insight import drawing, passages
from nikti.insight.top_words import telling
from nikti.storage import cache
from nikti.storage.store import Store
from nikti.verdict.champions import champion, full_results
from nikti.verdict.judge import Verdict

#: Samples shown of each kind, characters of a text kept.
GALLERY, LONGEST_TEXT = 8, 600


def samples(store: Store, run: Run, verdict: Verdict) -> dict[str, Any]:
    """{"one_side_right": {"classical": [...], "deep": [...], "counts": {side: n}}, see
    `nikti.report.summary.summarize`; empty where a side is missing or the data are gone."""
    home = Path(store.get("home"))
    if not home.is_dir():
        return {}
    data = cache.load(home)
    data_task = catalogue.load("tasks", store.get("task")).TASK
    chosen = {side: _answers(run, side, data.targets, data_task.kind) for side in ("classical", "deep")}
    found: dict[str, Any] = {"one_side_right": {"classical": [], "deep": [], "counts": {}}}
    if all(chosen.values()):
        found["one_side_right"] = _gallery(data, chosen, data_task.kind)
    found["telling"] = telling(store, data, verdict.champions.get("classical"))
    return found


def _answers(run: Run, side: str, truth: Any, kind: str) -> dict[int, dict[str, Any]] | None:
    """{row: {"predicted", "loss", "sure"}} of a side's champion over all folds. Of faces: the person of the
    nearest other picture that was tested with it."""
    entry = champion(run, side)
    if entry is None:
        return None
    table = full_results(run, side)
    answers: dict[int, dict[str, Any]] = {}
    for fold, name in entry.per_fold.items():
        result: Result = table[fold][name]
        said = result.predicted
        if isinstance(said, Boxes):  # in the pixels of the stored picture; shown on the picture as it was
            said = said.scaled(truth.sizes[result.rows])
        losses = result.losses
        sure = np.ones(len(result.rows)) if result.proba is None else result.proba.max(axis=1)
        if kind == "verification":
            if len(said) < 2:
                continue
            place, distance = nearest(said)
            said, sure = truth[result.rows][place], -distance
            losses = said != truth[result.rows]
        for i, row in enumerate(result.rows):
            answers[int(row)] = {
                "predicted": said[[i]] if kind == "answering" else said[i],
                "loss": float(losses[i]),
                "sure": float(sure[i]),
            }
    return answers


def _gallery(data: Data, chosen: dict[str, dict[int, dict[str, Any]]], kind: str) -> dict[str, Any]:
    both = sorted(set(chosen["classical"]) & set(chosen["deep"]))
    found: dict[str, Any] = {"counts": {}}
    for side, other in (("classical", "deep"), ("deep", "classical")):
        mine, theirs = chosen[side], chosen[other]
        if kind in ("classification", "verification"):
            rows = [r for r in both if mine[r]["loss"] == 0 and theirs[r]["loss"] > 0]
            rows.sort(key=lambda r: (-mine[r]["sure"], r))
        else:
            rows = [r for r in both if mine[r]["loss"] < theirs[r]["loss"]]
            rows.sort(key=lambda r: (mine[r]["loss"] - theirs[r]["loss"], r))
        found["counts"][side] = len(rows)
        found[side] = [
            _answered(data, row, {one: answers[row]["predicted"] for one, answers in chosen.items()})
            for row in rows[:GALLERY]
        ]
    return found


def _answered(data: Data, row: int, said: dict[str, Any]) -> dict[str, Any]:
    """The sample with its true answer and what each of `said` answered: in words, or drawn."""
    truth = data.targets[row]
    if is_plain(data.targets):
        answers = {side: named(data, answer) for side, answer in said.items()}
        return {**shown(data, row), "truth": named(data, truth), **answers}
    if data.modality == "question":
        return passages.answered(data, row, said)
    if isinstance(data.targets, Phrases):
        texts = {side: " / ".join(answer)[:LONGEST_TEXT] for side, answer in {"truth": truth, **said}.items()}
        return {**shown(data, row), **texts}
    image = data.inputs[row]
    if isinstance(data.targets, Boxes):
        size = data.targets.sizes[row]
        drawn = {side: drawing.with_boxes(image, size, truth, boxes) for side, boxes in said.items()}
        drawn["truth"] = drawing.with_boxes(image, size, truth)
    else:
        drawn = {side: drawing.with_mask(image, mask) for side, mask in {"truth": truth, **said}.items()}
    return {"row": row, "truth": str(row), "drawn": {side: images.png(one) for side, one in drawn.items()}}


def named(data: Data, answer: Any) -> str | float:
    """An answer as people read it."""
    return data.classes[int(answer)] if data.classes else round(float(answer), 4)


def shown(data: Data, row: int) -> dict[str, Any]:
    """The raw sample, small enough for a page."""
    return {"row": row, **modalities.of(data.modality).shown(data.inputs[row])}
