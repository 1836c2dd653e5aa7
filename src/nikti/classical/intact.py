"""Fitted estimators whose compiled code trusts its arrays.

A tree's nodes name their children and features by number, a support vector machine its vectors: compiled
code follows such numbers without looking, so a model from elsewhere with wrong ones would end the whole
process, or read memory that is not its own. They are looked at before anything is predicted.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from nikti.core.errors import ModelError
from nikti.core.words import Words

#: A child of a leaf, see `sklearn.tree._tree.TREE_LEAF`.
_LEAF = -1

_UNEVEN_TREES = Words(
    en="its trees are of {widths} features, and must be of as many each.",
    bn="এর গাছগুলোর ফিচার {widths}টি, অথচ সবগুলোর সমান হওয়ার কথা।",
)
_NO_NODE = Words(
    en="a decision tree in it has branches that lead to no node.",
    bn="এর একটি সিদ্ধান্ত-গাছের কিছু ডাল কোনো গিঁটে পৌঁছায় না।",
)
_OTHER_FEATURES = Words(
    en="a decision tree in it asks for {count} features of {of}.",
    bn="এর একটি সিদ্ধান্ত-গাছ {of}টির মধ্যে {count}টি ফিচার চায়।",
)
_NO_MACHINE = Words(
    en="a support vector machine in it has parts that do not fit each other.",
    bn="এর একটি সাপোর্ট ভেক্টর মেশিনের অংশগুলো একে অন্যের সঙ্গে মেলে না।",
)


def refuse_damaged(estimator: Any) -> None:
    """Raise ModelError where numbers in a fitted estimator point to what is not there."""
    from scipy.sparse import issparse

    widths = set()
    for part in _parts(estimator):
        if hasattr(part, "tree_"):
            _check_tree(part)
            widths.add(part.tree_.n_features)
        elif hasattr(part, "_n_support"):
            _check_machine(part)
        elif issparse(part):
            part.check_format(full_check=True)  # raises ValueError
    if len(widths) > 1:
        raise ModelError(_UNEVEN_TREES.format(widths=str(sorted(widths))))


def _parts(whole: Any) -> Iterator[Any]:
    """The estimator and all estimators in it, each once."""
    seen: set[int] = set()
    waiting = [whole]
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, str | bytes | int | float | complex | type(None)):
            continue
        seen.add(id(one))
        if isinstance(one, np.ndarray):
            waiting += one.ravel().tolist() if one.dtype == object else []
        elif isinstance(one, dict):
            waiting += one.values()
        elif isinstance(one, list | tuple | set):
            waiting += one
        elif hasattr(one, "__dict__") and not isinstance(one, type):
            yield one
            waiting += vars(one).values()


def _check_tree(part: Any) -> None:
    """A tree of scikit-learn: children come after their parent, features are those of the samples."""
    tree = part.tree_
    nodes, count = tree.__getstate__()["nodes"], tree.node_count
    left, right, feature = (nodes[name].astype(np.int64) for name in ("left_child", "right_child", "feature"))
    inner = left != _LEAF
    place = np.arange(len(nodes))
    children = (left > place) & (left < count) & (right > place) & (right < count)
    known = (feature >= 0) & (feature < tree.n_features)
    if not (0 < count <= len(nodes) and len(tree.value) >= count and (children & known)[inner].all()):
        raise ModelError(_NO_NODE)
    if tree.n_features != part.n_features_in_:
        raise ModelError(_OTHER_FEATURES.format(count=tree.n_features, of=part.n_features_in_))


def _check_machine(part: Any) -> None:
    """A support vector machine of libsvm: as many coefficients, counts and borders as vectors and classes."""
    vectors, weights = part.support_vectors_.shape, part._dual_coef_.shape
    counts = np.asarray(part._n_support)
    classes = weights[0] + 1 if len(weights) == 2 else 0
    intact = len(vectors) == 2 and weights[1:] == vectors[:1] and vectors[1] == part.n_features_in_
    intact = intact and counts.ndim == 1 and counts.dtype.kind in "iu" and (counts >= 0).all()
    if hasattr(part, "classes_"):
        pairs = classes * (classes - 1) // 2
        intact = intact and len(part.classes_) == classes == len(counts) and counts.sum() == vectors[0]
        intact = intact and np.shape(part._intercept_) == (pairs,)
        intact = intact and all(
            np.size(getattr(part, name, ())) in (0, pairs) for name in ("_probA", "_probB")
        )
    if not intact or len(part.support_) != vectors[0]:
        raise ModelError(_NO_MACHINE)
