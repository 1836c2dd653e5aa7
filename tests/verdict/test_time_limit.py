"""What the time limit cut, told side by side with what it would have taken."""

from dataclasses import replace

import numpy as np
import pytest

from nikti.core.contender import Budget
from nikti.core.plan import LeftOut, Priced
from nikti.core.run import Result, Trial
from nikti.core.words import Words
from nikti.verdict.champions import champion
from nikti.verdict.statistics import Gap
from nikti.verdict.time_limit import left_out, timed_out, training
from tests.plans import altered, entry, joined

from .runs import make_run


def limited(limit=240.0, enough=700.0, preset="medium"):
    """A forest and a network of one representative method each, under a time limit."""
    same = np.tile([0.0, 1.0], 50)
    run = make_run({("forest", "classical"): same, ("net", "deep"): same})
    run.plan = replace(run.plan, limit=limit, enough_seconds=enough, preset=preset)
    for name, method in (("forest", "trees"), ("net", "convolutional")):
        run.plan = altered(run.plan, name, method=Words.of(method), represents=True)
    return run


def trained(run, scores, epochs, recipe=40, error=0.01):
    """The same, whose network was allowed so many epochs of its recipe's and validated so."""
    for result in run.results:
        if result.trial.contender == "net":
            result.inner_error = error
            result.training_curve = [
                {"epoch": e, "valid_score": score} for e, score in enumerate(scores, start=1)
            ]
    planned = Priced(Budget(epochs=epochs, inner_folds=1))
    run.plan = altered(run.plan, "net", planned=planned, recipe_epochs=recipe)
    return run


def of_training(run, estimate):
    """What is noted of the network; estimate: deep minus classical."""
    found = Gap(estimate, 0.01, 99.0, estimate - 0.02, estimate + 0.02, 0.95, 100)
    return training(run, "deep", champion(run, "deep"), found)


RISING = [0.5, 0.56, 0.6, 0.63, 0.655, 0.675, 0.69, 0.705, 0.715, 0.725]
FLAT = [0.5, 0.65, 0.69, 0.70, 0.70, 0.701, 0.70, 0.699, 0.70, 0.70]


@pytest.mark.parametrize(
    ("scores", "epochs", "recipe", "estimate", "code"),
    [
        (RISING, 10, 40, -0.1, "starved"),
        (RISING, 10, 40, 0.1, "starved"),  # whoever is ahead, it is said
        (RISING, 10, 10, -0.1, None),  # all that its recipe takes
        (RISING, None, 40, -0.1, None),  # nothing bounded it
        (RISING, 30, 40, -0.1, None),  # it stopped by itself before
        (FLAT, 10, 40, -0.1, None),  # two doublings bring less than it is behind
        (FLAT, 10, 40, -0.001, "not_converged"),  # they might bring that
        (FLAT, 10, 40, 0.1, None),  # who is ahead needs no more
        (RISING[:3], 3, 12, -0.1, "not_converged"),  # too short a curve to tell
        (RISING[:3], 3, 12, 0.1, "not_converged"),
        ([], 10, 40, -0.1, "not_converged"),  # no curve at all
        (RISING[:3], 3, 40, -0.1, "hardly_trained"),  # and hardly any epochs
        ([], 3, 40, 0.1, "hardly_trained"),
        ([0.5, 0.501, 0.499, 0.5], 4, 40, -0.1, "hardly_trained"),  # nothing learned yet
        ([0.5, 0.501, 0.499, 0.5] * 3, 12, 24, -0.1, "hardly_trained"),  # some learn late
        ([0.5, 0.501, 0.499, 0.5] * 3, 12, 20, -0.1, "not_converged"),
        (FLAT, 10, 200, -0.3, "hardly_trained"),  # a line drawn out by four doublings tells nothing
        (FLAT, 10, 200, 0.1, None),
    ],
)
def test_whether_more_epochs_would_have_helped(scores, epochs, recipe, estimate, code):
    notes = of_training(trained(limited(), scores, epochs, recipe), estimate)
    assert [note.code for note in notes] == ([] if code is None else [code])
    for note in notes:
        assert (note.values["epochs"], note.values["recipe_epochs"]) == (epochs, recipe)
        assert (note.values["contender"], note.values["side"]) == ("net", "deep")


