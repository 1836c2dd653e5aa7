"""Shortcuts of a model on pictures: cells of the frame on which its right answers to a class depend."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from nikti.answers.label import calibrated
from nikti.core.answers import is_plain
from nikti.core.data import Data
from nikti.explain import agreement, occlusion, scores
from nikti.explain.remove import Remover

#: Rows of each class that are looked at, samples that fill what is removed, draws of them, rows at a time.
ROWS, POOL, DRAWS, CHUNK = 40, 100, 2, 5


def shortcuts(side: str, model: Any, temperature: float, data: Data, seconds: float) -> list[dict[str, Any]]:
    """Cells that one side's right answers to a class depend on, see `nikti.explain.agreement.shortcuts`:
    [{"side", "class", "row_of", "column_of", "along": cells of the grid, "share", "n", "rows"}].

    What is removed is filled from pictures of other classes: those of the same class have the sign there too.
    """
    began, score = time.monotonic(), scores.of(model, "label", temperature)
    removers = {code: Remover(data.modality, _others(data, code), DRAWS) for code in range(len(data.classes))}
    rows: list[int] = []
    falls: list[np.ndarray] = []
    flips: list[np.ndarray] = []
    sampled = spread(data, ROWS * len(data.classes))
    for start in range(0, len(sampled), CHUNK):
        if time.monotonic() - began > seconds:
            break
        some = sampled[start : start + CHUNK]
        proba = calibrated(model.predict_proba(data.inputs.take(some)), temperature)
        for row, chances in zip(some.tolist(), proba, strict=True):
            code = int(chances.argmax())
            if code != data.targets[row] or chances[code] < 0.5:
                continue
            labels = removers[code].regions(data.inputs, row)
            rows.append(row)
            falls.append(occlusion.occlusion(score, data.inputs, row, code, removers[code], labels))
            flips.append(chances[code] - falls[-1] < 0.5)
    if not rows:
        return []
    found = agreement.shortcuts(falls, np.ones(len(rows), bool), data.targets[rows], flips)
    return [_placed(side, one, data, rows, len(falls[0])) for one in found]


def _others(data: Data, code: int) -> Any:
    """Pictures of other classes."""
    others = np.flatnonzero(data.targets != code)
    return data.inputs.take(np.random.default_rng(0).permutation(others)[:POOL])


def _placed(side: str, one: dict[str, Any], data: Data, rows: list[int], cells: int) -> dict[str, Any]:
    along = max(1, int(cells**0.5))
    return {
        "side": side,
        "class": data.classes[one["code"]],
        "row_of": one["region"] // along + 1,
        "column_of": one["region"] % along + 1,
        "along": along,
        "share": one["share"],
        "n": one["n"],
        "rows": [rows[place] for place in one["rows"]],
    }


def spread(data: Data, most: int) -> np.ndarray:
    """Rows in an order in which the classes take turns; a user's test rows first, as no model learned from
    them."""
    rng = np.random.default_rng(0)
    rows = rng.permutation(len(data))
    if data.split is not None and (data.split == 2).any():
        rows = rows[data.split[rows] == 2]
    if data.classes and is_plain(data.targets):
        turn = np.zeros(len(rows), dtype=int)
        for code in range(len(data.classes)):
            mine = data.targets[rows] == code
            turn[mine] = np.arange(mine.sum())
        rows = rows[np.lexsort((data.targets[rows], turn))]
    return rows[:most]
