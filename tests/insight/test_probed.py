"""How simple rules are judged that read answers out of a layer, against scikit-learn."""

import numpy as np
import pytest

from nikti import answers
from nikti.core import catalogue
from nikti.explain import ridge

RNG = np.random.default_rng(0)
NAMES = catalogue.names("insight/probed")
VERBS = ("predict", "score", "gain", "chance", "codes", "colours")


def judge(name):
    return catalogue.load("insight/probed", name)


def test_there_is_one_for_each_answer_that_simple_rules_can_learn():
    assert set(NAMES) == {name for name in answers.names() if answers.of(name).SIMPLE}


@pytest.mark.parametrize("name", NAMES)
def test_all_that_is_promised_is_there(name):
    assert [verb for verb in VERBS if not callable(getattr(judge(name), verb, None))] == []


def made(n=300, d=6):
    """(layer [n, d], classes [n], values [n]) that lie open in the layer."""
    codes = RNG.integers(0, 3, n)
    layer = RNG.normal(0, 1, (n, d))
    layer[:, 0] += 4 * codes
    values = 3 * layer[:, 1] - layer[:, 2] + RNG.normal(0, 0.1, n)
    return layer, codes, values


def test_classes_are_read_as_scikit_learns_discriminant_reads_them():
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

    layer, codes, _ = made()
    found = judge("label").predict(ridge.table(layer[:200]), codes[:200], layer[200:])
    theirs = LinearDiscriminantAnalysis().fit(layer[:200], codes[:200]).predict(layer[200:])
    assert (found == theirs).mean() > 0.97
    value, low, high = judge("label").score(codes[200:], found, None)
    assert value == pytest.approx((found == codes[200:]).mean()) and low < value < high <= 1


def test_values_are_read_and_scored_by_r2():
    from sklearn.metrics import r2_score

    layer, _, values = made()
    found = judge("value").predict(ridge.table(layer[:200]), values[:200], layer[200:])
    value, low, high = judge("value").score(values[200:], found, None)
    assert value == pytest.approx(r2_score(values[200:], found), abs=0.02) and 0.98 < low <= value <= high


@pytest.mark.parametrize("name", NAMES)
def test_a_gain_is_the_difference_of_scores(name):
    _, codes, values = made()
    truth = codes if name == "label" else values
    good = np.where(RNG.random(len(truth)) < 0.9, truth, truth[::-1])
    poor = np.where(RNG.random(len(truth)) < 0.5, truth, truth[::-1])
    better, before = (judge(name).score(truth, one, None)[0] for one in (good, poor))
    value, low, high = judge(name).gain(truth, good, poor, None)
    assert value == pytest.approx(better - before, abs=1e-9) and 0 < low < value < high
    back = judge(name).gain(truth, poor, good, None)
    assert back[0] == pytest.approx(-value) and back[2] < 0


def test_chance_is_the_best_answer_that_looks_at_nothing():
    assert judge("label").chance(np.array([2, 2, 0, 1]), np.array([2, 0, 2, 2])) == 0.75
    assert judge("value").chance(np.array([1.0, 5.0]), np.array([3.0])) == 0.0


def test_colours_of_a_map():
    assert judge("label").colours(np.array([2, 0, 1])) == [2, 0, 1]
    assert judge("value").colours(np.arange(8.0)) == [0, 0, 1, 1, 2, 2, 3, 3]
    assert judge("value").codes(np.arange(8.0)) is None
