"""Answers in words, and questions about passages: what is stored comes back, in any script."""

import numpy as np

from nikti.core.answers import Phrases
from nikti.core.data import Data
from nikti.core.inputs import Question, Questions
from nikti.core.run import Result, Trial
from nikti.storage import cache, store

ANSWERS = [["ঢাকা", "ঢাকা শহর"], [], ["\ud800 broken", ""], ["one"]]
PLACES = [[3, 3], [], [-1, 0], [7]]


def test_phrases_take_positions_like_an_array():
    phrases = Phrases.of(ANSWERS, PLACES)
    assert [phrases[row] for row in range(4)] == ANSWERS and phrases.counts().tolist() == [2, 0, 2, 1]
    for rows in (
        np.array([2, 0, 2]),
        slice(1, 3),
        np.array([], dtype=int),
        np.array([True, False, True, True]),
    ):
        kept = np.arange(4)[rows].tolist()
        some = phrases[rows]
        assert [some[row] for row in range(len(some))] == [ANSWERS[row] for row in kept]
        assert [some.places(row) for row in range(len(some))] == [PLACES[row] for row in kept]


def test_questions_share_their_passages():
    asked = Questions(["who?", "where?", "when?"], ["in Dhaka", "in 1971"], [0, 0, 1])
    some = asked.take(np.array([2, 1]))
    assert list(some) == [Question("when?", "in 1971"), Question("where?", "in Dhaka")]
    assert len(asked.take([1, 0]).passages) == 1


def test_a_stored_data_set_and_a_stored_result_come_back(tmp_path):
    asked = Questions(["a", "b", "c", "d"], ["p", "q \udc00"], [0, 0, 1, 1])
    data = Data("asked", "question", asked, Phrases.of(ANSWERS, PLACES))
    found = cache.store(data, tmp_path / "data", 0)
    assert list(found.inputs) == list(asked)
    assert [found.targets[row] for row in range(4)] == ANSWERS
    assert found.fingerprint == data.fingerprinted().fingerprint == found.fingerprinted().fingerprint
    assert data.subset([1, 0, 2, 3]).fingerprinted().fingerprint != data.fingerprinted().fingerprint

    result = Result(Trial("x", 0, 3), "ok", predicted=data.targets[np.array([3, 1])])
    again = store.unpack(*store.pack(result)).predicted
    assert isinstance(again, Phrases) and [again[0], again[1]] == [["one"], []]
