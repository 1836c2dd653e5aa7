"""What a cell is worth, against simulation."""

import numpy as np
import pytest

from nikti.protocol import knowledge_gradient


@pytest.mark.parametrize("behind, sd", [(0.0, 0.03), (0.02, 0.03), (0.05, 0.02), (0.01, 0.1)])
def test_the_knowledge_gradient_is_the_expected_gain_of_looking(behind, sd):
    rival = np.random.default_rng(0).normal(-behind, sd, 2_000_000)
    assert knowledge_gradient.gradient(behind, sd) == pytest.approx(np.maximum(rival, 0).mean(), rel=0.03)


def test_a_rival_that_is_close_is_worth_more_than_one_far_behind():
    near, far = knowledge_gradient.of_rival(0.005, 0.02, 4), knowledge_gradient.of_rival(0.2, 0.02, 4)
    assert near > 100 * far >= 100 * knowledge_gradient.TABLE
    assert knowledge_gradient.of_rival(0.0, 0.02, 1) > knowledge_gradient.of_rival(0.0, 0.02, 4)


def test_folds_say_most_where_the_gap_is_open_and_less_each_time():
    open_, clear = knowledge_gradient.of_fold(0.0, 0.03, 3), knowledge_gradient.of_fold(0.3, 0.03, 3)
    assert open_ > clear == pytest.approx(knowledge_gradient.STRENGTH)
    values = [knowledge_gradient.of_fold(0.01, 0.03, folds) for folds in range(1, 5)]
    assert values == sorted(values, reverse=True)
