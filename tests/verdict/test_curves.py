"""Forecasts of data curves against known curves, scipy's own solver, and curves never seen before."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import nnls

from nikti.verdict import curves
from nikti.verdict.curves import forecast, probability_ahead, trend

SIZES = np.array([32, 64, 128, 256, 512.0])


def power_law(sizes, scale=2.0, rate=0.5, floor=0.05):
    return floor + scale * np.asarray(sizes, float) ** -rate


def repeats(means, rng, spread=0.01, count=5):
    """Errors [K, S] around the means, the spread falling with the size."""
    means = np.asarray(means)
    width = spread * np.linspace(2, 1, len(means))[:, None]
    return np.clip(means[:, None] + width * rng.standard_normal((len(means), count)), 0, 1)


def test_two_unknowns_are_solved_as_scipy_solves_them():
    rng = np.random.default_rng(0)
    for _ in range(200):
        u, v, y = rng.uniform(0, 1, 6), rng.uniform(0, 1, 6), rng.uniform(-0.3, 1, 6)
        w = rng.uniform(0.1, 1, 6)
        p, q, _ = curves._non_negative(u[None], v[None], y, w)
        root = np.sqrt(w)
        expected, _ = nnls(np.stack([u, v], 1) * root[:, None], y * root)
        np.testing.assert_allclose([p[0], q[0]], expected, atol=1e-9)


def test_a_clean_power_law_is_forecast():
    errors = np.repeat(power_law(SIZES)[:, None], 5, axis=1)
    targets = np.array([1024, 2048, 4096.0])
    point, low, high = forecast(SIZES, errors, targets)
    np.testing.assert_allclose(point, power_law(targets), atol=0.01)
    assert (low <= power_law(targets)).all() and (power_law(targets) <= high).all()


def test_a_flat_curve_is_saturated_and_a_falling_one_rises():
    rng = np.random.default_rng(1)
    flat = trend(SIZES, repeats(np.full(5, 0.1), rng, 0.001))
    steep = trend(SIZES, repeats(power_law(SIZES, 0.6, 0.1, 0.0), rng, 0.001))
    assert flat.call == "saturated" and steep.call == "rising"
    assert not flat.worsening and not steep.worsening
    assert trend(SIZES, repeats(power_law(SIZES, 0.5, 0.4), rng, 0.03)).call == "undetermined"


def test_a_curve_that_gets_worse_is_said_to():
    found = trend(SIZES, repeats([0.3, 0.2, 0.15, 0.2, 0.26], np.random.default_rng(2), 0.005))
    assert found.worsening


def test_four_in_five_truths_lie_inside_80_percent():
    """Curves of random shape, of families other than the five: sums of two power laws."""
    rng = np.random.default_rng(3)
    inside = []
    for _ in range(300):
        a, b = rng.uniform(0.2, 3, 2)
        fast, slow, floor = rng.uniform(0.6, 1.2), rng.uniform(0.1, 0.5), rng.uniform(0, 0.2)

        def truth(n, a=a, b=b, fast=fast, slow=slow, floor=floor):
            n = np.asarray(n, float)
            return np.minimum(floor + 0.3 * a * n**-fast + 0.3 * b * n**-slow, 0.9)

        errors = repeats(truth(SIZES), rng, rng.uniform(0.003, 0.02))
        _, low, high = forecast(SIZES, errors, np.array([2048.0]))
        inside.append(low[0] <= truth(2048.0) <= high[0])
    assert np.mean(inside) >= 0.75


def test_fewer_repeats_widen_the_interval():
    means = power_law(SIZES)
    noise = np.random.default_rng(4).standard_normal((5, 5)) * 0.01
    widths = []
    for count in (5, 3):
        _, low, high = forecast(SIZES, means[:, None] + noise[:, :count], np.array([4096.0]), 0.95)
        widths.append(high[0] - low[0])
    u5, u3 = widths[0] / 5.67, widths[1] / 5.88  # the factors at a ratio of 8
    assert u5 > 0 and u3 > 0
    _, low, high = forecast(SIZES, means[:, None] + noise, np.array([4096.0]), 0.80)
    assert high[0] - low[0] < widths[0]


def test_missing_repeats_are_left_out():
    errors = repeats(power_law(SIZES), np.random.default_rng(5))
    holes = errors.copy()
    holes[0, 3:] = np.nan
    point, _, _ = forecast(SIZES, holes, np.array([1024.0]))
    whole, _, _ = forecast(SIZES, errors, np.array([1024.0]))
    assert abs(point[0] - whole[0]) < 0.02


@pytest.mark.parametrize(
    ("sizes", "errors", "target", "level", "words"),
    [
        ([16, 32], [[0.2] * 3] * 2, 64, 0.8, "at least 3 sizes"),
        ([16, 64, 32], [[0.2] * 3] * 3, 64, 0.8, "rise"),
        ([16, 32, 64], [[0.2] * 3, [np.nan] * 3, [0.1] * 3], 128, 0.8, "finite"),
        ([16, 32, 64], [[0.2] * 3] * 3, 2048, 0.8, "at most 16 times"),
        ([16, 32, 64], [[0.2] * 3] * 3, 128, 0.5, "between 0.80 and 0.95"),
    ],
)
def test_what_cannot_be_forecast_is_refused(sizes, errors, target, level, words):
    with pytest.raises(ValueError, match=words):
        forecast(np.array(sizes), np.array(errors), np.array([target]), level)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=12, max_size=12), st.floats(1.01, 8))
def test_any_errors_give_finite_answers(values, ratio):
    errors = np.array(values).reshape(4, 3)
    point, low, high = forecast(SIZES[:4], errors, np.array([ratio * SIZES[3]]))
    assert np.isfinite([point, low, high]).all() and 0 <= low[0] <= point[0] <= high[0]


def test_the_better_and_steeper_learner_is_probably_ahead():
    rng = np.random.default_rng(6)
    steep, flat = repeats(power_law(SIZES, 3, 0.6, 0.02), rng), repeats(np.full(5, 0.15), rng)
    ahead = probability_ahead(SIZES, steep, SIZES, flat, 2048)
    assert ahead > 0.9
    assert probability_ahead(SIZES, flat, SIZES, steep, 2048) == pytest.approx(1 - ahead)
