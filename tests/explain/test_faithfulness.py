"""F on scores whose truth is known."""

import itertools

import numpy as np
import pytest

from nikti.core.inputs import Stack
from nikti.explain import controls, faithfulness, measure
from nikti.explain.remove import Remover
from nikti.modalities import _regions as cuts

ROWS, REGIONS = 40, 16


@pytest.fixture(scope="module")
def additive():
    """(weights [rows, regions], scores): the score is the sum of the weights of what is left."""
    weights = np.random.default_rng(0).normal(size=(ROWS, REGIONS))
    return weights, lambda masks: [(~gone) @ w for gone, w in zip(masks, weights, strict=True)]


def f_of(explanation, scores, seed=0):
    oracle = faithfulness.of_oracle([REGIONS] * ROWS, scores)
    found = faithfulness.of_explanations({"it": explanation}, scores, seed)["it"]
    return faithfulness.faithfulness(found, oracle), found, oracle


def test_the_true_weights_are_as_good_as_the_oracle_and_their_opposite_as_bad(additive):
    weights, scores = additive
    assert f_of(weights, scores)[0].f == pytest.approx(1)
    assert f_of(-weights, scores)[0].f == pytest.approx(-1)


def test_an_order_that_knows_nothing_is_about_zero_and_half_knowledge_lies_between(additive):
    weights, scores = additive
    rng = np.random.default_rng(1)
    nothing = f_of(rng.random(weights.shape), scores)[0]
    half = f_of(weights + rng.normal(size=weights.shape), scores)[0]
    assert nothing.low < 0 < nothing.high and abs(nothing.f) < 0.2
    assert 0.4 < half.f < 0.9 and half.low < half.f < half.high
    _, mine, oracle = f_of(weights, scores)
    _, rival, _ = f_of(rng.random(weights.shape), scores)
    assert faithfulness.beats(mine, rival, oracle) and not faithfulness.beats(rival, mine, oracle)
    assert not faithfulness.beats(mine, mine, oracle)


def test_equal_weights_say_nothing(additive):
    _, scores = additive
    assert abs(f_of(np.ones((ROWS, REGIONS)), scores)[0].f) < 0.2


def test_on_an_additive_score_the_greedy_oracle_is_the_best_of_all_orders():
    weights = np.array([0.5, -1.0, 2.0, 0.1])
    best = max(
        faithfulness.delta_auc((~faithfulness.masks_of(np.array(ordered))) @ weights)
        for ordered in itertools.permutations(range(4))
    )
    oracle = faithfulness.of_oracle([4], lambda masks: [(~masks[0]) @ weights])
    assert oracle == pytest.approx([best])


def test_a_score_that_nothing_moves_has_no_f():
    found = f_of(np.ones((ROWS, REGIONS)), lambda masks: [np.ones(len(m)) for m in masks])[0]
    assert found.f is None and found.n == ROWS


def test_the_interval_holds_the_true_ratio_as_often_as_it_says():
    rng = np.random.default_rng(3)
    inside = 0
    for k in range(200):
        oracle = rng.gamma(4, 0.1, 30)
        found = faithfulness.faithfulness(oracle * 0.6 + rng.normal(0, 0.1, 30), oracle, seed=k)
        inside += found.low <= 0.6 <= found.high
    assert 0.88 <= inside / 200 <= 0.99


def bright(inputs, answers):
    """A model that sees how bright the upper left of a picture is."""
    return inputs.array()[:, :4, :4, 0].mean(axis=(1, 2)) / 255


def test_a_whole_measurement_on_pictures_with_one_deciding_corner():
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 80, (12, 16, 16, 1), dtype=np.uint8)
    pictures[:, :4, :4] = 240
    inputs = Stack(pictures)
    truth, wrong = np.zeros((16, 16)), np.zeros((16, 16))
    truth[:4, :4], wrong[12:, 12:] = 1, 1
    maps = {"right": [truth] * 12, "wrong": [wrong] * 12}
    maps[measure.control("right", "randomised")] = [wrong] * 12
    background = Stack(rng.integers(0, 80, (30, 16, 16, 1), dtype=np.uint8))
    done = measure.Measured()
    for rows in (range(0, 6), range(6, 12)):
        some = {name: [each[row] for row in rows] for name, each in maps.items()}
        remover = Remover("image", background, draws=2)
        done.add(
            *measure.measure(
                bright, inputs, list(rows), [0] * 6, some, remover, shuffled=lambda i, a: -bright(i, a)
            )
        )
    told = done.summary(["right", "wrong", measure.OCCLUSION])
    assert told["right"]["f"] == pytest.approx(1, abs=0.05) and told["right"]["faithful"]
    assert told["right"]["n"] == 12 and set(told["right"]["controls"]) == set(controls.CONTROLS)
    assert told[measure.OCCLUSION]["f"] > 0.9 and told[measure.OCCLUSION]["faithful"]
    assert not told["wrong"]["faithful"] and "random" in told["wrong"]["lost_to"]
    assert told[measure.OCCLUSION]["controls"]["randomised"]["f"] == pytest.approx(-1, abs=0.05)


def test_blurring_keeps_the_side_and_loses_the_place():
    labels = cuts.grid(8, 8, 16)
    weights = np.zeros(16)
    weights[0] = 1
    soft = controls.blurred(weights, labels)
    assert soft.argmax() == 0 and soft[0] < 0.4 and soft[0] > soft[3] >= 0 and soft[0] > soft[15]
