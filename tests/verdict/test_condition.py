"""Conditions in both languages, their values as people read them."""

import pytest

from nikti.core.words import Words
from nikti.verdict.condition import SIDES, Condition, Wording, shown_values

WORDING = Wording(
    name=Words(en="Few folds", bn="কম ফোল্ড"),
    sentence=Words(en="{Side} has {count} folds.", bn="{Side}-এর {count}টি ফোল্ড।"),
    clause=Words(en="{side} has few folds", bn="{side}-এর ফোল্ড কম"),
)


@pytest.mark.parametrize("side", SIDES)
def test_a_condition_is_filled_in_for_both_languages(side):
    found = Condition.worded("warning", "few_folds", WORDING, {"side": side, "count": 2}, "accuracy")
    english = {"classical": "machine learning", "deep": "deep learning"}[side]
    assert found.text == f"{english.capitalize()} has 2 folds."
    assert found.clause.en == f"{english} has few folds" and SIDES[side].bn in found.clause.bn
    assert (found.level, found.code, found.name) == ("warning", "few_folds", WORDING.name)
    assert found.values == {"side": side, "count": 2}  # as programs read them
    assert "{" not in found.text + found.text_bn + found.clause.en + found.clause.bn


@pytest.mark.parametrize(
    ("values", "name", "english"),
    [
        ({"cv_score": 0.875}, "cv_score", "87.5"),
        ({"limit_seconds": 90.0}, "limit_seconds", "1 min 30 s"),
        ({"count": 12}, "count", "12"),
        ({"names": ["a", "b"]}, "names", "a, b"),
        ({"contender": "net"}, "contender", "net"),
        ({"reason": "too slow", "reason_bn": "ধীর"}, "reason", "too slow"),
    ],
)
def test_values_are_told_as_what_their_names_say(values, name, english):
    found = shown_values(values, "accuracy")
    assert set(found) == {name} and english in found[name].en and found[name].bn


def test_words_of_earlier_versions_stand_in_english():
    assert shown_values({"reason": "too slow", "reason_bn": ""}, "accuracy")["reason"].bn == "too slow"
    assert shown_values({"reason": "too slow", "reason_bn": "ধীর"}, "accuracy")["reason"].bn == "ধীর"
