"""A verdict's conditions in words: every one that the judge knows, in both languages."""

import re
from dataclasses import asdict, replace

import pytest

from nikti.core.words import Words
from nikti.report.caveats import caveats
from nikti.report.words import LANGUAGES, verdict_sentence
from nikti.report.words.conditions import in_words, whole
from nikti.verdict import conditions as of
from nikti.verdict import shift, time_limit
from nikti.verdict.condition import Condition, Wording
from nikti.verdict.conditions import AT_MOST_LIKELY, SHORT_OF_TIME

from .test_sentences import AHEAD

TIME = {"limit_seconds": 240.0, "enough_seconds": 700.0}
SHIFT = {
    **{"side": "deep", "contender": "cnn", "n": 394, "turned": False},
    **{"cv_score": 0.87, "test_score": 0.414, "low_score": 0.82, "high_score": 0.92},
}
STARVED = {"side": "classical", "contender": "svm", "epochs": 8, "recipe_epochs": 40, "gain": 0.021, **TIME}
LEAK = {"note": {"level": "warning", "code": "unheard_of", "text": "Column ward decides.", "values": {}}}
UNEVEN = {"name": "7", "rarest": 60, "n": 1500, "metric": "average_precision", "measured": True}
TREES = {"method": "boosted trees", "method_bn": "বুস্টেড ট্রি"}


def made(level, code, wording, values):
    return Condition.worded(level, code, wording, values, "accuracy")


KNOWN = [
    made("warning", "provisional", of.PROVISIONAL, {"folds": 1, "planned": 5}),
    made("warning", "starved", time_limit.STARVED, STARVED),
    made(
        "warning",
        "not_converged",
        time_limit.NOT_CONVERGED,
        {k: v for k, v in STARVED.items() if k != "gain"},
    ),
    made("warning", "left_out", time_limit.LEFT_OUT, {"side": "deep", "names": ["a", "b"]} | TREES | TIME),
    made(
        "warning",
        "timed_out",
        time_limit.TIMED_OUT,
        {"side": "deep", "method": "odd one", "contender": "x", "reason": "why"},
    ),
    made("warning", "few_folds", of.FEW_FOLDS, {"folds": 3}),
    made("warning", "shift", shift.SHIFT, SHIFT),
    made("warning", "shift", shift.SHIFT_TURNED, SHIFT | {"turned": True}),
    made("warning", "leak", of.LEAK, LEAK),
    made("info", "uneven", of.UNEVEN, UNEVEN),
    made("warning", "uneven", of.UNEVEN_UNMEASURED, UNEVEN | {"metric": "accuracy", "measured": False}),
    made("warning", "floor_unbeaten", of.FLOOR_UNBEATEN, {"contender": "cnn", "floor": "dummy"}),
    made(
        "info",
        "weights_overlap",
        of.WEIGHTS_OVERLAP,
        {"side": "deep", "contender": "cnn", "trained_on": "ImageNet-1k"},
    ),
    made(
        "warning",
        "hardly_trained",
        time_limit.HARDLY_TRAINED,
        {k: v for k, v in STARVED.items() if k != "gain"},
    ),
    made(
        "warning",
        "reduced",
        time_limit.REDUCED,
        {"side": "deep", "contender": "cnn", "percent": 50} | TIME,
    ),
]


def test_every_condition_that_weighs_is_among_those_that_are_tried_here():
    assert {note.code for note in KNOWN} >= AT_MOST_LIKELY | SHORT_OF_TIME


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("note", KNOWN, ids=lambda note: note.code)
def test_each_has_a_name_and_a_sentence(note, lang):
    (found,) = in_words(replace(AHEAD, conditions=(note,)), lang)
    assert found["name"] and found["text"] and "{" not in found["text"]
    if lang == "bn":
        without_names = re.sub("ImageNet-1k|F1", "", found["text"])
        assert not re.search("[0-9]", without_names)


def test_a_verdict_that_is_held_back_says_by_what():
    likely = replace(AHEAD, strength="likely", conditions=(KNOWN[1], KNOWN[5], KNOWN[8]))
    assert verdict_sentence(likely) == (
        "Deep learning is ahead on this data: 98.6% correct against 97.4%, a gap of 1.2 points (95% interval "
        "0.4 to 2.0), and this is likely but not certain: svm had 8 of its 40 epochs and was still improving"
        ", and only 3 of 5 folds were run, and 1 more (see the report). In place of 4 min, about 12 min "
        "would settle that."
    )
    assert "৪০ ইপকের ৮টি" in verdict_sentence(likely, "bn")
    plain = replace(AHEAD, strength="likely")
    assert "stricter test" in verdict_sentence(plain)


def test_what_is_not_called_says_why_and_not_that_it_may_be_chance():
    held = replace(AHEAD, call="undecided", strength="", interval_call="deep", conditions=(KNOWN[7],))
    said = verdict_sentence(held)
    assert "no side can be called ahead: on your own test split the sides are the other way round" in said
    assert "87.0% in cross-validation" in said and "may be chance" not in said
    chance = replace(held, interval_call="undecided")
    assert "may be chance" in verdict_sentence(chance)


def test_a_first_impression_names_its_folds():
    said = verdict_sentence(replace(AHEAD, call="undecided", strength="", conditions=(KNOWN[0],)))
    assert said.startswith("A first impression, not yet a verdict: after 1 of 5 folds deep learning has")


def test_what_to_type_for_a_surer_verdict():
    verdict = {"conditions": [asdict(note) for note in KNOWN[1:4]]}
    found = caveats(verdict, "en", "run1")
    assert found["command"] == "nikti resume run1 --time-limit 12m"
    assert "About 12 min" in found["time"] or "about 12 min" in found["time"]
    assert [one["name"] for one in found["conditions"]][0] == "Cut off while improving"
    assert caveats({"conditions": []}, "bn", "run1")["command"] == ""
    assert whole(90.2) == 91 and whole(700) == 720


def test_values_stand_in_a_sentence_as_people_of_its_language_read_them():
    wording = Wording(
        Words("n", "ন"),
        Words(
            "{Side}, {side}: {test_score} on {n}, {gain}, {limit_seconds}; {method}",
            "{side} {test_score} {n} {method}",
        ),
    )
    values = {"side": "deep", "test_score": 0.5, "n": 123456, "gain": 0.021, "limit_seconds": 90.0} | TREES
    found = Condition.worded("info", "x", wording, values, "accuracy")
    assert (
        found.text == "Deep learning, deep learning: 50.0% on 123,456, 2.1 points, 1 min 30 s; boosted trees"
    )
    assert found.text_bn == "ডিপ লার্নিং ৫০.০% ১,২৩,৪৫৬ বুস্টেড ট্রি" and found.values == values
    plain = Condition.worded("info", "x", wording, values | {"method": "my own", "method_bn": ""}, "r2")
    assert plain.text_bn.endswith("০.৫০০ ১,২৩,৪৫৬ my own")  # as an earlier version stored it
