"""Whether a training was cut off while it was still getting better."""

import math

import numpy as np
import pytest

from nikti.verdict.convergence import FEWEST, Gain, gain, median


def test_the_gain_of_a_doubling_is_the_slope_against_the_logarithm():
    scores = 0.5 + 0.07 * np.log2(np.arange(1, 17))
    found = gain(scores, 0.02)
    assert found.value == pytest.approx(0.07) and found.rising
    assert found.most(2.0) == pytest.approx(2 * (0.07 + 1.645 * found.error))
    assert gain(scores[:3], 0.02) is None and gain(scores, float("nan")) is None
    assert gain(scores, 0.0) is None


def test_several_folds_are_surer_than_one_but_not_by_much():
    ones = [Gain(0.01, 0.02, 3.0), Gain(0.03, 0.02, 5.0), Gain(0.02, 0.02, 4.0)]
    found = median(ones)
    assert (found.value, found.learned) == (0.02, 4.0) and 0.01 <= found.error < 0.02
    assert median(ones * 20).error == pytest.approx(0.01)
    assert median([]) is None


def test_the_slope_is_that_of_least_squares_through_the_later_half():
    scores = np.random.default_rng(0).random(21)
    later = np.arange(11, 22)
    slope, _ = np.polyfit(np.log2(later), scores[10:], 1)
    assert gain(scores, 0.1).value == pytest.approx(slope)


def test_short_curves_use_as_many_epochs_as_a_line_needs():
    scores = [0.1, 0.9, 0.2, 0.8, 0.3]
    slope, _ = np.polyfit(np.log2([2, 3, 4, 5]), scores[1:], 1)
    assert gain(scores, 0.1).value == pytest.approx(slope)
    assert gain(scores[:FEWEST], 0.1) is not None and gain(scores[: FEWEST - 1], 0.1) is None


@pytest.mark.parametrize("broken", [[0.5, math.nan, 0.6, 0.7, 0.8], [0.5, 0.6, math.inf, 0.7, 0.8]])
def test_curves_with_holes_tell_nothing(broken):
    assert gain(broken, 0.1) is None


def test_where_nothing_was_learned_yet_more_epochs_could_bring_anything():
    assert Gain(0.0, 0.01, learned=1.0).most(1.0) == math.inf
    assert Gain(-0.5, 0.01, learned=9.0).most(2.0) == 0.0  # never a loss


def test_a_line_is_not_drawn_out_further_than_it_was_tried():
    assert Gain(0.01, 0.001, learned=9.0).most(2.0) < 0.03
    assert Gain(0.01, 0.001, learned=9.0).most(2.1) == math.inf
