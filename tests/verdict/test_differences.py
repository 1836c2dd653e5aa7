"""The ten differences: what is claimed follows from what was measured, and from nothing else."""

from dataclasses import replace

import pytest

from nikti.report.differences import rows
from nikti.verdict.differences import FAILS, HOLDS, UNTOLD, differences
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
    assert few.holds == UNTOLD


def test_the_least_data_decide_who_needs_more(run):
    item = found(run)[3]
    assert item.holds == HOLDS and item.values["size"] == 89 and item.values["high"] < 0
    turned = found(made_run(shift=0.15))[3]
    assert turned.holds == FAILS and turned.values["low"] > 0


def test_one_size_says_nothing_of_trends():
    single = found(made_run(n=400, sizes=(320,)))
    assert (single[3].said, single[4].said) == ("one_size", "few_sizes")
    assert single[3].holds == single[4].holds == UNTOLD


def test_time_holds_only_if_both_halves_do(run):
    assert found(run)[6].holds == FAILS  # trains longer, but predicts slower too
    fast = made_run()
    for result in fast.results:
        if result.trial.contender == "resnet18" and result.predict_ms:
            result.predict_ms = {"1": 0.01, "256": 0.01}
    assert found(fast)[6].holds == HOLDS


def test_hardware_is_about_what_had_to_be_left_out(run):
    assert (found(run)[5].holds, found(run)[5].said) == (HOLDS, "cut")
    enough = made_run()
    enough.plan = replace(enough.plan, given_up=())
    assert found(enough)[5].holds == FAILS
    gpu = made_run()
    gpu.machine["device"] = "cuda"
    assert found(gpu)[5].holds == UNTOLD


def test_a_missing_side_has_no_differences():
    run = made_run(n=200, sizes=SIZES[:4], without="deep")
    assert differences(run, judge(run)) == []


@pytest.mark.parametrize("lang", ["en", "bn"])
@pytest.mark.parametrize("make", [made_run, made_regression, lambda: made_run(n=400, sizes=(320,))])
def test_every_outcome_has_its_sentence(make, lang):
    from nikti.report.summary import summarize

    run = make()
    told = rows(summarize(run, judge(run)), lang)
    assert len(told) == 10 and all(row["measured"] and "{" not in row["measured"] for row in told)


@pytest.mark.parametrize("lang", ["en", "bn"])
def test_every_sentence_that_can_be_said_is_known(lang):
    """The said codes in the source, each with its words."""
    import inspect
    import re

    from nikti.report.words import phrases
    from nikti.verdict import differences as module

    text = inspect.getsource(module)
    codes = re.findall(r'Difference\((\d+), [^,]+, "(\w+)"', text)
    assert len(codes) > 15
    for number, said in codes:
        assert f"ten.s{number}_{said}" in phrases(lang)
