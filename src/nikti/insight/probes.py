"""Probes and readouts of a network's layers, as numbers for the report."""

from __future__ import annotations

from typing import Any

import numpy as np

from nikti.explain import cka, probe, readout, ridge
from nikti.insight.activations import Activations, Table
from nikti.insight.hand_made import HandMade

#: Rows that layers are compared on.
ALIKE_ROWS = 240


def probes(activations: Activations) -> dict[str, Any]:
    """{"layers": [{"name", "width", "probe", "untrained"}], "gains", "chance", "own", "cka"}, see
    `nikti.insight.layers`."""
    predicted = [_predict(activations, table) for table in activations.tables]
    untrained = [_predict(activations, table) for table in activations.untrained]
    scores, others = ([_score(activations, one) for one in some] for some in (predicted, untrained))
    names = ["raw", *(layer.name for layer in activations.layers)]
    best = predicted[1 + int(np.argmax([score["value"] for score in scores[1:]]))]
    best_untrained = untrained[int(np.argmax([score["value"] for score in others]))]
    own = activations.model.predict(activations.data.inputs.take(activations.test_rows))
    return {
        "layers": [
            {"name": name, "width": table.test.shape[1], "probe": score, "untrained": other}
            for name, table, score, other in zip(
                names, activations.tables, scores, [None, *others], strict=True
            )
        ],
        "gains": {
            "raw": _gain(activations, predicted[-1], predicted[0]),
            "untrained": _gain(activations, best, best_untrained),
        },
        "chance": activations.judge.chance(activations.train_targets, activations.test_targets),
        "own": _score(activations, own),
        "cka": np.round(cka.grid([table.test[:ALIKE_ROWS] for table in activations.tables]), 3).tolist(),
    }


def _predict(activations: Activations, table: Table) -> np.ndarray:
    """A probe's predictions for the test rows."""
    return activations.judge.predict(table.train, activations.train_targets, table.test)


def _score(activations: Activations, predicted: np.ndarray) -> dict[str, float]:
    return _interval(activations.judge.score(activations.test_targets, predicted, activations.groups))


def _gain(activations: Activations, predicted: np.ndarray, before: np.ndarray) -> dict[str, float]:
    return _interval(activations.judge.gain(activations.test_targets, predicted, before, activations.groups))


def _interval(found: tuple[float, float, float]) -> dict[str, float]:
    return dict(zip(("value", "low", "high"), map(float, found), strict=True))


def readouts(activations: Activations, made: HandMade) -> dict[str, Any]:
    """{"features", "kinds"}: how well every hand-made feature can be read out of every layer."""
    if not made.names:
        return {"features": [], "kinds": []}
    truth = made.table[activations.n_train :]
    predicted = [
        ridge.fit(table.train, made.table[: activations.n_train], table.test).predicted
        for table in [*activations.tables, *activations.untrained]
    ]
    scores = np.stack([probe.r2(truth, one) for one in predicted])  # [1 + 2 k, f]
    count = len(activations.tables)
    trained, untrained = scores[:count], scores[count:]
    intervals = [probe.r2_interval(truth, one, activations.groups) for one in predicted[:count]]
    rows = []
    for f, name in enumerate(made.names):
        what, layer = _verdict(trained[:, f], untrained[:, f], np.array([low[f] for low, _ in intervals]))
        low, high = (float(end[f]) for end in intervals[layer])
        rows.append(
            {
                "name": name,
                "kind": made.kinds[f],
                "importance": made.importance.get(name),
                "r2": np.round(trained[:, f], 3).tolist(),
                "untrained": np.round(untrained[:, f], 3).tolist(),
                "low": round(low, 3),
                "high": round(high, 3),
                "is": what,
                "layer": layer,
            }
        )
    return {"features": rows, "kinds": _by_kind(made.kinds, trained, untrained)}


def _verdict(trained: np.ndarray, untrained: np.ndarray, low: np.ndarray | None = None) -> tuple[str, int]:
    """(what a feature is, the layer that says so; the raw input is layer 0)."""
    what, layer = readout.verdict(trained[0], trained[1:], untrained, None if low is None else low[1:])
    return what, 0 if what == readout.RAW else layer + 1


def _by_kind(kinds: list[str], trained: np.ndarray, untrained: np.ndarray) -> list[dict[str, Any]]:
    """The same added up: of each kind the mean R^2 (cut at 0) of its features, from every layer."""
    found = []
    for kind in dict.fromkeys(kinds):
        own = [f for f, name in enumerate(kinds) if name == kind]
        means, others = (np.clip(scores[:, own], 0, 1).mean(axis=1) for scores in (trained, untrained))
        what, layer = _verdict(means, others)
        found.append(
            {
                "kind": kind,
                "n": len(own),
                "r2": np.round(means, 3).tolist(),
                "untrained": np.round(others, 3).tolist(),
                "is": what,
                "layer": layer,
            }
        )
    return found
