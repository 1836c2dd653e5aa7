"""Ways to explain a model, and what each gives."""

import numpy as np
import pytest

from nikti.core.errors import UsageError
from nikti.core.inputs import Stack
from nikti.explain.measure import OCCLUSION
from nikti.model.explain import BACKGROUND, chosen, explain, methods


class Bright:
    """Answers by the light of the upper left quarter of a picture: 1 where it is bright. own: whether it can
    explain itself."""

    def __init__(self, own=True):
        self.own, self.asked = own, []

    def predict_proba(self, inputs):
        light = inputs.array()[:, :8, :8].mean(axis=(1, 2, 3)) / 255
        return np.column_stack([1 - light, light])

    def predict(self, inputs):
        return self.predict_proba(inputs).argmax(axis=1)

    def explainer(self):
        return self if self.own else None

    methods = ("grad_cam", "gradient")

    def explain(self, inputs, codes, method, background):
        self.asked.append((method, list(codes), None if background is None else len(background)))
        return [np.full((16, 16), float(code)) for code in codes]


PICTURES = Stack(np.zeros((3, 16, 16, 1), np.uint8))
PICTURES.array()[1:, :8, :8] = 255


def test_its_own_ways_come_first_and_occlusion_is_there_for_everybody():
    assert methods(Bright()) == ("grad_cam", "gradient", OCCLUSION)
    assert methods(Bright(own=False)) == (OCCLUSION,) == methods(object())


@pytest.mark.parametrize(
    ("own", "method", "expected"),
    [
        (True, None, "grad_cam"),
        (False, None, OCCLUSION),
        (True, "gradient", "gradient"),
        (True, OCCLUSION, OCCLUSION),
    ],
)
def test_the_way_that_is_taken(own, method, expected):
    assert chosen(Bright(own), method, "cnn") == expected


@pytest.mark.parametrize(("method", "why"), [("gradient", " It has no gradients."), ("lime", "'lime'. Type")])
def test_a_way_that_it_does_not_have_is_refused_with_those_it_has(method, why):
    with pytest.raises(UsageError) as refused:
        chosen(Bright(own=False), method, "forest")
    assert why in str(refused.value) and "--method occlusion" in str(refused.value)


def test_the_models_own_way_is_asked_for_what_it_answered():
    model = Bright()
    background = Stack(np.zeros((40, 16, 16, 1), np.uint8))
    found = explain(model, "label", "image", PICTURES, method="gradient", background=background)
    assert model.asked == [("gradient", [0, 1, 1], BACKGROUND)]
    assert [(int(part), float(weights[0, 0])) for ((part, weights),) in found] == [
        (0, 0.0),
        (1, 1.0),
        (1, 1.0),
    ]


def test_another_class_may_be_asked_for():
    model = Bright()
    explain(model, "label", "image", PICTURES, method="gradient", code=0)
    assert model.asked == [("gradient", [0, 0, 0], None)]


def test_occlusion_finds_where_the_answer_comes_from():
    background = Stack(np.zeros((10, 16, 16, 1), np.uint8))
    found = explain(Bright(), "label", "image", PICTURES.take([1]), method=OCCLUSION, background=background)
    ((part, weights),) = found[0]
    assert part == 1 and weights.shape == (16, 16)
    inside, outside = weights[:8, :8], weights.copy()
    outside[:8, :8] = 0
    assert (inside > 0).all() and np.abs(outside).max() < 1e-9
