"""Forecasts from origins that move forward: no model sees a value later than its round's first origin."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nikti.core.errors import DataError
from nikti.protocol.inner import inner_splits
from nikti.protocol.splits import Request, of
from nikti.verdict.statistics import FEWEST_GROUPS, gap

WAY = of("rolling_origins")


def asked(times, horizon, folds=5, series=None):
    times = np.asarray(times, dtype=np.float64)
    labels, rows = np.zeros(len(times), dtype=np.int64), np.arange(len(times))
    return Request(labels, rows, series, times, folds, 0, named=series is not None, horizon=horizon)


def test_a_small_series_by_hand():
    """Twelve origins, two rounds: periods 0..3, 4..7 and 8..11. What is known at origin 4 of forecasts three
    steps ahead are those of origins 0 and 1; at origin 8 those of 0 to 5."""
    split = WAY.split(asked(range(12), horizon=3, folds=2))
    assert split.fold.tolist() == [-1] * 4 + [0] * 4 + [1] * 4
    assert split.order[0].tolist() == [1, 0]
    assert split.order[1].tolist() == [5, 4, 3, 2, 1, 0]
    assert split.groups.tolist() == [0] * 4 + [1] * 4 + [2] * 4  # four origins are too few for two blocks


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 12), st.integers(1, 5), st.floats(0.5, 20))
def test_nothing_is_learned_that_comes_after_the_first_origin(seed, series, folds, horizon):
    rng = np.random.default_rng(seed)
    times = rng.integers(0, 300, 400).astype(float)
    if horizon > 290 / (folds + 1):
        return
    code = rng.integers(0, series, 400)
    split = WAY.split(asked(times, horizon, folds, code))
    assert split.folds == folds
    for k in range(folds):
        first = times[split.test_rows(k)].min()
        assert (times[split.order[k]] + horizon).max() <= first  # in any series
        known = times + horizon <= first
        assert set(split.order[k]) == set(np.flatnonzero(known))  # and nothing of what is known is left out
        assert np.all(np.diff(times[split.order[k]]) <= 0)  # a smaller size is the most recent part
    tested = [times[split.test_rows(k)] for k in range(folds)]
    assert all(one.max() < other.min() for one, other in zip(tested, tested[1:], strict=False))


@pytest.mark.parametrize(
    ("horizon", "per_period"),
    # A period of 240 origins in six is 40 long, a block two horizons at least.
    [(1, 4), (4.9, 4), (6, 3), (9, 2), (12, 1), (30, 1)],
)
def test_blocks_of_one_series_are_two_horizons_long(horizon, per_period):
    split = WAY.split(asked(range(240), horizon))
    for k in range(5):
        assert len(np.unique(split.groups[split.test_rows(k)])) == per_period
    if per_period > 1:
        tested = split.groups[split.fold >= 0]
        assert np.unique(tested, return_counts=True)[1].min() >= 2 * horizon


def test_of_several_series_each_is_one_unit():
    series = np.repeat(np.arange(12), 60)
    split = WAY.split(asked(np.tile(np.arange(60.0), 12), 4, series=series))
    assert np.array_equal(split.groups, series)
    tested = split.fold >= 0
    rng = np.random.default_rng(0)
    errors = rng.normal(0, 1, 12)[series] + rng.normal(0, 0.1, len(series))
    assert gap(errors[tested], split.fold[tested], groups=split.groups[tested]).units == 12 >= FEWEST_GROUPS


def test_copies_are_no_series():
    request = asked(range(240), 2)
    copies = Request(**{**vars(request), "groups": np.arange(240) // 2, "named": False})
    assert np.array_equal(WAY.split(copies).groups, WAY.split(request).groups)


def test_series_of_one_moment_have_no_later_one():
    assert WAY.most(asked([3.0] * 40, 1)) == 0
    assert WAY.most(asked([3.0, 4.0] * 20, 1)) == 1


def test_a_horizon_longer_than_a_period_leaves_nothing_to_learn():
    with pytest.raises(DataError, match="horizon of 30 .* of 6 periods.* shorter horizon"):
        WAY.split(asked(range(120), 30))


@pytest.mark.parametrize(("times", "horizon", "words"), [(None, 3, "known when"), ([1, 2, 3], 0, "above 0")])
def test_what_a_caller_forgot(times, horizon, words):
    request = Request(
        np.zeros(3, int), np.arange(3), None, times and np.array(times, float), 2, 0, horizon=horizon
    )
    with pytest.raises(ValueError, match=words):
        WAY.split(request)


def test_inner_splits_look_no_further_than_the_first_validated_origin():
    times = np.arange(50.0)
    [(fit, valid)] = inner_splits(np.zeros(50, int), groups=None, times=times, seed=0, horizon=7)
    assert valid.tolist() == list(range(40, 50)) and fit.tolist() == list(range(34))
    assert inner_splits(np.zeros(50, int), groups=None, times=times, seed=0, horizon=41) == []
