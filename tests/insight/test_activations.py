"""What the layers of two networks make of rows, and how many rows there is time for."""

import time
from types import SimpleNamespace

import numpy as np
import pytest

from nikti.core.data import Data
from nikti.core.inputs import Stack
from nikti.insight.activations import FEWEST_TEST, FEWEST_TRAIN, Activations, Table, affordable

N = 300
DATA = Data("made", "series", Stack(np.arange(N)[:, None]), np.arange(N) % 2, ("a", "b"))
TRAIN, TEST = np.arange(200), np.arange(200, N)


class Network:
    """One that takes so many CPU seconds for a row."""

    def __init__(self, each):
        self.each = each

    def through(self, inputs):
        end = time.process_time() + self.each * len(inputs)
        while time.process_time() < end:
            pass


def test_where_there_is_time_all_rows_are_seen():
    train, test = affordable(Network(0.0), DATA, TRAIN, TEST, seconds=60.0)
    np.testing.assert_array_equal(train, TRAIN)
    np.testing.assert_array_equal(test, TEST)


def test_where_there_is_less_a_share_of_both_is():
    # Two networks, 300 rows, 2 ms each: 1.2 s in all; a third of that.
    train, test = affordable(Network(0.002), DATA, TRAIN, TEST, seconds=0.4)
    for some, rows in ((train, TRAIN), (test, TEST)):
        assert len(set(some)) == len(some) and set(some) <= set(rows) and sorted(some) == some.tolist()
        assert 0.2 * len(rows) < len(some) <= 0.34 * len(rows)
    again = affordable(Network(0.002), DATA, TRAIN, TEST, seconds=0.4)
    shared = min(len(train), len(again[0]))  # the same draw, as far as both go
    assert len(set(train) & set(again[0])) == shared


def test_fewer_than_are_needed_are_never_taken():
    train, test = affordable(Network(0.002), DATA, TRAIN, TEST, seconds=0.0)
    assert (len(train), len(test)) == (FEWEST_TRAIN, FEWEST_TEST)


def test_a_table_is_training_rows_and_then_test_rows():
    values = np.random.default_rng(0).normal(size=(30, 4))
    table = Table.of(values, 20)
    np.testing.assert_array_equal(table.test, values[20:])


@pytest.mark.parametrize("answer", ["label", "value"])
def test_rows_and_answers_belong_together(answer):
    rows = np.array([7, 3, 9, 250, 11])
    found = Activations(None, SimpleNamespace(), DATA, answer, rows, 3, [], [], [], None)
    assert found.test_rows.tolist() == [250, 11]
    assert found.train_targets.tolist() == [1, 1, 1] and found.test_targets.tolist() == [0, 1]
    assert found.judge.__name__.endswith(answer)
