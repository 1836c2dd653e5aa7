"""Scores on labelled data, apart on those that a model has not learned from."""

import numpy as np
import pytest

from nikti.core import catalogue
from nikti.core.data import Data
from nikti.core.inputs import Stack
from nikti.model.evaluate import evaluate
from nikti.verdict.statistics import mean_interval

TASK = catalogue.load("tasks", "series_classification").TASK
TRUTH = np.array([0, 1, 0, 1, 0, 1, 0, 1])
DATA = Data("x", "series", Stack(np.zeros((8, 5, 1))), TRUTH, ("a", "b"))


class Knows:
    """A model with these answers."""

    def __init__(self, said):
        self.said = np.asarray(said)

    def predict(self, inputs):
        return self.said

    def predict_proba(self, inputs):
        return np.eye(2)[self.said]


#: Right on the first six, wrong on the last two.
MODEL = Knows([0, 1, 0, 1, 0, 1, 1, 0])


def test_the_score_is_the_share_that_is_right_with_its_interval():
    found = evaluate(MODEL, TASK, DATA, None)
    assert (found["n"], found["score"], found["met"]) == (8, 0.75, None) and "unmet" not in found
    assert found["scores"]["accuracy"] == 0.75
    losses = np.array([0.0] * 6 + [1.0] * 2)
    assert (found["score"], *found["interval"]) == pytest.approx(mean_interval(losses, None))


@pytest.mark.parametrize(
    ("met", "count", "unmet"),
    [
        ([True] * 8, 8, None),  # nothing is new
        ([False] * 8, 0, None),  # everything is
        ([True] * 4 + [False] * 4, 4, (4, 0.5)),
        ([True] * 6 + [False] * 2, 6, (2, 0.0)),
        ([False] * 6 + [True] * 2, 2, (6, 1.0)),
    ],
)
def test_those_that_are_new_to_it_are_scored_apart(met, count, unmet):
    found = evaluate(MODEL, TASK, DATA, np.array(met))
    assert found["met"] == count and found["score"] == 0.75
    told = found.get("unmet")
    assert (None if told is None else (told["n"], told["score"])) == unmet
