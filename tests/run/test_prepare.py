"""What is settled before the first trial: copies, folds, the split as stored, the state of the machine."""

import time
from dataclasses import replace

import numpy as np
import pytest

from nikti.core import catalogue
from nikti.core.data import Data
from nikti.core.inputs import Texts
from nikti.run import prepare
from nikti.run.request import Request


def texts(n=40, **more):
    told = [f"sentence number {k} is about {['tea', 'rain'][k % 2]} and about {k * 7919}" for k in range(n)]
    return Data("x", "text", Texts(told), np.arange(n) % 2, ("a", "b"), **more)


def with_copies(pairs, n=40, **more):
    """Texts of which some are copies: pairs of (row, the row that it copies)."""
    data = texts(n, **more)
    told = list(data.inputs)
    for row, of in pairs:
        told[row] = told[of]
    return replace(data, inputs=Texts(told))


def test_copies_are_one_group_and_no_news_where_there_are_none():
    data, found = prepare.group_duplicates(texts())
    assert data.groups is None and data.notes == () and found["exact"] == 0
    data, found = prepare.group_duplicates(with_copies([(2, 0), (4, 0), (9, 7)]))
    assert found["exact"] == 3
    assert data.groups[0] == data.groups[2] == data.groups[4] != data.groups[7] == data.groups[9]
    assert len(np.unique(data.groups)) == 37
    assert [(note.code, note.level) for note in data.notes] == [("duplicates", "warning")]


def test_copies_are_joined_with_the_users_groups():
    data, _ = prepare.group_duplicates(with_copies([(20, 0)], groups=np.arange(40) // 10))
    assert len(np.unique(data.groups)) == 3 and data.groups[5] == data.groups[25]


def test_copies_with_another_answer_and_copies_in_the_users_test_are_told():
    split = np.zeros(40, np.uint8)
    split[30:] = 2
    data, _ = prepare.group_duplicates(with_copies([(2, 0), (3, 0), (5, 0), (31, 1), (33, 1)], split=split))
    told = {note.code: note.values for note in data.notes}
    assert told["conflicting_duplicates"]["groups"] == 1
    assert told["test_split_copies"] == {"count": 2, "of": 10}


def test_the_split_is_stored_as_it_was_made(tmp_path, monkeypatch):
    monkeypatch.setenv("NIKTI_CACHE", str(tmp_path / "cache"))
    split = np.zeros(40, np.uint8)
    split[35:] = 2
    task = catalogue.load("tasks", "text_classification").TASK
    data = texts(split=split).fingerprinted()
    stored, made, facts = prepare.prepare_data(Request(source=None, preset="fast"), data, task)
    prepare.save_split(tmp_path, made, stored, task)
    with np.load(tmp_path / "split.npz") as kept:
        np.testing.assert_array_equal(kept["held_out"], np.arange(35, 40))
        np.testing.assert_array_equal(kept["everything"], np.arange(35))
        np.testing.assert_array_equal(kept["targets"], stored.targets)
        assert kept["scale"] == 1.0 and (kept["fold"][35:] == -1).all()
        for k in range(5):
            tested = np.flatnonzero(kept["fold"] == k)
            assert not set(kept[f"order_{k}"]) & set(tested) and len(tested) == 7
            assert sorted([*kept[f"order_{k}"], *tested]) == list(range(35))
    assert facts["n"] == 35 and facts["duplicates"]["exact"] == 0


def test_data_are_stored_by_their_content_and_preset(tmp_path, monkeypatch):
    monkeypatch.setenv("NIKTI_CACHE", str(tmp_path / "cache"))
    task = catalogue.load("tasks", "text_classification").TASK
    one, again, other = (
        prepare.store_data(data.fingerprinted(), task, "fast").home for data in (texts(), texts(), texts(41))
    )
    assert one == again != other and one.parent == tmp_path / "cache" / "data"


@pytest.mark.parametrize(
    ("passed", "limit", "expected"), [(0.0, 100.0, 5.0), (7.0, 100.0, 10.0), (31.0, 600.0, 60.0)]
)
def test_time_that_is_used_up_is_rounded_up_to_a_twentieth(passed, limit, expected):
    assert prepare.seconds_spent(time.monotonic() - passed, limit) == expected


@pytest.mark.parametrize(
    ("costs", "expected"),
    [
        ([], 1.0),
        ([(0.1, 9.0)], 1.0),  # too short to tell
        ([(1.0, 0.5)], 1.0),  # never faster than its own CPU seconds
        ([(1.0, 1.1)], 1.0),
        ([(1.0, 2.0)], 2.0),
        ([(1.0, 1.5)], 2**0.5),
        ([(1.0, 1.0), (1.0, 7.0)], 4.0),
        ([(1.0, 4.0), (0.2, 99.0)], 4.0),
    ],
)
def test_how_slow_the_machine_is_in_steps(costs, expected):
    assert prepare.slowdown(costs) == pytest.approx(expected)
