"""Explanations of several models together: in the order of the inputs, each by a way that its model knows."""

from types import SimpleNamespace

import pytest

from nikti.core.errors import UnknownName
from nikti.model.side_by_side import side_by_side


class Explaining:
    """A fitted model of two inputs that notes what it was asked."""

    def __init__(self, contender, side, methods):
        self.contender, self.side, self.methods = contender, side, methods
        self.asked = []

    def explain(self, source, *, method, target_class):
        self.asked.append((source, method, target_class))
        way = method or self.methods[0]
        return [{"row": row, "input": name, "method": way} for row, name in enumerate(source)]


@pytest.fixture
def models():
    return [
        Explaining("forest", "classical", ("tree_shap", "occlusion")),
        Explaining("mlp", "deep", ("integrated_gradients", "occlusion")),
    ]


def test_all_of_one_input_stand_together(models):
    rows = side_by_side(models, ["a", "b"], None, None)
    assert [(row["input"], row["contender"], row["side"], row["method"]) for row in rows] == [
        ("a", "forest", "classical", "tree_shap"),
        ("a", "mlp", "deep", "integrated_gradients"),
        ("b", "forest", "classical", "tree_shap"),
        ("b", "mlp", "deep", "integrated_gradients"),
    ]


def test_a_way_is_asked_of_those_that_know_it(models):
    assert {row["contender"] for row in side_by_side(models, ["a"], "occlusion", None)} == {"forest", "mlp"}
    assert {row["contender"] for row in side_by_side(models, ["a"], "tree_shap", None)} == {"forest"}
    assert models[1].asked == [(["a"], "occlusion", None)]


def test_a_class_that_is_asked_for_is_handed_on(models):
    side_by_side(models, ["a"], None, "cat")
    assert [model.asked for model in models] == [[(["a"], None, "cat")]] * 2


def test_a_way_that_nobody_knows_is_refused_with_those_there_are(models):
    with pytest.raises(UnknownName, match="explain forest or mlp named 'occlusoin'.*occlusion"):
        side_by_side(models, ["a"], "occlusoin", None)
    assert models[0].asked == []


def test_no_model_explains_nothing():
    assert side_by_side([], ["a"], None, None) == []
    quiet = SimpleNamespace(contender="x", side="deep", methods=("occlusion",), explain=lambda *a, **k: [])
    assert side_by_side([quiet], [], None, None) == []
