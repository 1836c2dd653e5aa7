"""A verdict's conditions in words: every one that the judge knows, in both languages."""

import re
from dataclasses import replace

import pytest

from nikti.core.data import Note
from nikti.report.caveats import caveats
from nikti.report.words import LANGUAGES, phrases, verdict_sentence
from nikti.report.words.conditions import in_words, label, method, whole
from nikti.verdict.conditions import AT_MOST_LIKELY, SHORT_OF_TIME

from .test_sentences import AHEAD

TIME = {"limit_seconds": 240.0, "enough_seconds": 700.0}
SHIFT = {
    **{"side": "deep", "contender": "cnn", "n": 394, "turned": False},
    **{"cv_score": 0.87, "test_score": 0.414, "low_score": 0.82, "high_score": 0.92},
}
STARVED = {"side": "classical", "contender": "svm", "epochs": 8, "recipe_epochs": 40, "gain": 0.021, **TIME}
LEAK = {"note": {"level": "warning", "code": "unheard_of", "text": "Column ward decides.", "values": {}}}
KNOWN = [
    Note("warning", "provisional", "", {"folds": 1, "planned": 5}),
    Note("warning", "starved", "", STARVED),
    Note("warning", "not_converged", "", {k: v for k, v in STARVED.items() if k != "gain"}),
    Note("warning", "left_out", "", {"side": "deep", "method": "boosted trees", "names": ["a", "b"]} | TIME),
    Note(
        "warning", "timed_out", "", {"side": "deep", "method": "odd one", "contender": "x", "reason": "why"}
    ),
    Note("warning", "few_folds", "", {"folds": 3}),
    Note("warning", "shift", "", SHIFT),
    Note("warning", "shift", "", SHIFT | {"turned": True}),
    Note("warning", "leak", "", LEAK),
    Note(
        "info",
        "uneven",
        "",
        {"name": "7", "rarest": 60, "n": 1500, "metric": "average_precision", "measured": True},
    ),
    Note(
        "warning", "uneven", "", {"name": "x", "rarest": 4, "n": 150, "metric": "accuracy", "measured": False}
    ),
    Note("warning", "floor_unbeaten", "", {"contender": "cnn", "floor": "dummy"}),
    Note("info", "weights_overlap", "", {"side": "deep", "contender": "cnn", "trained_on": "ImageNet-1k"}),
]


def test_every_condition_that_weighs_is_among_those_that_are_tried_here():
    assert {note.code for note in KNOWN} >= AT_MOST_LIKELY | SHORT_OF_TIME


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("note", KNOWN, ids=lambda note: note.code)
def test_each_has_a_name_and_a_sentence(note, lang):
    (told,) = in_words(replace(AHEAD, conditions=(note,)), lang)
    assert told["text"] and "{" not in told["text"] and label(told, lang)
    if lang == "bn":
        without_names = re.sub("ImageNet-1k|F1", "", told["text"])
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
    verdict = {"metric": "accuracy", "conditions": [vars(note) for note in KNOWN[1:4]]}
    found = caveats(verdict, "en", "run1")
    assert found["command"] == "nikti resume run1 --time-limit 12m"
    assert "About 12 min" in found["time"] or "about 12 min" in found["time"]
    assert [one["name"] for one in found["conditions"]][0] == "Cut off while improving"
    assert caveats({"metric": "r2", "conditions": []}, "bn", "run1")["command"] == ""
    assert whole(90.2) == 91 and whole(700) == 720


def test_methods_are_named_in_the_language_where_it_has_a_word():
    assert method("boosted trees", "bn") == phrases("bn")["method.boosted_trees"]
    assert method("something new", "bn") == "something new"
