"""Parameter randomisation of an estimator (Adebayo et al. 2018, https://arxiv.org/abs/1810.03292, section 3).

The same estimator with its learned numbers permuted is as large and as confident, and knows nothing. An
explanation of it that looks like that of the real one does not depend on what was learned.
"""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import numpy as np

from nikti.classical.fitted import Fitted
from nikti.classical.label_by_label import LabelByLabel

#: What holds the learned numbers of the estimators we know.
LEARNED = ("coef_", "feature_log_prob_", "theta_", "dual_coef_", "_dual_coef_", "_y")


def of_fitted(fitted: Fitted | LabelByLabel, seed: int) -> Fitted | LabelByLabel | None:
    """The same with the learned numbers of each of its parts in another order, or None."""
    parts = [randomised(part.estimator, seed) for part in fitted.parts]
    if all(part is None for part in parts):
        return None
    anew = [
        old if part is None else replace(old, estimator=part)
        for old, part in zip(fitted.parts, parts, strict=True)
    ]
    return anew[0] if isinstance(fitted, Fitted) else LabelByLabel(tuple(anew))


def randomised(estimator: Any, seed: int) -> Any | None:
    """A copy with its learned numbers permuted, or None for an unknown kind of estimator.

    Weights change places among the columns, answers of the leaves among the leaves of each tree, answers of
    the neighbours among the neighbours.
    """
    if estimator is None or not hasattr(estimator, "steps"):
        return None
    rng = np.random.default_rng(seed)
    copied = copy.deepcopy(estimator)
    last = copied.steps[-1][1]
    if hasattr(last, "booster_"):
        _leaves_of_boosting(last.booster_, rng)
        return copied
    parts = [last, *np.ravel(getattr(last, "estimators_", []))]
    return copied if any([_shuffle(part, rng) for part in parts]) else None


def _shuffle(model: Any, rng: np.random.Generator) -> bool:
    found = False
    if hasattr(model, "tree_"):
        leaves = np.flatnonzero(model.tree_.children_left < 0)
        values = model.tree_.value
        values[leaves] = values[rng.permutation(leaves)]
        return True
    for name in LEARNED:
        value = vars(model).get(name)
        if isinstance(value, np.ndarray) and value.size > 1:
            setattr(model, name, np.ascontiguousarray(rng.permuted(value, axis=-1)))
            found = True
    return found


def _leaves_of_boosting(booster: Any, rng: np.random.Generator) -> None:
    for tree, facts in enumerate(booster.dump_model()["tree_info"]):
        values = [booster.get_leaf_output(tree, leaf) for leaf in range(facts["num_leaves"])]
        for leaf, value in enumerate(rng.permutation(values)):
            booster.set_leaf_output(tree, leaf, float(value))
