"""A contender's answers over the folds, put together by hand beside."""

import math

import numpy as np
import pytest

from nikti.core.run import Result, Trial
from nikti.verdict.champions import champion
from nikti.verdict.pooled import groups_of, pooled, score_of, sizes_run, trials
from nikti.verdict.statistics import mean_interval

from .runs import make_run


def scored(n=53, **more):
    """A run of one contender with a loss of its own for every row, its folds out of order."""
    values = np.random.default_rng(0).random(n)
    run = make_run({("tree", "classical"): values}, **more)
    for result in run.results:
        result.predicted = result.rows * 10
    run.results.reverse()
    return run, values


def test_rows_losses_folds_and_answers_are_those_of_the_folds_in_order():
    run, values = scored()
    found = pooled(run, "tree")
    rows = np.concatenate([np.arange(k, 53, 5) for k in range(5)])
    np.testing.assert_array_equal(found.rows, rows)
    np.testing.assert_array_equal(found.losses, values[rows])
    np.testing.assert_array_equal(found.fold, rows % 5)
    np.testing.assert_array_equal(found.predicted, rows * 10)
    assert found.folds == 5


def test_each_size_has_its_own_and_final_fits_and_failures_none():
    run, _ = scored(outcomes={("tree", 1): "failed"})
    run.results += [
        Result(Trial("tree", -1, 100), "ok", rows=np.arange(3), losses=np.zeros(3)),
        Result(Trial("tree", 2, 40), "ok", rows=np.array([7]), losses=np.array([0.5])),
        Result(Trial("tree", 0, 20), "killed"),
        Result(Trial("other", 0, 100), "ok"),
    ]
    assert [r.trial.fold for r in trials(run, "tree")] == [0, 2, 3, 4]
    assert pooled(run, "tree", 40).rows.tolist() == [7] and pooled(run, "tree").folds == 4
    assert pooled(run, "tree", 20) is None and pooled(run, "nobody") is None
    assert pooled(run, "other") is None  # it has no rows
    assert sizes_run(run) == [20, 40, 100]


@pytest.mark.parametrize("broken", [math.nan, math.inf])
def test_losses_that_are_no_numbers_are_no_answers(broken):
    run, _ = scored()
    run.results[0].losses[0] = broken
    assert pooled(run, "tree") is None


def test_answers_that_are_more_than_a_number_are_not_pooled():
    run, _ = scored()
    run.results[2].predicted = None
    assert pooled(run, "tree").predicted is None
    for result in run.results:
        result.predicted = np.zeros((len(result.rows), 4, 4))  # masks
    assert pooled(run, "tree").predicted is None


def test_the_score_and_its_interval_are_those_of_the_losses():
    run, values = scored()
    score, low, high = score_of(run, pooled(run, "tree"))
    assert score == pytest.approx(1 - values.mean())
    expected = mean_interval(values, np.arange(53) % 5)
    assert (score, low, high) == pytest.approx(expected)
    assert score_of(run, champion(run, "classical")) == pytest.approx(expected)


def test_samples_that_belong_together_widen_the_interval():
    groups = np.arange(200) // 10
    losses = (groups % 2).astype(float)  # a group is right or wrong as a whole
    alone, together = (make_run({("tree", "classical"): losses}, groups=g) for g in (None, groups))
    assert groups_of(alone, pooled(alone, "tree")) is None
    np.testing.assert_array_equal(
        groups_of(together, pooled(together, "tree")), groups[pooled(together, "tree").rows]
    )
    (_, low, high), (_, wide_low, wide_high) = (
        score_of(run, pooled(run, "tree")) for run in (alone, together)
    )
    assert wide_low < low and high < wide_high
