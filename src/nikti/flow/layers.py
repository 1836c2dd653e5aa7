"""How the deep champion's layers learn, and which hand-made features they found: what the report shows.

Everything is measured on the network of the first fold: its test rows were seen neither by it nor by the
probes, which learn from its training rows. The same is done with the same network untrained, so that what
comes with the wiring is not taken for learning.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nikti.core import catalogue
from nikti.core.data import Data
from nikti.core.run import Run
from nikti.explain import cka, probe, project, readout, ridge, units
from nikti.flow import excited
from nikti.flow.hand_made import HandMade, hand_made
from nikti.runs import cache
from nikti.runs.store import Store
from nikti.verdict.judge import Verdict

#: Rows that probes learn from and are tested on, at most; and those needed at least.
TRAIN_ROWS, TEST_ROWS = 600, 400
FEWEST_TRAIN, FEWEST_TEST = 30, 12

#: Kinds of tasks with one answer for each sample, which a probe can learn.
KINDS = ("classification", "regression")

#: Rows drawn in a map and compared by CKA.
MAP_ROWS = 240

#: Units told of each layer.
UNITS = 3

#: Rows put through the network to see how long that takes, and how far its units see.
TRIAL_ROWS, REACH_ROWS = 16, 4


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
    if task.kind not in KINDS:
        return {"contender": name, "why": "task"}
    if not folder.is_dir() or not home.is_dir():
        return {"contender": name, "why": "gone"}
    data = cache.load(home)
    train, test, groups = _rows(store.folder, data)
    if len(train) < FEWEST_TRAIN or len(test) < FEWEST_TEST:
        return {"contender": name, "why": "few_rows", "n_train": len(train), "n_test": len(test)}
    if task.kind == "classification" and len(np.unique(data.targets[train])) < 2:
        return {"contender": name, "why": "one_class"}
    from nikti.deep.side import load_model

    spec = store.get("contenders")[name]
    model = load_model(folder, {**spec["options"], "device": device})
    if model.modality == "embedding":
        return {"contender": name, "why": "frozen"}
    looked = _Look(model, data, task.kind)
    kept = looked.affordable(train, test, seconds)
    if kept is None:
        return {"contender": name, "why": "no_layers"}
    train, test = kept
    found = looked.look(train, test, None if groups is None else groups[test])
    made = hand_made(task, run, verdict, store.get("contenders"), data, train, test)
    found |= looked.ledger(made)
    found |= looked.draw(made, umap)
    cut = len(train) + len(test) < looked.wanted
    return {
        "contender": name,
        "why": None,
        "kind": task.kind,
        "modality": data.modality,
        "n_train": len(train),
        "n_test": len(test),
        "cut": {"rows": len(train) + len(test), "of": looked.wanted} if cut else None,
        **found,
        "seconds": time.perf_counter() - began,
    }


def first_fold(folder: Path, name: str) -> Path:
    """Where a run keeps a network of the first fold, to look into."""
    return folder / "first_fold" / name.replace("/", "_").replace(":", "_")


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


@dataclass
class _Look:
    """A trained network on the rows of one fold, and the same network untrained."""

    model: Any
    data: Data
    kind: str

    def affordable(
        self, train: np.ndarray, test: np.ndarray, seconds: float
    ) -> tuple[np.ndarray, np.ndarray] | None:
        """The rows that both networks can be given in so many seconds; None for a network without layers."""
        from nikti.deep import blocks

        self.wanted = len(train) + len(test)
        self.named = getattr(blocks.file_of(self.model), "BLOCKS", ())
        self.plain = blocks.untrained(self.model)
        first = self._through(self.model.network, train[:2])
        if not first:
            return None
        began = time.process_time()  # what other programs take must not decide how many rows are seen
        self._through(self.model.network, train[:TRIAL_ROWS])
        each = (time.process_time() - began) / min(TRIAL_ROWS, len(train))
        share = min(1.0, seconds / max(1e-9, 2 * each * self.wanted))
        rng = np.random.default_rng(1)
        sizes = [
            max(least, int(share * len(rows))) for rows, least in ((train, FEWEST_TRAIN), (test, FEWEST_TEST))
        ]
        return tuple(
            np.sort(rng.permutation(rows)[:size]) for rows, size in zip((train, test), sizes, strict=True)
        )

    def _through(self, network: Any, rows: np.ndarray) -> list[Any]:
        from nikti.deep import blocks
        from nikti.deep import device as devices

        with devices.threads(self.model.threads):
            return blocks.activations(
                network,
                self.model.encoder,
                self.data.inputs.take(rows),
                device=self.model.device,
                named=self.named,
            )

    def look(self, train: np.ndarray, test: np.ndarray, groups: np.ndarray | None) -> dict[str, Any]:
        """Probes of the raw input and of every layer, and how alike the layers are."""
        from nikti.deep import blocks

        self.rows, self.test, self.groups, self.n = np.concatenate([train, test]), test, groups, len(train)
        self.found = self._through(self.model.network, self.rows)
        raw = blocks.raw(self.model.encoder, self.data.inputs.take(self.rows))
        self.tables = [raw, *(layer.table for layer in self.found)]
        self.others = [layer.table for layer in self._through(self.plain, self.rows)]
        self.ready = [ridge.table(table[: self.n]) for table in self.tables]
        self.ready_others = [ridge.table(table[: self.n]) for table in self.others]
        truth = self.data.targets[self.rows]
        self.truth, self.told = truth[: self.n], truth[self.n :]
        says = [self._says(known, table) for known, table in zip(self.ready, self.tables, strict=True)]
        plain = [self._says(k, t) for k, t in zip(self.ready_others, self.others, strict=True)]
        probes, others = [self._score(one) for one in says], [self._score(one) for one in plain]
        names = ["raw", *(layer.name for layer in self.found)]
        self.layers = [
            {"name": name, "width": table.shape[1], "probe": found, "untrained": other}
            for name, table, found, other in zip(names, self.tables, probes, [None, *others], strict=True)
        ]
        best = says[1 + int(np.argmax([p["value"] for p in probes[1:]]))]
        best_plain = plain[int(np.argmax([p["value"] for p in others]))]
        some = slice(self.n, self.n + MAP_ROWS)
        return {
            "layers": self.layers,
            "gains": {"raw": self._gain(says[-1], says[0]), "untrained": self._gain(best, best_plain)},
            "chance": self._chance(),
            "own": self._score(self.model.predict(self.data.inputs.take(self.test))),
            "cka": np.round(cka.grid([table[some] for table in self.tables]), 3).tolist(),
        }

    def _chance(self) -> float:
        """What always saying the commonest training class would score; 0 for values."""
        if self.kind != "classification":
            return 0.0
        return float(np.mean(self.told == np.bincount(self.truth).argmax()))

    def _says(self, known: ridge.Table, table: np.ndarray) -> np.ndarray:
        """What a probe says of the test rows."""
        if self.kind == "classification":
            return probe.classes(known, self.truth, table[self.n :])
        return ridge.fit(known, self.truth[:, None], table[self.n :]).said[:, 0]

    def _score(self, said: np.ndarray) -> dict[str, float]:
        if self.kind == "classification":
            value, low, high = probe.share_interval(said == self.told, self.groups)
        else:
            truth, said = self.told[:, None], np.asarray(said)[:, None]
            value = probe.r2(truth, said)[0]
            low, high = (end[0] for end in probe.r2_interval(truth, said, self.groups))
        return {"value": float(value), "low": float(low), "high": float(high)}

    def _gain(self, said: np.ndarray, before: np.ndarray) -> dict[str, float]:
        if self.kind == "classification":
            found = probe.share_gain(said == self.told, before == self.told, self.groups)
        else:
            found = probe.r2_gain(self.told, said, before, self.groups)
        return dict(zip(("value", "low", "high"), found, strict=True))

    def ledger(self, made: HandMade) -> dict[str, Any]:
        """How well every hand-made feature can be read out of every layer, feature by feature and by kind."""
        truth = made.table[self.n :]
        known = [
            ridge.fit(ready, made.table[: self.n], table[self.n :]).said
            for ready, table in zip(
                [*self.ready, *self.ready_others], [*self.tables, *self.others], strict=True
            )
        ]
        if not made.names:
            return {"features": [], "kinds": []}
        scores = np.stack([probe.r2(truth, said) for said in known])  # [1 + 2 k, f]
        trained, plain = scores[: len(self.tables)], scores[len(self.tables) :]
        intervals = [probe.r2_interval(truth, said, self.groups) for said in known[: len(self.tables)]]
        rows = []
        for f, name in enumerate(made.names):
            what, layer = readout.verdict(trained[0, f], trained[1:, f], plain[:, f])
            shown = 0 if what == readout.RAW else layer + 1
            rows.append(
                {
                    "name": name,
                    "kind": made.kinds[f],
                    "importance": made.importance.get(name),
                    "r2": np.round(trained[:, f], 3).tolist(),
                    "untrained": np.round(plain[:, f], 3).tolist(),
                    "low": round(float(intervals[shown][0][f]), 3),
                    "high": round(float(intervals[shown][1][f]), 3),
                    "is": what,
                    "layer": shown,
                }
            )
        return {"features": rows, "kinds": _by_kind(rows, trained, plain)}

    def draw(self, made: HandMade, umap: bool) -> dict[str, Any]:
        """Maps, telling units with what excites them, and the first layer's filters."""
        from nikti.deep import blocks

        some = slice(self.n, self.n + MAP_ROWS)
        for entry, table in zip(self.layers, self.tables, strict=True):
            flat, share = project.pca(table[some])
            entry["map"], entry["share"] = _on_paper(flat), round(share, 3)
            entry["umap"] = _on_paper(project.umap(table[some])) if umap else None
            entry["units"], entry["sees"] = [], None
        codes = self.told if self.kind == "classification" else None
        features = made.table[self.n :]
        reaches = blocks.reach(
            self.model.network,
            self.model.encoder,
            self.data.inputs.take(self.test[:REACH_ROWS]),
            device=self.model.device,
            named=self.named,
        ) or [None] * len(self.found)
        for entry, layer, reach in zip(self.layers[1:], self.found, reaches, strict=True):
            peaks = layer.peaks[self.n :]
            entry["sees"] = excited.sees(self.model.encoder.shape, layer, reach)
            for unit in units.choose(peaks, codes, self.told, UNITS):
                found = units.named(peaks, unit, codes, features)
                entry["units"].append(
                    {
                        "unit": unit,
                        "code": found.code,
                        "count": found.count,
                        "of": found.of,
                        "expected": round(found.expected, 1),
                        "like": None if found.like is None else made.names[found.like],
                        "r": round(found.r, 3),
                        "shown": excited.shown(
                            self.data, self.model.encoder, self.test, layer, self.n, found, entry["sees"]
                        ),
                    }
                )
        first = blocks.filters(self.model.network, self.model.encoder, excited.FILTERS)
        answers = self.told[:MAP_ROWS]
        return {
            "map_answers": answers.tolist() if codes is not None else _quarters(answers),
            "filters": excited.filters(first),
        }


