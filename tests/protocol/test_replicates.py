"""Replicates by seed: all the training data each time, measured by samples that nobody learns from."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from nikti.core.contender import ContenderSpec
from nikti.jobs import trial
from nikti.protocol.splits import Request, of
from nikti.verdict.statistics import FEW_GROUPS, FEWEST_GROUPS, POOLED_INFLATION, gap

WAY = of("replicates")


def asked(labels, groups=None, folds=10, seed=0, rows=None):
    rows = np.arange(len(labels)) if rows is None else rows
    return Request(np.asarray(labels), rows, groups, None, folds, seed)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(100, 400), st.integers(2, 10), st.booleans())
def test_everybody_learns_from_all_and_from_nothing_that_measures(seed, n, folds, grouped):
    rng = np.random.default_rng(seed)
    labels, groups = rng.integers(0, 3, n), rng.integers(0, n // 2, n) if grouped else None
    folds = min(folds, WAY.most(asked(labels, groups, seed=seed)))
    split = WAY.split(asked(labels, groups, folds, seed))
    tested = np.flatnonzero(split.fold >= 0)
    rest = np.setdiff1d(np.arange(n), tested)
    assert 0.1 * n < len(tested) < 0.3 * n
    for k in range(folds):
        assert np.array_equal(np.sort(split.order[k]), rest)
        assert len(split.test_rows(k)) > 0
        assert np.unique(split.groups[split.test_rows(k)]).size == 1
    if grouped:
        assert not set(groups[tested]) & set(groups[rest])
        for group in np.unique(groups[tested]):
            assert len(np.unique(split.fold[groups == group])) == 1
    assert not set(split.groups[tested]) & set(split.groups[rest])


def test_classes_stay_in_proportion_and_the_users_test_rows_take_no_part():
    labels = np.tile([0, 0, 0, 1], 100)
    rows = np.arange(0, 400)[:200]
    split = WAY.split(asked(labels, rows=rows))
    assert np.bincount(labels[split.fold >= 0]).tolist() == [30, 10]
    assert [len(split.test_rows(k)) for k in range(10)] == [4] * 10
    assert np.all(split.fold[200:] == -1) and all(order.max() < 200 for order in split.order.values())


def test_replicates_differ_by_their_seed_and_smaller_sizes_by_their_samples():
    split = WAY.split(asked(np.arange(300) % 3))
    assert set(split.train_rows(0, 40, 240)) != set(split.train_rows(1, 40, 240))
    assert set(split.train_rows(0, 240, 240)) == set(split.train_rows(1, 240, 240))
    job = {"tries": 0, "inner_folds": 3, "params": None, "stop": None, "epochs": None, "scale": 1.0}
    job |= {
        "name": "a",
        "contender": ContenderSpec("a", "deep", {}),
        "task": "",
        "metric": "",
        "data": "",
        "threads": 1,
        "device": "cpu",
    }
    job |= {
        "measure": False,
        "model": None,
        "card": None,
        "scratch": "",
        "arrays": "",
        "full": 240,
        "seed": 0,
    }
    seeds = {trial._seed(trial.Job(**job, fold=k, size=240)) for k in range(10)}
    assert len(seeds) == 10


@pytest.mark.parametrize(("n", "most"), [(100, 20), (49, 9), (9, 1), (4, 0)])
def test_how_many_replicates_there_are_samples_for(n, most):
    assert WAY.most(asked(np.zeros(n, int))) == most and WAY.FOLDS == FEWEST_GROUPS
    assert WAY.most(asked(np.zeros(n, int), groups=np.arange(n) // 2)) == ((n + 1) // 2) // 5


def test_the_variance_is_that_between_trainings():
    """What a training got out of its luck is one observation: the variance over K replicates of m samples is
    that of K means, not of Km samples."""
    split = WAY.split(asked(np.zeros(400, int)))
    rows = np.flatnonzero(split.fold >= 0)
    luck = np.random.default_rng(3).normal(0, 1, 10)
    d = luck[split.fold[rows]] + np.random.default_rng(4).normal(0, 0.1, len(rows))
    means = np.array([d[split.fold[rows] == k].mean() for k in range(10)])
    found = gap(d, split.fold[rows], groups=split.groups[rows])
    factor = POOLED_INFLATION * (1 + FEW_GROUPS / 10)
    assert found.units == 10 and found.df == pytest.approx(9)
    assert found.se**2 == pytest.approx(factor * stats.sem(means) ** 2)
    assert found.low < means.mean() < found.high
