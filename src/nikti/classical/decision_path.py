"""The questions that a decision tree asked of a sample, one after another."""

from __future__ import annotations

from typing import Any

import numpy as np

from nikti.classical.importance import columns_of
from nikti.core.inputs import Inputs


def decision_path(model: Any, inputs: Inputs) -> list[dict[str, Any]] | None:
    """[{"feature", "value", "above": bool, "threshold", "share"}] from the root down; None for models that
    are no single tree.

    above: whether the value is greater than the threshold; share: of the training samples that came with it
    past this question, 0 to 1. inputs: one sample. A missing value is None.
    """
    steps = getattr(model.fitted.estimator, "steps", None)
    if steps is None or not hasattr(steps[-1][1], "tree_"):
        return None
    sample_table = model.features.of(inputs)
    seen = np.asarray(model.fitted.estimator[:-1].transform(sample_table))[0]
    kept = columns_of(model.fitted.estimator, sample_table.shape[1])
    names = [str(name) for part, _ in model.features.blocks() for name in part.get_feature_names_out()]
    tree, node, found = steps[-1][1].tree_, 0, []
    while tree.children_left[node] >= 0:
        column, threshold = int(tree.feature[node]), float(tree.threshold[node])
        value = float(seen[column])
        known = np.isfinite(value)
        above = value > threshold if known else not tree.missing_go_to_left[node]
        below = tree.children_right[node] if above else tree.children_left[node]
        found.append(
            {
                "feature": names[kept[column]],
                "value": value if known else None,
                "above": bool(above),
                "threshold": threshold,
                "share": float(tree.weighted_n_node_samples[below] / tree.weighted_n_node_samples[node]),
            }
        )
        node = below
    return found
