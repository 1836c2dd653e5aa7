"""What is asked of hand-made features: which of them a network is probed for, and their values."""

import numpy as np
import pytest
import scipy.sparse as sp

from nikti.insight import hand_made


def test_features_asked_for_are_the_leading_ones_and_some_of_every_kind():
    names = (
        [f"edges, row {i}" for i in range(50)] + ["colour: red", "age"] + [f"word: w{i}" for i in range(90)]
    )
    varying = np.ones(len(names), bool)
    varying[51] = False
    shares = {"word: w7": 0.5, "edges, row 49": 0.2, "gone": 0.9}
    found = hand_made.choose(names, 52, shares, varying)
    told = [names[i] for i in found]
    assert told[:2] == ["word: w7", "edges, row 49"] and "colour: red" in told and "age" not in told
    assert sum(name.startswith("edges") for name in told) == hand_made.OF_A_KIND
    assert sum(name.startswith("word") for name in told) == 1  # of n-grams only leading ones


def test_columns_that_hardly_vary_are_not_asked_for():
    rng = np.random.default_rng(0)
    table = rng.normal(size=(200, 5))
    table[:, 1], table[:, 2] = 3.0, np.arange(200) == 7
    table[100:, 3] = 0.0
    dense = hand_made._varying(table, 100)
    assert dense.tolist() == [True, False, False, False, True]
    table[:, 4] = rng.random(200) < 0.1
    sparse = hand_made._varying(sp.csr_matrix(table), 100)
    assert sparse.tolist() == [True, False, False, False, True]


def test_wild_values_are_brought_in_and_missing_ones_filled():
    table = np.random.default_rng(0).normal(size=(300, 1))
    table[3], table[250] = np.nan, 1e12
    found = hand_made._whole(table, 200)
    assert np.isfinite(found).all() and found.max() < 20 and abs(found[3, 0]) < 0.3


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("edges, row 1", "edges"),
        ("colour: mean red", "colour"),
        ("word: a, b", "word"),
        ("age", ""),
        (": odd", ""),
        ("রং: লাল", "রং"),
        ("", ""),
    ],
)
def test_the_kind_is_what_the_name_begins_with(name, kind):
    assert hand_made.kind_of(name) == kind


@pytest.mark.parametrize("count", [1, 9, 10, 11, 500])
def test_no_more_is_asked_than_can_be_shown_and_nothing_twice(count):
    names = [f"age {i}" for i in range(count)]  # of no kind
    shares = {name: 1.0 / (1 + i) for i, name in enumerate(names)}
    found = hand_made.choose(names, count, shares, np.ones(count, bool))
    assert len(found) == len(set(found)) == min(count, hand_made.MOST)
    assert found[: hand_made.LEADING] == list(range(min(count, hand_made.LEADING)))


def test_nothing_varies_nothing_is_asked():
    assert hand_made.choose(["age", "size"], 2, {"age": 1.0}, np.zeros(2, bool)) == []
