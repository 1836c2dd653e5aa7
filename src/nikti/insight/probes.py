"""What probes and readouts find in a network that was looked at, as numbers for the report."""

from __future__ import annotations

from typing import Any

import numpy as np

from nikti.explain import cka, probe, readout, ridge
from nikti.insight.activations import Looked, Table
from nikti.insight.hand_made import HandMade

#: Rows that layers are compared on.
ALIKE_ROWS = 240


def probes(looked: Looked) -> dict[str, Any]:
    """{"layers": [{"name", "width", "probe", "untrained"}], "gains", "chance", "own", "cka"}, see
    `nikti.insight.layers`."""
    says, plain = ([_says(looked, one) for one in some] for some in (looked.tables, looked.plain))
    scores, others = [_score(looked, one) for one in says], [_score(looked, one) for one in plain]
    names = ["raw", *(layer.name for layer in looked.layers)]
    best = says[1 + int(np.argmax([score["value"] for score in scores[1:]]))]
    best_plain = plain[int(np.argmax([score["value"] for score in others]))]
    own = looked.model.predict(looked.data.inputs.take(looked.test))
    return {
        "layers": [
            {"name": name, "width": table.new.shape[1], "probe": score, "untrained": other}
            for name, table, score, other in zip(names, looked.tables, scores, [None, *others], strict=True)
        ],
        "gains": {
            "raw": _gain(looked, says[-1], says[0]),
            "untrained": _gain(looked, best, best_plain),
        },
        "chance": looked.judge.chance(looked.truth, looked.told),
        "own": _score(looked, own),
        "cka": np.round(cka.grid([table.new[:ALIKE_ROWS] for table in looked.tables]), 3).tolist(),
    }


def _says(looked: Looked, table: Table) -> np.ndarray:
    """What a probe says of the test rows."""
    return looked.judge.predict(table.known, looked.truth, table.new)


def _score(looked: Looked, predicted: np.ndarray) -> dict[str, float]:
    return _interval(looked.judge.score(looked.told, predicted, looked.groups))


def _gain(looked: Looked, predicted: np.ndarray, before: np.ndarray) -> dict[str, float]:
    return _interval(looked.judge.gain(looked.told, predicted, before, looked.groups))


def _interval(found: tuple[float, float, float]) -> dict[str, float]:
    return dict(zip(("value", "low", "high"), map(float, found), strict=True))


def readouts(looked: Looked, made: HandMade) -> dict[str, Any]:
    """{"features", "kinds"}: how well every hand-made feature can be read out of every layer."""
    if not made.names:
        return {"features": [], "kinds": []}
    truth = made.table[looked.train :]
    said = [
        ridge.fit(table.known, made.table[: looked.train], table.new).predicted
        for table in [*looked.tables, *looked.plain]
    ]
    scores = np.stack([probe.r2(truth, one) for one in said])  # [1 + 2 k, f]
    count = len(looked.tables)
    trained, plain = scores[:count], scores[count:]
    intervals = [probe.r2_interval(truth, one, looked.groups) for one in said[:count]]
    rows = []
    for f, name in enumerate(made.names):
        what, layer = _verdict(trained[:, f], plain[:, f], np.array([low[f] for low, _ in intervals]))
        low, high = (float(end[f]) for end in intervals[layer])
        rows.append(
            {
                "name": name,
                "kind": made.kinds[f],
                "importance": made.importance.get(name),
                "r2": np.round(trained[:, f], 3).tolist(),
                "untrained": np.round(plain[:, f], 3).tolist(),
                "low": round(low, 3),
                "high": round(high, 3),
                "is": what,
                "layer": layer,
            }
        )
    return {"features": rows, "kinds": _by_kind(made.kinds, trained, plain)}


def _verdict(trained: np.ndarray, plain: np.ndarray, low: np.ndarray | None = None) -> tuple[str, int]:
    """(what a feature is, the layer that says so; the raw input is layer 0)."""
    what, layer = readout.verdict(trained[0], trained[1:], plain, None if low is None else low[1:])
    return what, 0 if what == readout.RAW else layer + 1


def _by_kind(kinds: list[str], trained: np.ndarray, plain: np.ndarray) -> list[dict[str, Any]]:
    """The same added up: of each kind the mean R^2 (cut at 0) of its features, from every layer."""
    found = []
    for kind in dict.fromkeys(kinds):
        own = [f for f, name in enumerate(kinds) if name == kind]
        means, others = (np.clip(scores[:, own], 0, 1).mean(axis=1) for scores in (trained, plain))
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
