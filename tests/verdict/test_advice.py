"""Which model is advised, and by which reason, for every call that there is."""

from dataclasses import replace

import numpy as np
import pytest

from nikti.core.data import Note
from nikti.core.run import Result, Trial
from nikti.verdict.advice import advise, nothing_to_compare
from nikti.verdict.champions import champion
from nikti.verdict.statistics import Gap

from .runs import make_run


def compared():
    """A run of two champions that are exactly as good and answer in 2 ms each."""
    same = np.tile([0.0, 1.0, 0.0, 0.0, 0.0], 20)
    return make_run({("forest", "classical"): same, ("net", "deep"): same})


def ahead(estimate):
    """A gap; deep minus classical."""
    return Gap(estimate, 0.01, 99.0, estimate - 0.02, estimate + 0.02, 0.95, 100)


def advised(run, call, estimate=0.01, noted=()):
    entries = {side: champion(run, side) for side in ("classical", "deep")}
    return advise(run, call, ahead(estimate), entries, noted)


UNBEATEN = Note("warning", "floor_unbeaten", "", {"floor": "dummy"})


def shifted(turned):
    return Note("warning", "shift", "", {"turned": turned})


@pytest.mark.parametrize(
    ("call", "estimate", "noted", "expected"),
    [
        ("classical", -0.1, (), ("forest", "use_ahead")),
        ("deep", 0.1, (), ("net", "use_ahead")),
        ("undecided", 0.1, (), ("net", "use_leading")),
        ("undecided", -0.1, (), ("forest", "use_leading")),
        ("undecided", -0.1, (shifted(False),), ("forest", "use_leading")),
        ("undecided", -0.1, (shifted(True),), ("forest", "witnesses_differ")),
        ("undecided", 0.1, (shifted(True),), ("net", "witnesses_differ")),
        ("deep", 0.1, (UNBEATEN,), ("net", "floor_unbeaten")),
        ("tie", -0.001, (UNBEATEN, shifted(True)), ("forest", "floor_unbeaten")),
    ],
)
def test_who_is_advised(call, estimate, noted, expected):
    name, note = advised(compared(), call, estimate, noted)
    assert (name, note.code) == expected
    assert note.values["contender"] == name and name in note.text


def timed(run, name, ms, method="full"):
    final = Result(Trial(name, -1, 100), "ok", predict_ms={"1": ms}, timing={"method": method})
    return replace(run, results=[*run.results, final])


@pytest.mark.parametrize(("forest", "net", "cheaper"), [(3.0, 0.5, "net"), (0.5, 3.0, "forest")])
def test_of_a_tie_the_one_that_answers_faster(forest, net, cheaper):
    name, note = advised(timed(timed(compared(), "forest", forest), "net", net), "tie")
    assert (name, note.code) == (cheaper, "use_cheaper")
    assert (note.values["ms"], note.values["other_ms"], note.values["how"]) == (0.5, 3.0, "full")
    assert {name, note.values["other"]} == {"forest", "net"}
    assert note.text.index("0.5") < note.text.index("3") and cheaper not in note.text.partition("faster")[2]


def untimed(run):
    for result in run.results:
        result.predict_ms = {}
    return run


def test_of_a_tie_without_timings_the_one_that_learns_faster():
    run = untimed(compared())
    for result in run.results:
        result.seconds = {"cpu": {"forest": 1.0, "net": 2.0}[result.trial.contender] + result.trial.fold}
    name, note = advised(run, "tie")
    assert (name, note.code, note.values["other"]) == ("forest", "use_quicker", "net")
    assert (note.values["seconds"], note.values["other_seconds"]) == (3.0, 4.0)  # means over five folds


@pytest.mark.parametrize("known", [(), ("net",)])
def test_of_a_tie_of_which_no_price_is_known_the_one_ahead(known):
    run = untimed(compared())
    for result in run.results:
        result.seconds = {"cpu": 1.0} if result.trial.contender in known else {}
    name, note = advised(run, "tie", 0.001)
    assert (name, note.code) == ("net", "use_leading")


def test_where_there_is_no_comparison_the_one_model_that_there_is():
    assert nothing_to_compare(None).code == "none"
    note = nothing_to_compare(champion(compared(), "deep"))
    assert (note.code, note.values) == ("only_one", {"contender": "net"})
