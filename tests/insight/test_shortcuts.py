"""In which order rows are looked at; that planted shortcuts are found is in `test_faithfulness.py`."""

import numpy as np
import pytest

from nikti.core.data import Data
from nikti.core.inputs import Stack
from nikti.insight.shortcuts import shortcuts, spread


def data(codes, split=None, classes=("a", "b", "c")):
    codes = np.asarray(codes)
    return Data("x", "image", Stack(np.zeros((len(codes), 4, 4, 1), np.uint8)), codes, classes, split=split)


def test_classes_take_turns_however_uneven_they_are():
    made = data([0] * 30 + [1] * 6 + [2] * 3)
    rows = spread(made, 9)
    assert made.targets[rows].tolist() == [0, 1, 2] * 3
    assert len(set(rows.tolist())) == 9 and set(spread(made, 1000)) == set(range(39))


def test_what_no_model_learned_from_comes_alone():
    split = np.zeros(40, np.uint8)
    split[::4] = 2
    made = data(np.arange(40) % 2, split, ("a", "b"))
    assert set(spread(made, 40)) == set(range(0, 40, 4))
    split[:] = 1  # a part for validation is no test
    assert len(spread(data(np.arange(40) % 2, split, ("a", "b")), 40)) == 40


def test_values_have_no_classes_to_take_turns():
    made = data(np.linspace(0, 1, 20), classes=())
    assert sorted(spread(made, 20)) == list(range(20))


class Certain:
    """A model that is as sure as it is told to be of a class, whatever it sees."""

    def __init__(self, proba):
        self.proba = np.asarray(proba)

    def predict_proba(self, inputs):
        return np.tile(self.proba, (len(inputs), 1))

    def predict(self, inputs):
        return self.predict_proba(inputs).argmax(axis=1)

    def explainer(self):
        return None


@pytest.mark.parametrize(
    ("proba", "seconds"),
    [
        ([1.0, 0.0, 0.0], 60.0),  # it hangs on nothing: no answer changes
        ([0.4, 0.3, 0.3], 60.0),  # it is sure of nothing
        ([1.0, 0.0, 0.0], 0.0),  # there is no time
    ],
)
def test_who_hangs_on_nothing_is_not_accused(proba, seconds):
    assert shortcuts("deep", Certain(proba), 1.0, data([0, 1, 2] * 8), seconds) == []
