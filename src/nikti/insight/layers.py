"""How the deep champion's layers learn, and which hand-made features they found: what the report shows.

Everything is measured on the network of the first fold: its test rows were seen neither by it nor by the
probes, which learn from its training rows. The same is done with the same network untrained, so that what
comes with the wiring is not taken for learning.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np

from nikti import answers
from nikti.core import catalogue
from nikti.core.data import Data
from nikti.core.run import Run
from nikti.explain import projection, units
from nikti.insight import probes, unit_samples
from nikti.insight.activations import FEWEST_TEST, FEWEST_TRAIN, Activations, affordable, record
from nikti.insight.hand_made import HandMade, hand_made
from nikti.sides import side
from nikti.storage import cache
from nikti.storage.models import first_fold
from nikti.storage.store import Store
from nikti.verdict.judge import Verdict

#: Rows that probes learn from and are tested on, at most.
TRAIN_ROWS, TEST_ROWS = 600, 400

#: Rows drawn in a map.
MAP_ROWS = 240

#: Units shown of each layer, and rows that show how far they see.
UNITS, REACH_ROWS = 3, 4


def layers(
    store: Store, run: Run, verdict: Verdict, *, device: str, seconds: float, umap: bool = False
) -> dict[str, Any]:
    """{"contender", "why": None, "n_train", "n_test", "cut", "chance", "own", "layers": [...], "gains",
    "cka", "features", "kinds", "filters", "seconds"}, or {"contender", "why": a code of what is in the way}.

    Scores are accuracies, or R^2 where the answer is a value; all have "value", "low" and "high". "gains":
    of the last layer over the "raw" input, of the best one over the best "untrained" one. A layer
    is {"name", "width", "sees": [places of the sample that a unit sees about, of all] or None where a unit
    sees all of it, "probe", "untrained" (not of the raw input), "map": [[x, y], ...] in 0..1000, "umap",
    "share" of the variance in the map, "units"}; the first is the raw input. A feature is {"name",
    "kind", "importance", "r2": [each layer's], "untrained", "low", "high" of the layer that shows it, "is"
    (see `nikti.explain.readout`), "layer"}. seconds: CPU seconds that the networks may compute; fewer rows
    are taken where that is too short, and "cut" says so.
    """
    began = time.perf_counter()
    name = verdict.champions.get("deep")
    task = catalogue.load("tasks", store.get("task")).TASK
    home, folder = Path(store.get("home")), first_fold(store.folder, name or "")
    if name is None:
        return {"contender": None, "why": "no_network"}
    answer = answers.of(task.answer)
    if not answer.SIMPLE:
        return {"contender": name, "why": "task"}
    if not folder.is_dir() or not home.is_dir():
        return {"contender": name, "why": "gone"}
    data = cache.load(home)
    train, test, groups = _rows(store.folder, data)
    if len(train) < FEWEST_TRAIN or len(test) < FEWEST_TEST:
        return {"contender": name, "why": "few_rows", "n_train": len(train), "n_test": len(test)}
    if answer.PROBABILITIES and len(np.unique(data.targets[train])) < 2:
        return {"contender": name, "why": "one_class"}
    spec, deep = store.get("contenders")[name], side("deep")
    model = deep.load_model(folder, {**spec["options"], "device": device})
    if model.modality == "embedding":
        return {"contender": name, "why": "frozen"}
    network = deep.layers(model)
    if not network.through(data.inputs.take(train[:2])):
        return {"contender": name, "why": "no_layers"}
    available = len(train) + len(test)
    train, test = affordable(network, data, train, test, seconds)
    activations = record(model, data, task.answer, train, test, groups)
    made = hand_made(task, run, verdict, store.get("contenders"), data, train, test)
    found = probes.probes(activations) | probes.readouts(activations, made)
    for entry, more in zip(found["layers"], _drawn(activations, made, umap), strict=True):
        entry.update(more)
    return {
        "contender": name,
        "why": None,
        "kind": answer.KIND,
        "modality": data.modality,
        "n_train": len(train),
        "n_test": len(test),
        "cut": {"rows": len(activations.rows), "of": available}
        if len(activations.rows) < available
        else None,
        **found,
        "map_answers": activations.judge.colours(activations.test_targets[:MAP_ROWS]),
        "filters": _filters(activations),
        "seconds": time.perf_counter() - began,
    }


def _rows(folder: Path, data: Data) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """(training rows, rows new to the network, groups of all rows or None) of the first fold. The training
    order is the stratified one of the grid. The user's own test rows are new to it too; nothing is decided
    by what is seen, and the scores on them are made by now."""
    with np.load(folder / "split.npz", allow_pickle=False) as split:
        train = split["order_0"][:TRAIN_ROWS]
        test = np.concatenate([np.flatnonzero(split["fold"] == 0), split["held_out"]])
        groups = split["groups"] if "groups" in split.files else None
    test = np.sort(np.random.default_rng(0).permutation(test)[:TEST_ROWS])
    return np.sort(train), test, groups


def _drawn(activations: Activations, made: HandMade, umap: bool) -> list[dict[str, Any]]:
    """{"map", "share", "umap", "sees", "units"} of the raw input and of every layer."""
    model = activations.model
    some = activations.data.inputs.take(activations.test_rows[:REACH_ROWS])
    steps = activations.network.reach(some)
    reaches: list[int | None] = [*steps] if steps else [None] * len(activations.layers)
    found = []
    for table, layer, reach in zip(
        activations.tables, [None, *activations.layers], [None, *reaches], strict=True
    ):
        flat, share = projection.pca(table.test[:MAP_ROWS])
        sees = None if layer is None else unit_samples.sees(model.encoder.shape, layer, reach)
        found.append(
            {
                "map": _on_paper(flat),
                "share": round(share, 3),
                "umap": _on_paper(projection.umap(table.test[:MAP_ROWS])) if umap else None,
                "sees": sees,
                "units": [] if layer is None else _units(activations, made, layer, sees),
            }
        )
    return found


def _units(
    activations: Activations, made: HandMade, layer: Any, sees: list[int] | None
) -> list[dict[str, Any]]:
    """The units of a layer that tell most about the answer, with what excites them."""
    peaks, targets = layer.peaks[activations.n_train :], activations.test_targets
    codes = activations.judge.codes(targets)
    found = []
    for unit in units.choose(peaks, codes, targets, UNITS):
        one = units.named(peaks, unit, codes, made.table[activations.n_train :])
        found.append(
            {
                "unit": unit,
                "code": one.code,
                "count": one.count,
                "of": one.of,
                "expected": round(one.expected, 1),
                "like": None if one.like is None else made.names[one.like],
                "r": round(one.r, 3),
                "shown": unit_samples.shown(
                    activations.data,
                    activations.model.encoder,
                    activations.test_rows,
                    layer,
                    activations.n_train,
                    one,
                    sees,
                ),
            }
        )
    return found


def _filters(activations: Activations) -> dict[str, Any] | None:
    return unit_samples.filters(activations.network.filters(unit_samples.FILTERS))


def _on_paper(points: np.ndarray) -> list[list[int]]:
    """Points in whole thousandths of the larger side."""
    points = points - points.min(axis=0)
    side = float(points.max()) or 1.0
    return np.round(1000 * points / side).astype(int).tolist()
