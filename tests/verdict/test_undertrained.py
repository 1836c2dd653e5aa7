"""Methods beside a side's champion that were cut short: when they speak against a verdict, and when not."""

from dataclasses import replace

import numpy as np
import pytest

from nikti.core.contender import Budget
from nikti.core.plan import Priced
from nikti.core.words import Words
from nikti.verdict.champions import champion
from nikti.verdict.judge import judge
from nikti.verdict.statistics import gap
from nikti.verdict.undertrained import undertrained
from tests.plans import altered

from .runs import make_run

RISING = [0.5, 0.56, 0.6, 0.63, 0.655, 0.675, 0.69, 0.705, 0.715, 0.725]  # 0.07 for a doubling at its end
FLAT = [0.5, 0.65, 0.69, 0.70, 0.70, 0.701, 0.70, 0.699, 0.70, 0.70]


def wrong(share, seed, n=1000):
    return (np.random.default_rng(seed).random(n) < share).astype(float)


def compared(scores, epochs, *, inner=0.72, recipe=40, deep=0.3, represents=True, classical=0.1):
    """A forest against a perceptron that has converged; beside it a convolutional network that had so many
    epochs of its recipe's on the first fold, and lost there."""
    of = {
        ("forest", "classical"): wrong(classical, 1),
        ("mlp", "deep"): wrong(deep, 2),
        ("cnn", "deep"): wrong(0.4, 3),
    }
    run = make_run(of, inner={"forest": 0.9, "mlp": 0.8, "cnn": inner})
    run.results = [r for r in run.results if r.trial.contender != "cnn" or r.trial.fold == 0]
    for name, method in (("forest", "forest"), ("mlp", "perceptron"), ("cnn", "convolutional")):
        run.plan = altered(run.plan, name, method=Words.of(method), represents=represents)
    for result in run.results:
        if result.trial.contender == "cnn":
            result.inner_error = 0.01
            rows = [{"epoch": e, "valid_score": score} for e, score in enumerate(scores, start=1)]
            result.training_curve = rows
    planned = Priced(Budget(epochs=epochs, inner_folds=1))
    run.plan = altered(run.plan, "cnn", planned=planned, recipe_epochs=recipe)
    run.plan = replace(run.plan, limit=60.0, enough_seconds=700.0, preset="medium")
    return run


@pytest.mark.parametrize(
    ("what", "run", "call", "strength", "code"),
    [
        # 0.77 and two doublings of 0.07: as much as the forest's 0.90
        ("rises as far as the other side", compared(RISING, 10, inner=0.77), "undecided", "", "starved"),
        ("had three epochs", compared(RISING[:3], 3), "undecided", "", "hardly_trained"),
        ("has learned nothing yet", compared([0.5, 0.5, 0.51, 0.5], 4), "undecided", "", "hardly_trained"),
        ("no curve, a quarter of its epochs", compared([], 10), "classical", "likely", "not_converged"),
        ("would not come so far", compared(RISING, 10, inner=0.5), "classical", "strong", None),
        ("had become flat", compared(FLAT, 10), "classical", "strong", None),
        ("had all of its epochs", compared(RISING, 40, recipe=40), "classical", "strong", None),
        ("does not make its side's case", compared([], 3, represents=False), "classical", "strong", None),
        ("its side is ahead", compared(RISING[:3], 3, deep=0.01, classical=0.3), "deep", "strong", None),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else "",
)
def test_what_a_method_that_was_cut_short_does_to_the_verdict(what, run, call, strength, code):
    verdict = judge(run)
    assert verdict.champions["deep"] == "mlp"
    assert (verdict.call, verdict.strength) == (call, strength)
    assert [note.code for note in verdict.conditions] == ([code] if code else [])
    for note in verdict.conditions:
        assert note.values["contender"] == "cnn" and note.values["side"] == "deep"
        assert "cnn" in note.text and "cnn" in note.text_bn


def test_a_longer_fit_of_the_same_method_speaks_for_it():
    run = compared(RISING[:3], 3)
    run.plan = altered(run.plan, "mlp", method=Words.of("convolutional"))
    verdict = judge(run)
    assert (verdict.call, verdict.strength, verdict.conditions) == ("classical", "strong", ())


@pytest.mark.parametrize(
    ("scale", "deep", "call", "strength", "codes"),
    [
        (0.5, 0.3, "classical", "likely", ["reduced"]),
        (1.0, 0.3, "classical", "strong", []),
        (0.5, 0.01, "deep", "strong", []),
    ],
)
def test_pictures_that_were_made_smaller_for_time(scale, deep, call, strength, codes):
    run = compared(FLAT, 10, deep=deep)
    run.plan = altered(run.plan, "mlp", planned=Priced(Budget(scale=scale)))
    verdict = judge(run)
    assert (verdict.call, verdict.strength) == (call, strength)
    assert [note.code for note in verdict.conditions] == codes


def test_one_condition_for_each_method_and_none_of_a_side_without_epochs():
    run = compared(RISING[:3], 3)
    entries = {side: champion(run, side) for side in ("classical", "deep")}
    found = gap(entries["classical"].losses - entries["deep"].losses, entries["deep"].fold)
    assert [note.code for note in undertrained(run, "deep", entries, found)] == ["hardly_trained"]
    assert undertrained(run, "classical", entries, found) == []
