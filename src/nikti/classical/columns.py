"""How much each column of the table of features spoke for an answer: the model's own arithmetic.

coefficients   a linear model: weight times value, the value counted from the training mean where columns were
               centred; over the columns they add up to the decision less its constant
tree_shap      trees: exact Shapley values of the answer (see `tree_shap`; for LightGBM its own
               implementation, of the decision before it becomes a probability)
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nikti.classical.fitted import Fitted
from nikti.classical.importance import columns_of, linear_weights
from nikti.classical.label_by_label import LabelByLabel
from nikti.core.explanation import ExplanationMethod
from nikti.core.words import Words

COEFFICIENTS = ExplanationMethod(
    "coefficients",
    title=Words(en="weights times values", bn="ওজন গুণ মান"),
    how=Words(
        en="each feature's weight times its value, laid back on the part of the raw sample that the "
        "feature was measured on.",
        bn="প্রতিটি ফিচারের ওজন গুণ তার মান, কাঁচা নমুনার যে অংশ থেকে ফিচারটি মাপা হয়েছে সেখানে ফিরিয়ে বসানো।",
    ),
)
TREE_SHAP = ExplanationMethod(
    "tree_shap",
    title=Words(en="TreeSHAP", bn="TreeSHAP"),
    how=Words(
        en="each feature's Shapley value in the trees (TreeSHAP), laid back on the part of the raw "
        "sample that the feature was measured on.",
        bn="ট্রিগুলোয় প্রতিটি ফিচারের শ্যাপলি মান (TreeSHAP), কাঁচা নমুনার যে অংশ থেকে ফিচারটি মাপা হয়েছে "
        "সেখানে ফিরিয়ে বসানো।",
    ),
)


def method_of(fitted: Fitted | LabelByLabel) -> ExplanationMethod | None:
    """The method that attributes an answer to columns; None where the model mixes columns (neighbours,
    kernels). Of sets of labels as of those that are learned at all."""
    found = {_method(part.estimator) for part in fitted.parts if part.estimator is not None}
    return found.pop() if len(found) == 1 else None


def _method(estimator: Any) -> ExplanationMethod | None:
    if not hasattr(estimator, "steps"):
        return None
    last = estimator.steps[-1][1]
    if not all(_keeps_columns(step) for _, step in estimator.steps[:-1]):
        return None
    if _weights(last) is not None:
        return COEFFICIENTS
    trees = np.ravel(getattr(last, "estimators_", last))
    return TREE_SHAP if hasattr(last, "booster_") or all(hasattr(t, "tree_") for t in trees) else None


def shares(fitted: Fitted | LabelByLabel, table: Any, codes: np.ndarray | None) -> np.ndarray:
    """float64 [n, d]: what each column of the table [n, d] adds for the class `codes` [n] (None: for the
    value, in its own unit). 0 for classes without a training sample. Of sets of labels: for the label of that
    code, whatever the others."""
    if codes is None or isinstance(fitted, Fitted):
        return _shares(fitted.parts[0], table, codes)
    found = np.zeros(table.shape)
    for code in np.unique(codes).tolist():
        rows, part = np.flatnonzero(codes == code), fitted.parts[code]
        if part.estimator is not None:
            found[rows] = _shares(part, table[rows], np.ones(len(rows), np.int64))
    return found


def _shares(fitted: Fitted, table: Any, codes: np.ndarray | None) -> np.ndarray:
    seen, last = fitted.estimator[:-1].transform(table), fitted.estimator.steps[-1][1]
    weights = _weights(last)
    shap = np.zeros(0) if weights is not None else _trees(last, np.asarray(seen))
    found = np.zeros(table.shape)
    kept = columns_of(fitted.estimator, table.shape[1])
    for row in range(len(found)):
        place = [0] if codes is None else np.flatnonzero(fitted.present == codes[row])
        if not len(place):
            continue
        each = shap[row] if weights is None else weights.T  # [d, outputs]
        mine = each[:, 0] * fitted.spread if codes is None else _for_class(each, int(place[0]))
        found[row, kept] = mine if weights is None else mine * _dense(seen[row])
    return found


def _dense(row: Any) -> np.ndarray:
    return row.toarray()[0] if hasattr(row, "toarray") else row


def _for_class(shap: np.ndarray, place: int) -> np.ndarray:
    """[d, outputs] -> [d]. One output tells two classes apart: what speaks for one speaks against the
    other. Of more, each class is seen against the mean of all."""
    if shap.shape[1] == 1:
        return shap[:, 0] if place == 1 else -shap[:, 0]
    return shap[:, place] - shap.mean(axis=1)


def _weights(model: Any) -> np.ndarray | None:
    """[outputs, d]; naive Bayes on counts is linear in them too."""
    weights = linear_weights(model)
    return weights if weights is not None else getattr(model, "feature_log_prob_", None)


def _trees(model: Any, seen: np.ndarray) -> np.ndarray:
    """[n, d, outputs]"""
    if hasattr(model, "booster_"):
        shap = np.asarray(model.booster_.predict(seen, pred_contrib=True))
        return shap.reshape(len(seen), -1, seen.shape[1] + 1)[:, :, :-1].transpose(0, 2, 1)
    from nikti.classical.tree_shap import tree_shap

    return tree_shap(model, seen)


def _keeps_columns(step: Any) -> bool:
    """Whether what comes out of a step are columns that went in."""
    return step == "passthrough" or hasattr(step, "kept_") or hasattr(step, "factor_")
