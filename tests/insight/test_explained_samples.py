"""A sample with what each side used of it."""

import numpy as np
import pytest

from nikti.core.data import Data
from nikti.core.inputs import Texts
from nikti.insight.explained_samples import sample

TEXTS = Data("x", "text", Texts(["ভালো নাটক", "bad one"]), np.array([0, 1]), ("good", "bad"))


def test_each_side_has_its_method_its_answer_and_its_marks():
    text = "ভালো নাটক"
    weights = np.zeros(len(text))
    weights[:5] = 1.0
    explanations = {
        "classical": ("weights", "good", weights),
        "deep": ("occlusion", "bad", -weights),
    }
    found = sample(TEXTS, 0, explanations, "label")
    assert (found["row"], found["truth"], found["text"]) == (0, "good", text)
    assert {side: (one["method"], one["predicted"]) for side, one in found["sides"].items()} == {
        "classical": ("weights", "good"),
        "deep": ("occlusion", "bad"),
    }
    marks = found["sides"]["classical"]["weights"]
    assert len(marks) == len(text) and marks[0] > 0 and marks[-1] == 0


@pytest.mark.parametrize("sides", [(), ("deep",)])
def test_a_side_without_an_explanation_is_left_out(sides):
    explanations = {side: ("occlusion", "bad", np.zeros(7)) for side in sides}
    found = sample(TEXTS, 1, explanations, "label")
    assert set(found["sides"]) == set(sides) and found["truth"] == "bad"
