"""Folds, nested subsets and inner splits: what must never happen, on data made to provoke it."""

import hashlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nikti.core import catalogue
from nikti.core.contender import INNER_FOLDS
from nikti.core.errors import UnknownName
from nikti.protocol import splits
from nikti.protocol.inner import inner_splits
from nikti.protocol.sizes import grid_sizes
from nikti.protocol.splits import make_split
from nikti.protocol.splits._deal import assign_folds, nested_order


def split_of(labels, groups=None, times=None, folds=5, seed=0, rows=None):
    return make_split(
        labels,
        rows=np.arange(len(labels)) if rows is None else rows,
        groups=groups,
        grouped_by_user=groups is not None,
        times=times,
        folds=folds,
        seed=seed,
    )


@settings(max_examples=60, deadline=None)
@given(st.integers(10, 300), st.integers(2, 6), st.integers(0, 10_000))
def test_groups_never_straddle_and_every_sample_is_tested_once(n, classes, seed):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, classes, n)
    groups = rng.integers(0, max(6, n // 3), n)
    split = split_of(labels, groups=groups, seed=seed)
    assert np.all(split.fold >= 0)
    for group in np.unique(groups):
        assert len(np.unique(split.fold[groups == group])) == 1
    for k in range(5):
        train = set(split.order[k].tolist())
        test = set(split.test_rows(k).tolist())
        assert not train & test and len(train | test) == n
        assert not set(groups[list(train)]) & set(groups[list(test)])


def test_classes_stay_in_proportion_without_groups():
    labels = np.repeat([0, 1, 2], [500, 80, 20])
    split = split_of(labels)
    for k in range(5):
        counts = np.bincount(labels[split.test_rows(k)])
        assert counts.tolist() == [100, 16, 4]


def test_classes_stay_nearly_in_proportion_with_groups():
    rng = np.random.default_rng(0)
    groups = np.repeat(np.arange(200), 5)
    labels = (rng.random(1000) < 0.2).astype(int)
    fold = assign_folds(labels, groups, 5, rng)
    shares = [labels[fold == k].mean() for k in range(5)]
    assert max(shares) - min(shares) < 0.03
    assert np.bincount(fold).min() > 180


@pytest.mark.parametrize("labels", ["classes", "sets"])
@pytest.mark.parametrize("seed", range(40))
def test_no_fold_is_empty_while_there_are_as_many_groups_as_folds(labels, seed):
    rng = np.random.default_rng(seed)
    groups = np.repeat(np.arange(8), rng.integers(1, 30, 8))
    n = len(groups)
    values = rng.integers(0, 3, n) if labels == "classes" else rng.random((n, 3)) < 0.3
    fold = assign_folds(values, groups, 7, rng)
    assert (np.bincount(fold, minlength=7) > 0).all()
    assert all(len(np.unique(fold[groups == group])) == 1 for group in range(8))


def test_a_class_with_one_member_is_tested_once():
    labels = np.array([0] * 30 + [1] * 30 + [2])
    split = split_of(labels)
    assert split.fold[60] >= 0


@given(st.integers(20, 400), st.integers(0, 1000))
@settings(max_examples=40, deadline=None)
def test_every_prefix_of_a_nested_order_is_in_proportion(n, seed):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 3, n)
    order = nested_order(labels, rng)
    assert sorted(order.tolist()) == list(range(n))
    share = np.bincount(labels, minlength=3) / n
    for size in (n // 4, n // 2):
        counts = np.bincount(labels[order[:size]], minlength=3)
        assert np.all(np.abs(counts - share * size) <= 2)


def test_sizes_are_nested_in_a_fold():
    labels = np.random.default_rng(0).integers(0, 4, 400)
    split = split_of(labels)
    small, large = split.train_rows(1, 40, 320), split.train_rows(1, 160, 320)
    assert set(small) < set(large) < set(split.train_rows(1, 320, 320))


def test_forward_blocks_never_train_on_the_future():
    rng = np.random.default_rng(0)
    times = rng.integers(0, 200, 600).astype(float)
    split = split_of(rng.integers(0, 2, 600), times=times)
    assert split.method == "forward_blocks"
    for k in range(5):
        assert times[split.order[k]].max() < times[split.test_rows(k)].min()
    for k in range(5):
        assert len(np.unique(split.groups[split.test_rows(k)])) == 4


def test_the_users_test_rows_take_no_part():
    rows = np.arange(0, 100, 2)
    split = split_of(np.arange(100) % 3, rows=rows)
    assert np.all(split.fold[1::2] == -1)
    assert all(set(order) <= set(rows) for order in split.order.values())


@pytest.mark.parametrize(("n", "count"), [(60, 3), (999, 3), (1000, 1), (5000, 1)])
def test_inner_splits_are_three_folds_or_one_hold_out(n, count):
    splits = inner_splits(np.arange(n) % 2, groups=None, times=None, seed=0)
    assert len(splits) == count
    for fit, valid in splits:
        assert not set(fit) & set(valid) and len(fit) + len(valid) == n
    if count == 1:
        assert len(splits[0][1]) == n // 5


def test_inner_splits_keep_groups_together():
    groups = np.repeat(np.arange(30), 4)
    splits = inner_splits(np.arange(120) % 2, groups=groups, times=None, seed=1)
    assert len(splits) == INNER_FOLDS
    for fit, valid in splits:
        assert len(fit) and len(valid)
        assert not set(groups[fit]) & set(groups[valid])


def test_same_seed_same_split_other_seed_other_split():
    labels = np.arange(200) % 4
    one, two, three = split_of(labels), split_of(labels), split_of(labels, seed=1)
    assert np.array_equal(one.fold, two.fold) and not np.array_equal(one.fold, three.fold)


def test_numbers_are_stratified_by_quantile():
    targets = np.random.default_rng(0).normal(size=500)
    labels = catalogue.load("tasks", "tabular_regression").TASK.strata(targets)
    split = split_of(labels)
    means = [targets[split.test_rows(k)].mean() for k in range(5)]
    assert np.ptp(means) < 0.15
    assert len(np.unique(labels)) == 10


def test_grid_sizes():
    assert grid_sizes(1437, 10, 5) == [89, 179, 359, 718, 1437]
    assert grid_sizes(40, 2, 5) == [20, 40]
    assert grid_sizes(100, 77, 5) == [100]


def digest(*arrays):
    """Twelve hex digits of whole numbers."""
    found = hashlib.sha256()
    for array in arrays:
        found.update(np.ascontiguousarray(array, dtype=np.int64).tobytes())
    return found.hexdigest()[:12]


def known():
    """(labels, groups, times, some rows) of 203 samples."""
    rng = np.random.default_rng(7)
    labels, groups = rng.integers(0, 3, 203), rng.integers(0, 60, 203)
    times = rng.integers(0, 90, 203).astype(float)
    return labels, groups, times, np.flatnonzero(rng.random(203) < 0.9)


#: Splits as they were made when the first scores by them were published: (samples, seed) and what they are.
MADE = {
    "pooled_k_fold": {
        (203, 0): "1b1c5df0b6d4",
        (203, 5): "bfab4973bcd3",
        (184, 0): "a29206cda230",
        (184, 5): "8b0b0774bac5",
    },
    "grouped_k_fold": {
        (203, 0): "d9b8bee96b04",
        (203, 5): "3b5a10966268",
        (184, 0): "50431e270604",
        (184, 5): "657dd60ae533",
    },
    "forward_blocks": {
        (203, 0): "677bf4089aaa",
        (203, 5): "677bf4089aaa",
        (184, 0): "cb3827c7fee5",
        (184, 5): "cb3827c7fee5",
    },
    "rolling_origins": {
        (203, 0): "718b120ea16e",
        (203, 5): "718b120ea16e",
        (184, 0): "9e5ad4b9bbd5",
        (184, 5): "9e5ad4b9bbd5",
    },
    "replicates": {
        (203, 0): "5746b7c6cb50",
        (203, 5): "72826078b720",
        (184, 0): "73e320bd7bc7",
        (184, 5): "c1d359a8264e",
    },
}


#: The ways that take the order of time from the samples.
IN_TIME = ("forward_blocks", "rolling_origins")


def made(method, n, seed):
    """The split that a way makes of the known samples; forecasts reach nine moments ahead."""
    labels, groups, times, some = known()
    return splits.of(method).split(
        splits.Request(
            labels,
            rows=np.arange(203) if n == 203 else some,
            groups=groups if method == "grouped_k_fold" else None,
            times=times if method in IN_TIME else None,
            folds=5,
            seed=seed,
            horizon=9.0,
        )
    )


@pytest.mark.parametrize("method", catalogue.names("protocol/splits"))
def test_a_seed_means_the_same_split_as_ever(method):
    for (n, seed), expected in MADE[method].items():
        split = made(method, n, seed)
        assert split.method == method and len(split.order) == 5
        # The past as a whole: in which order it is taken away says the next test.
        ordered = np.sort if method in IN_TIME else np.asarray
        orders = [ordered(split.order[k]) for k in range(5)]
        groups_of = [] if split.groups is None else [split.groups]
        assert digest(split.fold, *orders, *groups_of) == expected


@pytest.mark.parametrize("method", catalogue.names("protocol/splits"))
@pytest.mark.parametrize("seed", [0, 1])
def test_nothing_that_is_tested_is_learned_in_the_same_fold(method, seed):
    some = set(known()[3].tolist())
    split = made(method, 184, seed)
    for k in range(5):
        train, test = set(split.order[k].tolist()), set(split.test_rows(k).tolist())
        assert train and test and not train & test and train | test <= some
        assert len(split.order[k]) == len(train)


@pytest.mark.parametrize(
    ("by", "folds", "expected"),
    [
        ("labels", 3, "75050ff98208"),
        ("labels", 1, "7f4f55ff2b69"),
        ("groups", 3, "434a84eb72a8"),
        ("groups", 1, "2c772936c869"),
        ("times", 3, "cbbbacf22831"),
        ("times", 1, "cbbbacf22831"),
    ],
)
def test_a_seed_means_the_same_inner_splits_as_ever(by, folds, expected):
    labels, groups, times, _ = known()
    more = {"groups": groups if by == "groups" else None, "times": times if by == "times" else None}
    splits = inner_splits(labels, **more, seed=4, folds=folds)
    assert digest(*(part for pair in splits for part in pair)) == expected


def test_smaller_sizes_of_a_forward_split_are_the_most_recent_past():
    labels, _, times, _ = known()
    split = split_of(labels, times=times)
    for k in range(5):
        whole = split.order[k]
        assert set(split.train_rows(k, 100, 100)) == set(whole)
        few = split.train_rows(k, 20, 100)
        left = np.setdiff1d(whole, few)
        assert len(few) == 20 and times[few].min() >= times[left].max()
        assert times[few].max() < times[split.test_rows(k)].min()


def test_sizes_of_a_forward_split_are_there_in_every_fold():
    split = split_of(np.zeros(240, int), times=np.arange(240.0))
    train = [len(order) for order in split.order.values()]
    assert train == [40, 80, 120, 160, 200]
    assert splits.of("forward_blocks").sizes(train, 3, 5) == [20, 40, 120]
    assert splits.of("forward_blocks").sizes(train, 3, 2) == [20, 120]
    assert splits.of("forward_blocks").sizes(train, 3, 1) == [120]
    assert splits.of("forward_blocks").sizes([50, 50], 3, 5) == [50]


def test_an_unknown_way_to_split():
    with pytest.raises(UnknownName, match="Did you mean 'forward_blocks'"):
        splits.of("forward_block")
