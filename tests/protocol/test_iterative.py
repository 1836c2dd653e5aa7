"""Folds of samples with several labels each: every label in proportion, groups whole."""

import numpy as np
import pytest

from nikti.protocol.inner import inner_splits
from nikti.protocol.splits import make_split
from nikti.protocol.splits._deal import assign_folds, nested_order


def drawn(n, shares, seed):
    return np.random.default_rng(seed).random((n, len(shares))) < shares


@pytest.mark.parametrize("seed", range(5))
def test_every_label_and_every_fold_gets_its_share(seed):
    there = drawn(300, [0.5, 0.2, 0.05, 0.03], seed)
    fold = assign_folds(there, None, 5, np.random.default_rng(seed))
    sizes = np.bincount(fold, minlength=5)
    assert sizes.sum() == 300 and np.ptp(sizes) <= 4
    for label, count in enumerate(there.sum(axis=0)):
        have = np.bincount(fold[there[:, label]], minlength=5)
        assert (np.abs(have - count / 5) <= 2).all(), (label, have)


def test_rare_labels_reach_more_folds_than_by_chance():
    there, rng = drawn(200, [0.4, 0.4, 0.025, 0.025], 1), np.random.default_rng(0)
    dealt = assign_folds(there, None, 5, rng)
    for label in (2, 3):
        count = int(there[:, label].sum())
        assert len(np.unique(dealt[there[:, label]])) == min(5, count)


def test_a_table_by_hand():
    """Two samples of each of three sets and two folds: one of each goes to each."""
    there = np.array([[1, 1], [1, 1], [1, 0], [1, 0], [0, 0], [0, 0]], bool)
    fold = assign_folds(there, None, 2, np.random.default_rng(3))
    for rows in ([0, 1], [2, 3], [4, 5]):
        assert sorted(fold[rows].tolist()) == [0, 1]


def test_groups_stay_whole_and_labels_about_in_proportion():
    there, groups = drawn(400, [0.5, 0.2, 0.1], 2), np.arange(400) // 4
    fold = assign_folds(there, groups, 5, np.random.default_rng(2))
    assert all(len(np.unique(fold[groups == group])) == 1 for group in range(100))
    for label, count in enumerate(there.sum(axis=0)):
        have = np.bincount(fold[there[:, label]], minlength=5)
        assert (np.abs(have - count / 5) <= 0.3 * count / 5 + 2).all(), (label, have)


def test_a_split_and_its_inner_splits_are_the_same_again():
    there = drawn(90, [0.5, 0.1], 4)
    asked = {
        "rows": np.arange(80),
        "groups": None,
        "grouped_by_user": False,
        "times": None,
        "folds": 4,
        "seed": 7,
    }
    one, other = make_split(there, **asked), make_split(there, **asked)
    assert (one.fold == other.fold).all() and (one.fold[80:] == -1).all()
    for k in range(4):
        assert (one.order[k] == other.order[k]).all()
        assert set(one.order[k]) | set(one.test_rows(k)) == set(range(80))
    inner = inner_splits(there, groups=None, times=None, seed=1)
    assert all(not set(fit) & set(valid) and len(fit) + len(valid) == 90 for fit, valid in inner)


def test_prefixes_of_a_nested_order_keep_the_rarest_label():
    there = drawn(400, [0.6, 0.1], 5)
    order = nested_order(there, np.random.default_rng(5))
    share = there[:, 1].mean()
    for size in (50, 100, 200):
        assert abs(there[order[:size], 1].mean() - share) < 0.03
