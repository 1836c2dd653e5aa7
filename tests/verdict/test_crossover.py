"""Crossings with a known place, and how often their interval holds it."""

import numpy as np
import pytest

from nikti.verdict.crossover import crossover

SIZES = np.array([50, 100, 200, 400, 800, 1600.0])


def covariance(se=0.01, shared=0.5):
    return se**2 * (shared + (1 - shared) * np.eye(len(SIZES)))


def test_a_crossing_is_placed():
    gaps = 0.04 * (np.log2(SIZES) - np.log2(300))
    found = crossover(SIZES, gaps, covariance(0.005))
    assert found.call == "crossing" and found.towards == "second"
    assert found.low < 300 < found.high and found.size == pytest.approx(300, rel=0.03)
    turned = crossover(SIZES, -gaps, covariance(0.005))
    assert turned.towards == "first" and turned.size == pytest.approx(found.size)


def test_the_interval_holds_the_crossing_in_95_of_100():
    rng = np.random.default_rng(0)
    cov = covariance(0.02)
    root = np.linalg.cholesky(cov)
    inside, crossings = 0, 0
    for _ in range(400):
        found = crossover(SIZES, 0.05 * (np.log2(SIZES) - np.log2(300)) + root @ rng.standard_normal(6), cov)
        crossings += found.call == "crossing"
        inside += found.call == "crossing" and found.low <= 300 <= found.high
    assert crossings > 300  # it has power
    assert inside / crossings > 0.95 - 2 * np.sqrt(0.95 * 0.05 / crossings)


def test_equal_curves_rarely_cross():
    rng = np.random.default_rng(1)
    cov = covariance(0.02)
    root = np.linalg.cholesky(cov)
    calls = [crossover(SIZES, root @ rng.standard_normal(6), cov).call for _ in range(400)]
    assert np.mean([call == "crossing" for call in calls]) < 0.05


def test_one_side_ahead_everywhere_has_no_crossing():
    assert crossover(SIZES, np.full(6, 0.1), covariance()).call == "second"
    assert crossover(SIZES, np.full(6, -0.1), covariance()).call == "first"
    assert crossover(SIZES, np.full(6, 0.001), covariance()).call == "undetermined"


def test_two_sizes_are_too_few_and_nonsense_is_refused():
    assert crossover(SIZES[:2], np.array([-0.1, 0.1]), np.eye(2) * 1e-4).call == "undetermined"
    with pytest.raises(ValueError, match="K x K"):
        crossover(SIZES, np.zeros(6), np.eye(5))
    with pytest.raises(ValueError, match="finite"):
        crossover(SIZES, np.full(6, np.nan), np.eye(6))
