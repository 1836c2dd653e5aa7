"""The gap and its interval, held to formulas by hand, to scipy, and to simulations with a known truth."""

import numpy as np
import pytest
from scipy import stats

from nikti.verdict.statistics import (
    class_influence,
    corrected_t_rejects,
    gap,
    gap_interval,
    macro_f1_of_folds,
)


def folds_of(n, k=5):
    return np.arange(n) % k


def test_by_hand_without_between_fold_variance():
    # Every fold has the same differences, so T = 0 and SE^2 = 1.25 var / n.
    d = np.tile([1.0, 0.0, 0.0, -1.0], 25)
    fold = np.repeat(np.arange(5), 20)
    found = gap(d, fold)
    expected = np.sqrt(1.25 * np.var(d, ddof=1) / 100)
    assert found.estimate == 0
    assert found.se == pytest.approx(expected, rel=1e-12)
    assert found.df == pytest.approx(99)
    half = stats.t.ppf(0.975, 99) * expected
    assert (found.low, found.high) == pytest.approx((-half, half))


def test_by_hand_with_between_fold_variance():
    rng = np.random.default_rng(3)
    fold = folds_of(200)
    d = rng.integers(-1, 2, 200) + 0.6 * (fold == 0)
    means = np.array([d[fold == k].mean() for k in range(5)])
    within = np.mean([d[fold == k].var(ddof=1) / np.sum(fold == k) for k in range(5)])
    between = max(0, means.var(ddof=1) - within) / 5
    sampling = 1.25 * d.var(ddof=1) / 200
    assert between > 0
    found = gap(d, fold)
    assert found.se**2 == pytest.approx(sampling + between)
    df = (sampling + between) ** 2 / (sampling**2 / 199 + between**2 / 4)
    assert found.df == pytest.approx(df)


def test_three_folds_weigh_the_between_part_more():
    fold = folds_of(90, 3)
    d = np.where(fold == 0, 1.0, 0.0) + np.tile([0.1, -0.1], 45)
    within = np.mean([d[fold == k].var(ddof=1) / 30 for k in range(3)])
    between = np.var([d[fold == k].mean() for k in range(3)], ddof=1) - within
    expected = 1.25 * d.var(ddof=1) / 90 + (1 / 3 + 1 / 2) * between
    assert gap(d, fold).se ** 2 == pytest.approx(expected)


def test_groups_by_hand():
    d = np.array([1.0, 1, 0, 0, -1, 0, 1, 0])
    groups = np.array([0, 0, 1, 1, 2, 2, 3, 3])
    mean = d.mean()
    sums = np.array([d[groups == g].sum() - 2 * mean for g in range(4)])
    expected = np.sum(sums**2) / 64 * 4 / 3 * (1 + 4 / 4)  # four groups are few: twice the variance
    found = gap(d, None, groups=groups, inflation=1.0)
    assert found.se**2 == pytest.approx(expected)
    assert found.units == 4


def test_agreement_of_few_samples_is_no_certainty():
    few, many = gap(np.zeros(20), folds_of(20)), gap(np.zeros(2000), folds_of(2000))
    assert few.se > 0.04 and few.inside(0.01) < 0.5
    assert many.inside(0.01) > 0.99


def test_equal_learners_are_rarely_told_apart():
    rng = np.random.default_rng(0)
    wrong = 0
    for _ in range(400):
        right = rng.random(300) < 0.8
        a, b = right ^ (rng.random(300) < 0.1), right ^ (rng.random(300) < 0.1)
        _, low, high = gap_interval(a, b, folds_of(300))
        wrong += low > 0 or high < 0
    assert wrong / 400 <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 400)


def test_inside_agrees_with_scipy():
    found = gap(np.random.default_rng(1).normal(0.002, 0.1, 500), folds_of(500))
    t = stats.t(found.df, found.estimate, found.se)
    assert found.inside(0.01) == pytest.approx(t.cdf(0.01) - t.cdf(-0.01))


def test_corrected_t_by_hand():
    means = np.array([0.02, 0.03, 0.01, 0.04, 0.02])
    fold = np.repeat(np.arange(5), 10)
    d = np.repeat(means, 10)
    statistic = means.mean() / np.sqrt((1 / 5 + 1 / 4) * means.var(ddof=1))
    assert corrected_t_rejects(d, fold) == (statistic > stats.t.ppf(0.975, 4))


@pytest.mark.parametrize("d", [np.array([]), np.array([np.nan, 1.0])])
def test_refuses_what_is_no_number(d):
    with pytest.raises(ValueError):
        gap(d, np.zeros(len(d), int))