def _by_kind(rows: list[dict[str, Any]], trained: np.ndarray, plain: np.ndarray) -> list[dict[str, Any]]:
    """The same added up: of each kind the mean R^2 (cut at 0) of its features, from every layer."""
    found = []
    for kind in dict.fromkeys(row["kind"] for row in rows):
        own = [f for f, row in enumerate(rows) if row["kind"] == kind]
        means, others = (np.clip(scores[:, own], 0, 1).mean(axis=1) for scores in (trained, plain))
        what, layer = readout.verdict(means[0], means[1:], others)
        found.append(
            {
                "kind": kind,
                "n": len(own),
                "r2": np.round(means, 3).tolist(),
                "untrained": np.round(others, 3).tolist(),
                "is": what,
                "layer": 0 if what == readout.RAW else layer + 1,
            }
        )
    return found


def _on_paper(points: np.ndarray) -> list[list[int]]:
    """Points in whole thousandths of the larger side."""
    points = points - points.min(axis=0)
    side = float(points.max()) or 1.0
    return np.round(1000 * points / side).astype(int).tolist()


def _quarters(values: np.ndarray) -> list[int]:
    """Which quarter of the values each one is in, 0 to 3."""
    return np.searchsorted(np.quantile(values, [0.25, 0.5, 0.75]), values, side="left").tolist()
