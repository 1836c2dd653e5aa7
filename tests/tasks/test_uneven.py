"""What is measured where classes are very uneven: against scikit-learn, and against leaving samples out."""

import numpy as np
import pytest

from nikti.core.data import Data
from nikti.core.inputs import Texts
from nikti.core.uneven import (
    average_precision,
    average_precision_values,
    macro_f1_values,
    measurable,
    rarest,
    uneven,
)
from nikti.tasks.text_classification import TASK


def labelled(counts):
    """Texts that say nothing, with so many of each class."""
    targets = np.repeat(np.arange(len(counts)), counts)
    texts = Texts(["a"] * len(targets))
    return Data("made", "text", texts, targets, tuple("abcd")[: len(counts)])


def drawn(seed, n=80, share=0.15, ties=False):
    rng = np.random.default_rng(seed)
    positive = rng.random(n) < share
    positive[:2] = True
    scores = rng.random(n) + 0.3 * positive
    return positive, np.round(scores, 1) if ties else scores


@pytest.mark.parametrize("ties", [False, True])
def test_average_precision_is_scikit_learns(ties):
    from sklearn.metrics import average_precision_score

    for seed in range(20):
        positive, scores = drawn(seed, ties=ties)
        assert average_precision(positive, scores) == pytest.approx(average_precision_score(positive, scores))


@pytest.mark.parametrize("ties", [False, True])
def test_its_pseudo_values_are_what_leaving_each_sample_out_says(ties):
    from sklearn.metrics import average_precision_score

    for seed in range(5):
        positive, scores = drawn(seed, ties=ties)
        n = len(positive)
        keep = ~np.eye(n, dtype=bool)
        without = np.array([average_precision_score(positive[k], scores[k]) for k in keep])
        expected = average_precision_score(positive, scores) - (n - 1) * (without - without.mean())
        found = average_precision_values(positive, scores)
        np.testing.assert_allclose(found, expected, atol=1e-9)
        assert found.mean() == pytest.approx(average_precision_score(positive, scores))


def test_with_one_positive_or_none_nothing_can_be_left_out():
    scores = np.array([0.1, 0.9, 0.5])
    assert average_precision_values(np.array([True, False, False]), scores).tolist() == [1 / 3] * 3
    assert average_precision_values(np.zeros(3, bool), scores).tolist() == [0.0] * 3


def test_pseudo_values_of_macro_f1_against_scikit_learn():
    from sklearn.metrics import f1_score

    rng = np.random.default_rng(4)
    truth, said = rng.choice(4, 60, p=[0.6, 0.2, 0.15, 0.05]), rng.integers(0, 4, 60)
    without = np.array(
        [f1_score(np.delete(truth, i), np.delete(said, i), average="macro") for i in range(60)]
    )
    theta = f1_score(truth, said, average="macro")
    found = macro_f1_values(truth, said)
    np.testing.assert_allclose(found, theta - 59 * (without - without.mean()), atol=1e-9)
    assert found.mean() == pytest.approx(theta)


def test_uneven_is_a_rare_class_and_not_many_classes():
    assert uneven([980, 20]) and not uneven([800, 200])
    assert not uneven([100] * 77) and not uneven([227, *[170] * 75, 75])  # 1.3% each, and nearly so
    assert uneven([900, 100, 30]) and uneven([100, 0, 5])
    assert measurable([980, 20]) and not measurable([980, 4]) and measurable([980, 20, 0])
    assert rarest([980, 20]) == 1 and rarest([20, 980]) == 0 and rarest([5, 5]) == 1


@pytest.mark.parametrize(
    ("counts", "metric"),
    [
        ([500, 500], "accuracy"),
        ([880, 120], "accuracy"),
        ([960, 40], "average_precision"),
        ([40, 960], "average_precision"),
        ([600, 300, 60], "macro_f1"),
        ([996, 4], "accuracy"),  # too few to build a score on
    ],
)
def test_the_metric_follows_the_data(counts, metric):
    task = TASK.for_data(labelled(counts))
    assert task.metrics[0].name == metric and set(task.metrics) == set(TASK.metrics)
    assert task.positive == int(np.argmin(counts)) or metric != "average_precision"


def test_losses_follow_the_metric_and_average_to_it():
    from sklearn.metrics import average_precision_score, f1_score

    rng = np.random.default_rng(0)
    truth = (rng.random(500) < 0.06).astype(int)
    sure = np.clip(0.5 * truth + 0.6 * rng.random(500), 0, 1)
    proba = np.column_stack([1 - sure, sure])
    predicted = proba.argmax(axis=1)
    rare = TASK.suited([470, 30])
    scores = rare.score(truth, predicted, proba)
    expected = average_precision_score(truth, sure)
    assert scores["average_precision"] == pytest.approx(expected)
    assert 1 - rare.losses(truth, predicted, 1.0, proba).mean() == pytest.approx(expected)
    answers = average_precision_score(truth, predicted)  # nobody has probabilities
    assert 1 - rare.losses(truth, predicted).mean() == pytest.approx(answers)
    macro = TASK.measured_by("macro_f1", [470, 30])
    assert 1 - macro.losses(truth, predicted).mean() == pytest.approx(
        f1_score(truth, predicted, average="macro")
    )


def test_a_rare_first_class_is_the_one_that_is_looked_for():
    truth, sure = np.array([0, 1, 1, 1]), np.array([0.9, 0.2, 0.3, 0.1])
    task = TASK.measured_by("average_precision", [40, 960])
    proba = np.column_stack([sure, 1 - sure])
    assert 1 - task.losses(truth, proba.argmax(1), 1.0, proba).mean() == pytest.approx(1.0)