@pytest.mark.parametrize(
    ("limit", "enough", "values"),
    [
        (240.0, 700.0, {"limit_seconds": 240.0, "enough_seconds": 700.0}),
        (240.0, 9000.0, {"limit_seconds": 240.0, "enough_seconds": 960.0}),  # 40 of 10 epochs: four times
        (240.0, None, {"limit_seconds": 240.0, "enough_seconds": 960.0}),
        (240.0, 200.0, {"preset": "medium"}),  # the limit was enough: the preset asks for no more
        (None, 700.0, {}),
        (float("inf"), 700.0, {}),
    ],
)
def test_the_limit_that_would_have_been_enough(limit, enough, values):
    (note,) = of_training(trained(limited(limit, enough), RISING, 10), -0.1)
    told = {
        key: note.values[key] for key in ("limit_seconds", "enough_seconds", "preset") if key in note.values
    }
    assert told == values


def test_no_epochs_are_no_matter_of_a_forest():
    run = limited()
    found = Gap(0.1, 0.01, 99.0, 0.08, 0.12, 0.95, 100)
    assert training(run, "classical", champion(run, "classical"), found) == []


@pytest.mark.parametrize(
    ("gone", "methods"),
    [
        ([], []),
        ([("vit", "deep", "transformer")], ["transformer"]),
        ([("vit", "deep", "transformer"), ("swin", "deep", "transformer")], ["transformer"]),
        ([("resnet", "deep", "convolutional")], []),  # the network there is of that method
        ([("svm", "classical", "kernel")], []),  # the other side's
    ],
)
def test_methods_for_which_the_plan_had_no_time(gone, methods):
    run = limited()
    run.plan = replace(
        run.plan, left_out=tuple(LeftOut(name, side, Words.of(method), 900.0) for name, side, method in gone)
    )
    notes = left_out(run, "deep")
    assert [note.values["method"] for note in notes] == methods
    for note in notes:
        assert note.values["names"] == sorted(name for name, *_ in gone)
        assert note.text.startswith("Deep learning is here without its transformer method")
        assert (note.values["limit_seconds"], note.values["enough_seconds"]) == (240.0, 700.0)


def with_vit(run, outcome, *, size=100, fold=0, represents=True):
    run.plan = joined(run.plan, entry("vit", "deep", method="transformer", represents=represents))
    run.results.append(Result(Trial("vit", fold, size), outcome, "stopped after 60 s", "৬০ সে. পরে থামানো"))
    return run


@pytest.mark.parametrize(
    ("outcome", "more", "found"),
    [
        ("timeout", {}, (0, 1)),
        ("killed", {}, (0, 1)),
        ("skipped", {}, (1, 0)),
        ("failed", {}, (0, 0)),  # its own fault, and told elsewhere
        ("timeout", {"size": 50}, (0, 0)),  # a point of the data curve
        ("timeout", {"fold": -1}, (0, 0)),
        ("timeout", {"represents": False}, (0, 0)),  # others make the side's case
        ("skipped", {"represents": False}, (0, 0)),
    ],
)
def test_methods_that_met_their_time_on_the_way(outcome, more, found):
    run = with_vit(limited(), outcome, **more)
    assert (len(left_out(run, "deep")), len(timed_out(run, "deep"))) == found
    assert left_out(run, "classical") == timed_out(run, "classical") == []


def test_why_it_was_stopped_is_told_in_both_languages():
    (note,) = timed_out(with_vit(limited(), "timeout"), "deep")
    assert note.values["reason"] == "stopped after 60 s" and note.values["reason_bn"] == "৬০ সে. পরে থামানো"
    assert note.values["contender"] == "vit" and "(stopped after 60 s)" in note.text


def test_a_method_with_one_finished_fold_is_there():
    run = with_vit(limited(), "timeout", fold=1)
    run.results.append(
        Result(Trial("vit", 0, 100), "ok", inner_score=0.1, rows=np.array([0]), losses=np.zeros(1))
    )
    assert timed_out(run, "deep") == []
