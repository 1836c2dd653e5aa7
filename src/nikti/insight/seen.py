"""The samples that a report shows with what each side used of them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from nikti import answers
from nikti.core.data import Data
from nikti.insight.gallery import LONGEST_TEXT, MOST_POINTS, shown

#: Columns of a row that are shown.
COLUMNS = 6


def sample(
    data: Data, row: int, seen: Mapping[str, tuple[str, Any, np.ndarray]], answer: str
) -> dict[str, Any]:
    """A sample with what each side said and looked at. seen: {side: (method, answer in words, weights)}; see
    `visible` for what becomes of the weights."""
    truth = answers.of(answer).truth(data.targets[row], data.classes)
    found = {**shown(data, row), "truth": truth, "sides": {}}
    for side, (method, answer, weights) in seen.items():
        looked = {"method": method, "predicted": answer}
        found["sides"][side] = looked | visible(data, found, weights)
    return found


def visible(data: Data, sample: Mapping[str, Any], weights: np.ndarray) -> dict[str, Any]:
    """Weights as a page shows them: "map" of a picture, "weights" of letters or moments (0 to 1: what
    speaks for the answer), or of a row "columns" [[name, cell, weight -1 to 1], ...], the weightiest
    first."""
    top = np.abs(weights).max(initial=0.0) or 1.0
    if data.modality == "table":
        order = np.argsort(-np.abs(weights), kind="stable")[:COLUMNS]
        cells = list(sample["row_values"].items())
        return {"columns": [[*cells[k], round(float(weights[k] / top), 3)] for k in order if weights[k]]}
    speaks = np.maximum(weights, 0)
    speaks = np.round(speaks / (speaks.max(initial=0.0) or 1.0), 3)
    if data.modality == "image":
        return {"map": speaks.tolist()}
    if data.modality in ("text", "question"):
        return {"weights": speaks[:LONGEST_TEXT].tolist()}
    return {"weights": speaks[:: max(1, math.ceil(len(speaks) / MOST_POINTS))].tolist()}
