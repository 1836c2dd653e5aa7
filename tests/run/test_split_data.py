"""From data and a task to the split of a run: which way, in how many folds, and when there is none."""

from dataclasses import replace

import numpy as np
import pytest

from nikti.core import catalogue
from nikti.core.data import Data
from nikti.core.errors import DataError
from nikti.core.inputs import Frame
from nikti.run.prepare import split_data
from nikti.tasks._regression import Regression

TASK = catalogue.load("tasks", "tabular_regression").TASK


class Forecasts(Regression):
    """As if each value were one seen so long after its time."""

    split = "rolling_origins"

    def horizon(self, data):
        return 6.0


class Luck(Regression):
    """As if each training were a game."""

    split = "replicates"


FORECASTS, LUCK = (kind("tabular_regression", "table", "tabular") for kind in (Forecasts, Luck))


def data(n=60, **more):
    import pandas

    inputs = Frame(pandas.DataFrame({"x": np.arange(float(n))}))
    return Data("rows", "table", inputs, np.arange(float(n)), **more)


@pytest.mark.parametrize(
    ("task", "more", "method", "folds"),
    [
        (TASK, {}, "pooled_k_fold", 5),
        (TASK, {"groups": np.arange(60) % 3}, "grouped_k_fold", 3),
        (TASK, {"groups": np.arange(60) // 30}, "grouped_k_fold", 2),
        (TASK, {"groups": np.arange(60) // 4}, "grouped_k_fold", 5),
        (TASK, {"times": np.arange(60.0)}, "forward_blocks", 5),
        (TASK, {"times": np.arange(60) % 4.0}, "forward_blocks", 3),  # four moments: three have a past
        (
            FORECASTS,
            {"times": np.arange(60.0)},
            "rolling_origins",
            5,
        ),
        (LUCK, {}, "replicates", 10),
        (LUCK, {"groups": np.arange(60) // 3}, "replicates", 4),
    ],
)
def test_which_way_and_how_many_folds(task, more, method, folds):
    split = split_data(task, data(**more), "groups" in more, 0)
    assert (split.method, split.folds) == (method, folds)
    for k in range(folds):
        assert len(split.test_rows(k)) and len(split.order[k])


@pytest.mark.parametrize(
    ("task", "more", "words"),
    [
        (TASK, {"groups": np.zeros(60, int)}, "all samples of rows belong to one group; nothing is left"),
        (TASK, {"times": np.zeros(60)}, "all samples of rows were taken at one moment"),
        (
            LUCK,
            {"groups": np.arange(60) % 9},
            "too few to set one in five",
        ),
        (TASK, {"split": np.r_[np.zeros(9), np.full(51, 2)].astype(np.uint8)}, "has 9 labelled samples"),
    ],
)
def test_what_cannot_be_split(task, more, words):
    with pytest.raises(DataError, match=words):
        split_data(task, data(**more), "groups" in more, 0)


def test_the_users_test_rows_are_set_aside():
    split = split_data(TASK, replace(data(), split=(np.arange(60) % 3 == 0).astype(np.uint8) * 2), False, 0)
    assert np.all(split.fold[::3] == -1) and np.all(np.delete(split.fold, np.arange(0, 60, 3)) >= 0)
