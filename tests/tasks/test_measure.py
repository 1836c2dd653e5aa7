"""How a model is measured: by predictions and truths where there are some, else by the task's own way."""

from dataclasses import dataclass

import numpy as np
import pytest

from nikti.core import catalogue
from nikti.core.answers import Masks
from nikti.core.data import Data
from nikti.core.inputs import Stack, Texts
from nikti.core.task import Measured, Metric, Task
from nikti.model.evaluate import evaluate


class Says:
    """A model with fixed answers."""

    def __init__(self, predicted, proba=None):
        self.predicted, self.proba = predicted, proba

    def predict(self, inputs):
        assert len(inputs) == len(self.predicted)
        return self.predicted

    def predict_proba(self, inputs):
        return self.proba


def test_the_default_predicts_and_compares():
    task = catalogue.load("tasks", "text_classification").TASK
    proba = np.array([[0.9, 0.1], [0.4, 0.6], [0.7, 0.3], [0.2, 0.8]])
    truth = np.array([0, 1, 1, 1])
    data = Data("t", "text", Texts(list("abcd")), truth, ("x", "y"), groups=np.array([0, 0, 1, 1]))
    found = task.measure(Says(None, proba), data, np.random.default_rng(0))
    assert found.scores["accuracy"] == 0.75 and found.losses.tolist() == [0, 0, 1, 0]
    assert found.scores["log_loss"] == pytest.approx(-np.log([0.9, 0.6, 0.3, 0.8]).mean())
    assert found.units.tolist() == [0, 1, 2, 3] and found.groups.tolist() == [0, 0, 1, 1]
    assert found.predicted.tolist() == [0, 1, 0, 1] and found.proba is proba


def test_values_are_measured_on_the_scale_of_all_answers():
    task = catalogue.load("tasks", "tabular_regression").TASK
    data = Data("t", "table", Texts(list("abc")), np.array([0.0, 2.0, 4.0]))
    found = task.measure(Says(np.array([1.0, 2.0, 4.0])), data, np.random.default_rng(0), scale=4.0)
    assert found.losses.tolist() == [0.25, 0, 0] and found.proba is None
    own = task.measure(Says(np.array([1.0, 2.0, 4.0])), data, np.random.default_rng(0))
    assert own.losses.mean() == pytest.approx(1 - own.scores["r2"]) == pytest.approx((1 / 3) / (8 / 3))


def test_masks_that_are_made_when_asked_for_are_made_once():
    task, made = catalogue.load("tasks", "semantic_segmentation").TASK, []

    def make(row):
        made.append(row)
        return np.full((4, 4), row % 2, np.uint8)

    data = Data("t", "image", Stack(np.zeros((2, 4, 4, 1), np.uint8)), Masks([0, 1], make), ("a", "b"))
    found = task.measure(Says(np.zeros((2, 4, 4), np.uint8)), data, np.random.default_rng(0))
    assert found.losses.tolist() == [0.0, 1.0] and made == [0, 1]


@dataclass(frozen=True)
class Drawing(Task):
    """A task without a right answer for each sample: what the model draws is compared in blocks of two."""

    name: str = "drawing"
    modality: str = "text"
    answer: str = "phrases"
    family: str = "drawing"
    metrics: tuple = (Metric("likeness"),)

    def accepts(self, data):
        return None

    def prepare(self, data):
        return data

    def strata(self, targets):
        return np.zeros(0, np.int64)

    def facts(self, data):
        return {}

    def measure(self, model, test, rng, scale=None):
        units = np.arange(0, len(test), 2)
        losses = rng.uniform(0, 1, len(units))
        return Measured({"likeness": 1 - losses.mean()}, losses, units)


def test_a_task_may_measure_in_its_own_way():
    data = Data("t", "text", Texts(list("abcdef")))
    found = Drawing().measure(None, data, np.random.default_rng(3))
    again = Drawing().measure(None, data, np.random.default_rng(3))
    assert found.units.tolist() == [0, 2, 4] and found.losses.tolist() == again.losses.tolist()
    told = evaluate(None, Drawing(), data, np.array([True] * 3 + [False] * 3))
    assert told["n"] == 6 and told["score"] == pytest.approx(told["scores"]["likeness"])
    assert told["met"] == 3 and "unmet" not in told  # single samples have no score of their own
    with pytest.raises(TypeError, match="drawing has no right answer for each sample"):
        Drawing().losses(None, None, 1.0)
    assert Drawing().for_data(data) == Drawing() and Drawing().scale(None) == 1.0
