"""Two answers as one: against a search over everything, and against least squares."""

import numpy as np
import pytest

from nikti.verdict.pool import COLDEST, HOTTEST, Pool, average, best_pool

from .test_together import signals


def loss(p, truth):
    return -np.log(p[np.arange(len(truth)), truth]).mean()


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_pool_is_what_a_search_over_all_finds(seed):
    truth, *sides = signals(300, seed, sharpness=(3.0, 0.5))
    pool = best_pool(*sides, truth)

    def hot(p, t):
        p = np.clip(p, 1e-6, 1) ** (1 / t)
        return p / p.sum(axis=1, keepdims=True)

    grid = np.exp(np.linspace(np.log(COLDEST), np.log(HOTTEST), 600))
    found = [min(grid, key=lambda t, p=p: loss(hot(p, t), truth)) for p in sides]
    weight = min(
        np.linspace(0, 1, 1001),
        key=lambda w: loss((1 - w) * hot(sides[0], found[0]) + w * hot(sides[1], found[1]), truth),
    )
    assert pool.temperatures == pytest.approx(found, rel=0.01)
    assert pool.weight == pytest.approx(weight, abs=0.01)
    expected = (1 - weight) * hot(sides[0], found[0]) + weight * hot(sides[1], found[1])
    assert average(*sides, pool) == pytest.approx(expected, abs=0.005)


def test_the_best_weight_of_values_is_least_squares():
    rng = np.random.default_rng(0)
    truth = rng.standard_normal(200)
    classical, deep = truth + rng.standard_normal(200), truth + 0.5 * rng.standard_normal(200)
    slope = np.linalg.lstsq((deep - classical)[:, None], truth - classical, rcond=None)[0][0]
    assert best_pool(classical, deep, truth) == Pool(pytest.approx(slope))
    assert average(classical, deep, Pool(0.25)) == pytest.approx(0.75 * classical + 0.25 * deep)


def test_a_weight_stays_between_none_and_all_and_the_same_answers_share_it():
    truth = np.arange(10.0)
    assert best_pool(truth, truth + 1, truth).weight == 0
    assert best_pool(truth + 2, truth + 1, truth).weight == 1
    assert best_pool(truth + 1, truth + 1, truth).weight == 0.5
    codes, one, _ = signals(50, 0)
    assert best_pool(one, one, codes).weight == 0.5


def test_what_is_averaged_stays_probabilities_and_a_temperature_changes_no_answer():
    rng = np.random.default_rng(0)
    classical, deep = (rng.dirichlet(np.ones(4), 50) for _ in range(2))
    classical[0] = [1.0, 0.0, 0.0, 0.0]  # a proof that is none
    found = average(classical, deep, Pool(0.3, (2.0, 0.5)))
    assert found.sum(axis=1) == pytest.approx(np.ones(50)) and (found > 0).all()
    for weight, side in ((0.0, classical), (1.0, deep)):
        alone = average(classical, deep, Pool(weight, (2.0, 0.5)))
        np.testing.assert_array_equal(alone.argmax(axis=1), side.argmax(axis=1))
