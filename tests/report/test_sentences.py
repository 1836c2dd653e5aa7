"""The verdict in words: each call, each missing thing, in both languages."""

from dataclasses import replace

import pytest

from nikti.core.data import Note
from nikti.report.words import every_class, note_sentence, verdict_sentence
from nikti.verdict.judge import Verdict

AHEAD = Verdict(
    call="deep",
    strength="strong",
    metric="accuracy",
    gap=0.012,
    low=0.004,
    high=0.02,
    band=0.01,
    detectable=0.031,
    n=1797,
    units=1797,
    champions={"classical": "svm", "deep": "cnn"},
    scores={
        "classical": {"value": 0.974, "low": 0.966, "high": 0.982, "n": 1797},
        "deep": {"value": 0.986, "low": 0.98, "high": 0.99, "n": 1797},
    },
    advice=Note("info", "use_ahead", "Use cnn."),
    winner="cnn",
)


def test_deep_ahead():
    assert verdict_sentence(AHEAD) == (
        "Deep learning is ahead on this data: 98.6% correct against 97.4%, a gap of 1.2 points "
        "(95% interval 0.4 to 2.0), and the evidence is strong."
    )


def test_classical_ahead_turns_the_interval():
    turned = replace(AHEAD, call="classical", strength="likely", gap=-0.012, low=-0.02, high=-0.004)
    said = verdict_sentence(turned)
    assert said.startswith("Machine learning is ahead on this data: 97.4% correct against 98.6%")
    assert "interval 0.4 to 2.0" in said
    assert "likely" in said


def test_a_tie():
    said = verdict_sentence(replace(AHEAD, call="tie", strength="", gap=0.001, low=-0.004, high=0.006))
    assert said.startswith("It is a tie on this data:")
    assert "smaller than 1 point," in said
    assert "−0.4 to 0.6" in said


def test_undecided_tells_what_could_have_been_seen():
    said = verdict_sentence(replace(AHEAD, call="undecided", strength="", low=-0.004, high=0.034))
    assert said.startswith("Cannot tell yet")
    assert "The smallest gap this data could have shown is 3.1 points." in said
    assert said.endswith("Even eight times as many samples would hardly settle a gap of this size.")
    near = replace(AHEAD, call="undecided", strength="", low=-0.004, high=0.034, settles_at=3456)
    assert verdict_sentence(near).endswith("about 3,500 samples in all would settle it.")
    assert verdict_sentence(near, "bn").endswith("মোট প্রায় ৩,৫০০টি নমুনা পেলে তা স্পষ্ট হবে।")


def test_uneven_classes_are_told_with_the_side_that_is_ahead():
    found = {"gap": -0.05, "low": -0.08, "high": -0.02, "rarest": 7, "n": 900}
    said = every_class({"every_class": found, "metric": "accuracy"}, "en")
    assert "rarest has 7 of 900" in said and "machine learning is ahead by 5.0 points" in said
    assert "2.0 to 8.0" in said
    unsure = every_class({"every_class": {**found, "high": 0.01}, "metric": "accuracy"}, "bn")
    assert "নিশ্চিত কোনো ব্যবধান দেখা যায় না" in unsure
    assert every_class({"every_class": None, "metric": "accuracy"}, "en") is None


def test_too_few_groups():
    few = Note("warning", "few_groups", "Only 4 groups.", {"groups": 4, "needed": 10})
    said = verdict_sentence(replace(AHEAD, call="undecided", strength="", reasons=(few,)))
    assert said.startswith("Too few groups to say")


def one_sided(code, scores):
    gone = {"gap": None, "low": None, "high": None, "detectable": None, "call": "undecided", "strength": ""}
    return replace(AHEAD, **gone, scores=scores, reasons=(Note("warning", code, "x"),))


def test_a_missing_side():
    said = verdict_sentence(one_sided("missing_side", {"classical": AHEAD.scores["classical"]}))
    assert said == (
        "No comparison was possible on this data: only machine learning finished, with 97.4% correct "
        "(95% interval 96.6 to 98.2)."
    )
    assert "neither" not in verdict_sentence(one_sided("no_side", {}))
    assert "not finite" in verdict_sentence(one_sided("not_finite", {}))


def test_regression_speaks_of_r2():
    scores = {s: {"value": v, "low": v, "high": v, "n": 9} for s, v in (("classical", 0.48), ("deep", 0.52))}
    said = verdict_sentence(replace(AHEAD, metric="r2", gap=0.04, low=0.01, high=0.07, scores=scores))
    assert "R² 0.520 against 0.480, a gap of 0.040 (95% interval 0.010 to 0.070)" in said


@pytest.mark.parametrize(
    "verdict",
    [
        AHEAD,
        replace(AHEAD, call="tie", strength=""),
        replace(AHEAD, call="undecided", strength=""),
        one_sided("missing_side", {"deep": AHEAD.scores["deep"]}),
    ],
)
def test_bangla_has_its_own_digits(verdict):
    said = verdict_sentence(verdict, "bn")
    assert not any(c in "0123456789" for c in said)
    assert said.endswith("।")


def test_a_note_is_shown_in_the_language_asked_for():
    note = {"level": "info", "code": "renamed", "text": "Renamed.", "values": {}, "text_bn": "নাম বদলানো।"}
    assert note_sentence(note, "bn") == ("নাম বদলানো।", "bn")
    assert note_sentence(note, "en") == ("Renamed.", "en")


def test_a_note_of_an_earlier_version_stays_english():
    note = {"level": "info", "code": "renamed_column", "text": "Renamed.", "values": {}}
    assert note_sentence(note, "bn") == ("Renamed.", "en")
    assert note_sentence("a bare sentence", "bn") == ("a bare sentence", "en")
