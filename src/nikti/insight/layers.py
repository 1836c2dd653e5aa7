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
from nikti.core.words import Words, stored
from nikti.explain import projection, units
from nikti.insight import probes, unit_samples
from nikti.insight.activations import FEWEST_TEST, FEWEST_TRAIN, Activations, affordable, record
from nikti.insight.hand_made import HandMade, hand_made
from nikti.insight.top_words import Specs
from nikti.sides import side
from nikti.storage.models import first_fold
from nikti.verdict.judge import Verdict

#: Rows that probes learn from and are tested on, at most.
TRAIN_ROWS, TEST_ROWS = 600, 400

#: Rows drawn in a map.
MAP_ROWS = 240

#: Units shown of each layer, and rows that show how far they see.
UNITS, REACH_ROWS = 3, 4

NO_NETWORK = Words(
    en="No network finished, so there are no layers to look into.",
    bn="কোনো নেটওয়ার্ক শেষ করতে পারেনি, তাই দেখার মতো কোনো স্তর নেই।",
)
OTHER_TASK = Words(
    en="Looking into layers asks how well one answer for each sample can be told from them. Here an "
    "answer is no single class or value, so it is not done for this task yet.",
    bn="স্তরের ভেতরে দেখা মানে প্রতিটি নমুনার একটি উত্তর সেখান থেকে কতটা বলা যায়, তা দেখা। এখানে উত্তর একটি "
    "শ্রেণি বা একটি সংখ্যা নয়, তাই এই কাজে এখনো তা করা হয় না।",
)
GONE = Words(
    en="The first fold's network of {contender}, or the stored data, are not there any more, so its "
    "layers cannot be looked into. Compare again to see them.",
    bn="{contender}-এর প্রথম ফোল্ডের নেটওয়ার্ক বা রাখা ডেটা আর নেই, তাই স্তরগুলো দেখা যাচ্ছে না। দেখতে হলে আবার তুলনা চালান।",
)
FEW_ROWS = Words(
    en="With {n_train} samples to learn from and {n_test} to test on, nothing could be told about the "
    "layers.",
    bn="শেখার জন্য {n_train}টি আর পরীক্ষার জন্য {n_test}টি নমুনা দিয়ে স্তর সম্পর্কে কিছু বলা যায় না।",
)
ONE_CLASS = Words(
    en="The training samples are all of one class, so there is nothing that a layer could tell apart.",
    bn="শেখার নমুনাগুলো সবই এক শ্রেণির, তাই কোনো স্তরের আলাদা করার মতো কিছু নেই।",
)
FROZEN = Words(
    en="The layers of {contender} are frozen as they were given; only the last one was trained here, so "
    "there is nothing that they learned from these samples.",
    bn="{contender}-এর স্তরগুলো যেমন দেওয়া হয়েছে তেমনই জমাট; এখানে শুধু শেষ স্তরটি শিখেছে, তাই এই নমুনা "
    "থেকে তাদের শেখা বলে কিছু নেই।",
)
NO_LAYERS = Words(
    en="{contender} has no layer between the raw input and its answer.",
    bn="{contender}-এর কাঁচা ইনপুট আর উত্তরের মাঝখানে কোনো স্তর নেই।",
)

#: By their codes, as they are stored.
REASONS = {
    "no_network": NO_NETWORK,
    "task": OTHER_TASK,
    "gone": GONE,
    "few_rows": FEW_ROWS,
    "one_class": ONE_CLASS,
    "frozen": FROZEN,
    "no_layers": NO_LAYERS,
}


def layers(
    run: Run,
    verdict: Verdict,
    data: Data | None,
    specs: Specs,
    *,
    device: str,
    seconds: float,
    umap: bool = False,
) -> dict[str, Any]:
    """{"contender", "why": None, "n_train", "n_test", "cut", "chance", "own", "layers": [...], "gains",
    "cka", "features", "kinds", "filters", "seconds"}, or {"contender", "why": a code of what is
    in the way, "reason": that in words, and "reason_bn"}.

    Scores are accuracies, or R^2 where the answer is a value; all have "value", "low" and "high". "gains":
    of the last layer over the "raw" input, of the best one over the best "untrained" one. A layer
    is {"name", "width", "sees": [places of the sample that a unit sees about, of all] or None where a unit
    sees all of it, "probe", "untrained" (not of the raw input), "map": [[x, y], ...] in 0..1000, "umap",
    "share" of the variance in the map, "units"}; the first is the raw input. A feature is {"name",
    "kind", "importance", "r2": [each layer's], "untrained", "low", "high" of the layer that shows it, "is"
    (see `nikti.explain.readout`), "layer"}. seconds: CPU seconds that the networks may compute; fewer rows
    are taken where that is too short, and "cut" says so. data: None where they are gone; specs: of the
    contenders by name.
    """
    began = time.perf_counter()
    name = verdict.champions.get("deep")
    task = catalogue.load("tasks", run.data["task"]).TASK
    if name is None:
        return _in_the_way(None, "no_network")
    answer = answers.of(task.answer)
    if not answer.SIMPLE:
        return _in_the_way(name, "task")
    folder = first_fold(run.folder, name)
    if data is None or not folder.is_dir():
        return _in_the_way(name, "gone")
    train, test, groups = _rows(run.folder, data)
    if len(train) < FEWEST_TRAIN or len(test) < FEWEST_TEST:
        return _in_the_way(name, "few_rows", n_train=len(train), n_test=len(test))
    if answer.PROBABILITIES and len(np.unique(data.targets[train])) < 2:
        return _in_the_way(name, "one_class")
    deep = side("deep")
    model = deep.load_model(folder, {**specs[name].options, "device": device})
    if model.modality == "embedding":
        return _in_the_way(name, "frozen")
    network = deep.layers(model)
    if not network.through(data.inputs.take(train[:2])):
        return _in_the_way(name, "no_layers")
    available = len(train) + len(test)
    train, test = affordable(network, data, train, test, seconds)
    activations = record(model, data, task.answer, train, test, groups)
    made = hand_made(task, run, verdict, specs, data, train, test)
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


def _in_the_way(contender: str | None, code: str, **values: int) -> dict[str, Any]:
    """Why there are no layers to look into."""
    reason = REASONS[code].format(contender=contender, **values)
    return {"contender": contender, "why": code, **stored("reason", reason)}


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
