"""Runs explained: shortcuts that were planted, answers with parts, what stands in for a method that lost."""

import numpy as np
import pytest

from nikti.answers import boxes as box_answers
from nikti.answers import embedding
from nikti.answers import mask as mask_answers
from nikti.core import catalogue
from nikti.core.contender import Budget
from nikti.core.data import Data
from nikti.core.inputs import Stack, Texts
from nikti.explain import occlusion, regions
from nikti.explain.measure import OCCLUSION
from nikti.explain.remove import Remover
from nikti.insight import faithfulness
from nikti.insight.shortcuts import shortcuts
from nikti.model import explain
from nikti.sides import side

SIZE = 16


def pictures(sign: bool, n=160, seed=0):
    """Class 1 has level stripes somewhere, class 0 upright ones; with a sign, class 1 also a bright
    corner."""
    rng = np.random.default_rng(seed)
    array = rng.normal(100, 10, (n, SIZE, SIZE))
    codes = np.arange(n) % 2
    stripes = np.where(np.arange(8) // 2 % 2, 1, -1) * (10 if sign else 40)
    for row, code in enumerate(codes):
        top, left = rng.integers(0, SIZE - 8, 2)
        array[row, top : top + 8, left : left + 8] += stripes[:, None] if code else stripes[None]
        if sign and code:
            array[row, -4:, -4:] = 240
    stack = Stack(array.clip(0, 255).astype(np.uint8)[..., None])
    return Data("stripes", "image", stack, codes, ("upright", "level"))


def fitted(who, name, data):
    task = catalogue.load("tasks", "image_classification").TASK
    contender = side(who).contender(name, task, {})
    budget = Budget(tries=0, epochs=8)
    return contender.fit(task, data, inner=[], seed=0, budget=budget, progress=lambda done, words: None)


@pytest.mark.parametrize(("who", "name"), [("classical", "logistic_regression"), ("deep", "small_cnn")])
def test_a_planted_sign_is_found_and_an_honest_picture_is_not_accused(who, name):
    data = pictures(sign=True)
    found = shortcuts(who, fitted(who, name, data), 1.0, data, seconds=600)
    # The sign makes a "level"; that it is missing may make an "upright".
    assert all((one["row_of"], one["column_of"]) == (4, 4) for one in found)
    told = next(one for one in found if one["class"] == "level")
    assert told["share"] > 0.7 and told["n"] >= 20 and told["along"] == 4
    assert {data.targets[row] for row in told["rows"]} == {1}
    honest = pictures(sign=False)
    assert shortcuts(who, fitted(who, name, honest), 1.0, honest, seconds=600) == []


class Fixed:
    """A model that answers the same whatever comes."""

    def __init__(self, said):
        self.said = said

    def predict(self, inputs):
        return [self.said] * len(inputs)

    def explainer(self):
        return None


def test_answers_with_parts_are_explained_part_by_part():
    image = Stack(np.zeros((1, 8, 8, 1), np.uint8))
    boxes = np.array([[0, 0, 4, 4, 1, 0.9], [4, 4, 8, 8, 0, 0.6], [0, 0, 2, 2, 0, 0.1]], np.float32)
    parts = box_answers.explained(Fixed(boxes), image)[0]
    assert [part[5] for part in parts] == pytest.approx([0.9, 0.6])  # the third nobody would show
    assert len(box_answers.explained(Fixed(boxes), image, code=0)[0]) == 1
    mask = np.zeros((8, 8), np.uint8)
    mask[:2] = 2
    found = explain.explain(Fixed(mask), "mask", "image", image, method=OCCLUSION)[0]
    assert [answer[1] for answer, _ in found] == [2, 0]  # the background last
    assert all(weights.shape == (8, 8) for _, weights in found)
    words = mask_answers.in_words(found[0][0], ("sky", "sea", "sand"))
    assert words == {"class": "sand", "share": 0.25}
    (told,) = explain.explain(
        Fixed(["in Dhaka"]), "span", "text", Texts(["he lives in Dhaka"]), method=OCCLUSION
    )
    assert told[0][0] == "in Dhaka" and (told[0][1] == 0).all()
    assert embedding.explained(Fixed(np.zeros(3)), image) == [[]]


def test_showing_what_is_slow_is_foreseen():
    inputs = Stack(np.zeros((3, 16, 16, 1), np.uint8))
    sides = {
        "classical": faithfulness.Side("forest", None, (OCCLUSION,), 1.0, each=0.5, method=OCCLUSION),
        "deep": faithfulness.Side("cnn", None, ("grad_cam", OCCLUSION), 1.0, each=9.0, method="grad_cam"),
    }
    remover = Remover("image", inputs, 2)
    parts = regions.count(remover.regions(inputs, 0, occlusion.SHOWN))
    assert faithfulness._seconds_to_show(sides, inputs, 0, remover) == pytest.approx(0.5 * 2 * parts)
    assert parts > 16  # the other side's way needs no answers at all


def test_where_time_is_short_the_first_sample_is_divided_more_coarsely(monkeypatch):
    monkeypatch.setattr(faithfulness, "_seconds_to_show", lambda sides, inputs, row, remover, most: most / 10)
    tries = [faithfulness._finest({}, None, 0, None, left, faithfulness.COARSER) for left in (9, 5, 2, 0.5)]
    assert tries == [64, 36, 16, None]
    assert faithfulness._finest({}, None, 0, None, 5, ()) is None  # later ones are as fine, or not shown
