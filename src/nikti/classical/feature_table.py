"""The hand-made features of some samples as one table, to be compared with what a network makes of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from nikti import modalities
from nikti.classical import features_of
from nikti.classical.contender import recipe_of
from nikti.core.data import Data
from nikti.core.task import Task


@dataclass(frozen=True)
class FeatureTable:
    """names of all columns [f]; dense: how many of them, at the front, are plain numbers; the others are
    counts of n-grams; table: float64 [n, f], sparse where there are such counts."""

    names: list[str]
    dense: int
    table: Any


def feature_table(
    task: Task,
    data: Data,
    learn: np.ndarray,
    rows: np.ndarray,
    contender: str | None,
    options: dict[str, Any],
) -> FeatureTable:
    """The features that a contender has, or the linear models' view for None, of some rows of stored data;
    what is learned (vocabularies, categories) is learned from the rows `learn`. options: see
    `nikti.classical.side.contender`."""
    user = options.get("features_file")
    if contender is None:
        parts = features_of.parts(task.modality, "linear", user)
    else:
        parts = features_of.parts_for(recipe_of(contender, options), task.modality, 0, user)
    known, asked = data.subset(learn), data.subset(rows)
    features = features_of.Features(parts, data.modality, modalities.of(data.modality).form(data.inputs))
    features.fit(features_of.gather(known.inputs, known.rows, known.home, parts), np.asarray(known.targets))
    table = features.apply(features_of.gather(asked.inputs, asked.rows, asked.home, parts))
    return FeatureTable(features.names, features.dense, table)
