"""The user's own test split beside cross-validation: told apart by a simulation whose truth is known."""

import math

import numpy as np
import pytest

from nikti.core.run import Result, Trial
from nikti.verdict.champions import champion
from nikti.verdict.shift import FEWEST_TESTED, shift
from nikti.verdict.statistics import gap

from .runs import make_run

N = 1000


def coins(n, wrong, seed):
    return (np.random.default_rng(seed).random(n) < wrong).astype(float)


def on_test_split(*finals, cv=(0.1, 0.3), groups=None):
    """(what `shift` says, the gap of cross-validation); finals: (name, share wrong on the test split, n)."""
    table = {("forest", "classical"): coins(N, cv[0], 1), ("net", "deep"): coins(N, cv[1], 2)}
    run = make_run(table, groups=groups)
    for seed, (name, wrong, n) in enumerate(finals):
        final = Result(Trial(name, -1, N), "ok", rows=np.arange(N, N + n), losses=coins(n, wrong, 5 + seed))
        run.results.append(final)
    entries = {side: champion(run, side) for side in ("classical", "deep")}
    found = gap(entries["classical"].losses - entries["deep"].losses, entries["deep"].fold)
    return shift(run, entries, found), found, run


@pytest.mark.parametrize(
    ("finals", "of", "turned"),
    [
        ((), None, False),
        ((("forest", 0.1, 400), ("net", 0.3, 400)), None, False),  # as promised
        ((("forest", 0.4, 400), ("net", 0.3, 400)), "forest", True),
        ((("forest", 0.1, 400), ("net", 0.7, 400)), "net", False),
        ((("forest", 0.4, 400),), "forest", False),  # one side alone cannot turn
        (
            (("forest", 0.5, FEWEST_TESTED - 1), ("net", 0.9, FEWEST_TESTED - 1)),
            None,
            False,
        ),  # too few to say
        ((("other", 0.9, 400),), None, False),  # no champion
    ],
)
def test_what_is_told(finals, of, turned):
    notes, _, _ = on_test_split(*finals)
    assert [note.values["contender"] for note in notes] == ([] if of is None else [of])
    if notes:
        assert notes[0].code == "shift" and notes[0].values["turned"] == turned
        assert ("other way round" in notes[0].text) == turned


def test_a_test_split_that_turns_the_sides_is_told_even_where_each_score_is_near():
    # 0.20 and 0.24 wrong in cross-validation, and the other way round on many test samples.
    notes, found, _ = on_test_split(("forest", 0.235, 4000), ("net", 0.195, 4000), cv=(0.19, 0.25))
    assert found.estimate < 0 and len(notes) == 1 and notes[0].values["turned"]


def test_the_numbers_are_those_of_the_rows():
    ((note,), _, run) = on_test_split(("forest", 0.5, 400))
    losses = run.results[-1].losses
    assert note.values["test_score"] == pytest.approx(1 - losses.mean())
    assert note.values["cv_score"] == pytest.approx(1 - coins(N, 0.1, 1).mean())
    assert note.values["n"] == 400 and note.values["side"] == "classical"
    low, middle, high = (note.values[f"{what}_score"] for what in ("low", "cv", "high"))
    assert note.values["test_score"] < low < middle < high <= 1
    assert high == 1 or high - middle == pytest.approx(middle - low)


def test_losses_that_are_no_numbers_tell_nothing():
    _, found, run = on_test_split(("forest", 0.9, 400))
    run.results[-1].losses[3] = math.nan
    entries = {side: champion(run, side) for side in ("classical", "deep")}
    assert shift(run, entries, found) == []


def test_a_few_groups_on_the_test_split_are_less_proof_than_many_samples():
    # 24 samples of two groups cannot tell what 24 independent ones can.
    alone, _, _ = on_test_split(("forest", 0.6, 24))
    groups = np.concatenate([np.arange(N), N + np.arange(24) // 12])
    grouped, _, _ = on_test_split(("forest", 0.6, 24), groups=groups)
    assert len(alone) == 1 and grouped == []
