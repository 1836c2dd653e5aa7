"""The ten differences: what is claimed follows from what was measured, and from nothing else."""

import re
from dataclasses import replace

import pytest

from nikti.core.plan import LeftOut
from nikti.deep.methods import TRANSFORMER
from nikti.report.differences import rows
from nikti.report.words import LANGUAGES, phrases
from nikti.verdict.differences import FAILS, HOLDS, UNDETERMINED, differences
from nikti.verdict.judge import judge
from tests.report.made import made_regression, made_run

SIZES = (20, 40, 80, 160, 320)


def found(run):
    return {item.number: item for item in differences(run, judge(run))}


@pytest.fixture(scope="module")
def run():
    return made_run()


def test_all_ten_are_there_in_order(run):
    assert [item.number for item in differences(run, judge(run))] == list(range(1, 11))


def test_who_finds_the_better_features_follows_the_verdict(run):
    assert found(run)[1].holds == HOLDS  # deep learning is ahead in the made-up run
    behind = found(made_run(shift=-0.2))[1]
    assert behind.holds == FAILS and behind.values["high"] < 0
    few = found(made_run(n=60, sizes=(12, 24, 48)))[1]
    assert few.holds == UNDETERMINED


def test_the_least_data_decide_who_needs_more(run):
    item = found(run)[3]
    assert item.holds == HOLDS and item.values["size"] == 89 and item.values["high"] < 0
    turned = found(made_run(shift=0.15))[3]
    assert turned.holds == FAILS and turned.values["low"] > 0


def test_one_size_says_nothing_of_trends():
    single = found(made_run(n=400, sizes=(320,)))
    assert (single[3].case, single[4].case) == ("one_size", "few_sizes")
    assert single[3].holds == single[4].holds == UNDETERMINED


def test_time_holds_only_if_both_halves_do(run):
    assert found(run)[6].holds == FAILS  # trains longer, but predicts slower too
    fast = made_run()
    for result in fast.results:
        if result.trial.contender == "resnet18" and result.predict_ms:
            result.predict_ms = {"1": 0.01, "256": 0.01}
    assert found(fast)[6].holds == HOLDS


def test_hardware_is_about_what_had_to_be_left_out(run):
    assert (found(run)[5].holds, found(run)[5].case) == (HOLDS, "cut")
    enough = made_run()
    enough.plan = replace(enough.plan, reductions=())
    assert found(enough)[5].holds == FAILS
    gpu = made_run()
    gpu.machine["device"] = "cuda"
    assert found(gpu)[5].holds == UNDETERMINED


def test_a_missing_side_has_no_differences():
    run = made_run(n=200, sizes=SIZES[:4], without="deep")
    assert differences(run, judge(run)) == []


def looked(raw, untrained):
    """What was found in the layers, with these gains (low, high) of the last one over each."""
    gains = {
        name: {"value": (low + high) / 2, "low": low, "high": high}
        for name, (low, high) in {"raw": raw, "untrained": untrained}.items()
    }
    return {"why": None, "gains": gains, "layers": [{"probe": {"value": v}} for v in (0.8, 0.95)]}


@pytest.mark.parametrize(
    ("raw", "untrained", "holds"),
    [
        ((0.1, 0.2), (0.05, 0.1), HOLDS),
        ((0.1, 0.2), (-0.01, 0.1), UNDETERMINED),  # an untrained network might do as well
        ((-0.2, -0.1), (0.05, 0.1), FAILS),
    ],
)
def test_layers_hold_if_the_last_beats_the_input_and_the_untrained(run, raw, untrained, holds):
    item = differences(run, judge(run), looked(raw, untrained))[1]
    assert (item.case, item.holds) == ("probed", holds)
    assert (item.values["score_first"], item.values["score_last"]) == (0.8, 0.95)


def of_each(**more):
    """A made-up run whose results are changed so."""
    run = made_run(n=300, sizes=(60, 240))
    for result in run.results:
        for name, value in more.items():
            setattr(result, name, value)
    return run


def with_plan(**more):
    """A made-up run whose plan is changed so."""
    run = made_run(n=300, sizes=(60, 240))
    run.plan = replace(run.plan, **more)
    return run


def on_a_gpu():
    run = made_run(n=300, sizes=(60, 240))
    run.machine["device"] = "cuda"
    return run


def with_a_verdict(call):
    """(run, its verdict turned to this call): which call a run leads to is the judge's own test."""
    run = made_run(n=300, sizes=(60, 240))
    return run, replace(judge(run), call=call)


#: Ways to come by every outcome that has a sentence: a run, or (run, verdict), or (run, verdict, layers).
WAYS = {
    "plain": made_run,
    "regression": made_regression,
    "one size": lambda: made_run(n=400, sizes=(320,)),
    "classical far ahead": lambda: made_run(shift=-0.2),
    "deep far ahead": lambda: made_run(shift=0.15),
    "few rows": lambda: made_run(n=60, sizes=(12, 24, 48)),
    "tie": lambda: with_a_verdict("tie"),
    "undecided": lambda: with_a_verdict("undecided"),
    "layers were looked into": lambda: (*with_a_verdict("deep"), looked((0.1, 0.2), (0.1, 0.2))),
    "size of the network unknown": lambda: of_each(parameters=None),
    "nothing was timed": lambda: of_each(predict_ms={}),
    "no importance": lambda: of_each(importance=None),
    "gpu": on_a_gpu,
    "left out": lambda: with_plan(left_out=(LeftOut("vit", "deep", TRANSFORMER, 900.0),)),
    "nothing given up": lambda: with_plan(reductions=()),
    "features not measured beforehand": lambda: with_plan(prepared={}),
    "nobody is left to be counted": lambda: (with_plan(contenders=()), judge(with_plan())),
    "no network from given weights": lambda: with_plan(
        contenders=tuple(one for one in made_run().plan.contenders if not one.pretrained)
    ),
}


@pytest.fixture(scope="module")
def told():
    """{way: (its ten differences, the metric)}"""
    found = {}
    for way, make in WAYS.items():
        made = make()
        run, verdict, *seen = made if isinstance(made, tuple) else (made, judge(made))
        found[way] = (differences(run, verdict, *seen), run.plan.metric)
    return found


def test_what_can_be_said_is_what_there_are_sentences_for(told):
    said = {f"ten.s{item.number}_{item.case}" for items, _ in told.values() for item in items}
    for lang in LANGUAGES:
        assert said == {key for key in phrases(lang) if re.match(r"ten\.s\d", key)}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("way", WAYS)
def test_every_outcome_has_its_sentence_filled_in(told, way, lang):
    items, metric = told[way]
    shown = rows({"differences": [vars(item) for item in items], "verdict": {"metric": metric}}, lang)
    assert len(shown) == 10
    for row in shown:
        assert row["measured"] and not re.search(r"[{}]|None|nan", row["measured"])
