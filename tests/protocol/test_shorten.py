"""On a machine that turns out slower, who was not run yet is cut and not dropped."""

import pytest

from nikti.core.contender import Budget
from nikti.core.plan import Priced
from nikti.core.run import Result, Trial
from nikti.protocol.schedule import Board
from nikti.protocol.shorten import too_long
from tests.plans import entry, plan


def priced(seconds, epochs):
    return Priced(Budget(epochs=epochs), seconds, seconds)


def board(results=()):
    shorter = (priced(20.0, 10), priced(10.0, 5), priced(4.0, 2))
    cnn = entry("cnn", "deep", represents=True, planned=priced(40.0, 20), shorter=shorter)
    svm = entry("svm", "classical", represents=True, planned=priced(40.0, 20))
    return Board(plan([cnn, svm], sizes=(800,)), results)


@pytest.mark.parametrize(
    "left, slow, epochs",
    [(200, 1.0, None), (200, 2.0, 10), (200, 4.0, 5), (100, 1.0, 10), (30, 4.0, 2), (1, 4.0, 2)],
)
def test_the_longest_effort_that_fits_is_taken(left, slow, epochs):
    found = too_long(board(), lambda name, seconds: slow * seconds, left, 2, ())
    assert {n: p.effort.epochs for n, p in found.items()} == ({} if epochs is None else {"cnn": epochs})


def test_what_has_begun_stays_as_it_is():
    first = Trial("cnn", 0, 800)
    assert too_long(board(), lambda name, seconds: 9 * seconds, 100, 2, (first,)) == {}
    row = Result(first, "ok", inner_score=0.5)
    assert too_long(board([row]), lambda name, seconds: 9 * seconds, 100, 2, ()) == {}