def test_one_sample_has_an_unbounded_interval():
    found = gap(np.array([1.0]), np.array([0]))
    assert found.low == -np.inf and found.high == np.inf


def test_class_influence_is_the_difference_of_balanced_accuracies():
    from sklearn.metrics import balanced_accuracy_score

    rng = np.random.default_rng(0)
    truth = rng.choice(3, 300, p=[0.8, 0.15, 0.05])
    a, b = rng.choice(3, 300), truth * (rng.random(300) < 0.7)
    z = class_influence((a == truth).astype(float) - (b == truth), truth)
    expected = balanced_accuracy_score(truth, a) - balanced_accuracy_score(truth, b)
    assert z.mean() == pytest.approx(expected)


def test_class_influence_has_the_variance_of_what_it_estimates():
    """Against the spread over 2,000 draws of the data."""
    rng = np.random.default_rng(1)
    estimates, variances = [], []
    for _ in range(2000):
        truth = (rng.random(400) < 0.1).astype(int)
        d = rng.choice([-1.0, 0.0, 1.0], 400, p=[0.1, 0.8, 0.1]) + 0.1 * truth
        z = class_influence(d, truth)
        estimates.append(z.mean())
        variances.append(z.var(ddof=1) / 400)
    assert np.mean(variances) == pytest.approx(np.var(estimates), rel=0.1)


def test_uneven_classes_with_equal_learners_are_rarely_told_apart():
    rng = np.random.default_rng(2)
    false = 0
    for _ in range(1000):
        truth = (rng.random(500) < 0.1).astype(int)
        right = [np.where(truth == 1, rng.random(500) < 0.6, rng.random(500) < 0.95) for _ in range(2)]
        found = gap(class_influence(right[0] * 1.0 - right[1], truth), np.arange(500) % 5)
        false += found.low > 0 or found.high < 0
    assert false / 1000 <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 1000)


def test_what_would_settle_a_gap():
    """170 answers that only one got right against 140: 3 points, too few samples to be sure."""
    d = np.random.default_rng(3).permutation(np.repeat([-1.0, 0.0, 1.0], [140, 690, 170]))
    found = gap(d, np.arange(1000) % 5)
    assert found.low < 0 < found.high
    n = found.settles_at(1000, band=0.001)
    assert n == pytest.approx(1000 * (found.detectable / found.estimate) ** 2, rel=0.01)
    larger = gap(np.tile(d, n // 1000 + 1), np.arange(1000 * (n // 1000 + 1)) % 5)
    assert larger.low > 0  # with so many samples of the same kind it shows
    tiny = gap(np.r_[d, -d], np.arange(2000) % 5)  # no gap at all
    assert tiny.settles_at(2000, band=0.001) is None
    assert tiny.settles_at(2000, band=0.05) is not None  # but equal within five points


def test_pseudo_values_of_macro_f1_against_scikit_learn():
    """Their mean is the metric, and each is what leaving its sample out says, one at a time."""
    from sklearn.metrics import f1_score

    rng = np.random.default_rng(4)
    truth, said = rng.choice(4, 60, p=[0.6, 0.2, 0.15, 0.05]), rng.integers(0, 4, 60)
    score = lambda rows: f1_score(truth[rows], said[rows], average="macro")  # noqa: E731
    everything = np.arange(60)
    theta, without = score(everything), np.array([score(np.delete(everything, i)) for i in everything])
    expected = theta - 59 * (without - without.mean())
    found = macro_f1_of_folds(truth, said, np.zeros(60, int))
    np.testing.assert_allclose(found, expected, atol=1e-9)
    assert found.mean() == pytest.approx(theta)
    halves = macro_f1_of_folds(truth, said, everything // 30)
    assert halves[30:].mean() == pytest.approx(score(everything[30:]))


def test_pseudo_values_of_macro_f1_have_its_spread():
    """Against the spread of the metric over 400 draws of the data, without training sets."""
    estimates, errors = [], []
    for i in range(400):
        rng = np.random.default_rng([5, i])
        truth = rng.choice(3, 300, p=[0.7, 0.2, 0.1])
        said = np.where(rng.random(300) < 0.7, truth, rng.choice(3, 300))
        values = macro_f1_of_folds(truth, said, np.zeros(300, int))
        estimates.append(values.mean())
        errors.append(values.var() / 300)
    assert np.mean(errors) == pytest.approx(np.var(estimates), rel=0.2)
