"""Metrics against scikit-learn's, and what `prepare` says and refuses."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nikti.core import catalogue
from nikti.core.data import Data
from nikti.core.errors import DataError, UnknownName, UsageError
from nikti.core.inputs import Frame, Texts
from nikti.core.natural import natural
from nikti.tasks._choose import choose
from nikti.tasks.tabular_classification import TASK as CLASSES
from nikti.tasks.tabular_regression import TASK as VALUES
from nikti.tasks.text_classification import TASK as TEXTS


def table(targets, **more):
    import pandas as pd

    targets = np.array(targets, dtype=more.pop("dtype", object))
    frame = pd.DataFrame({"a": np.arange(len(targets), dtype=float)})
    return Data("rows", "table", Frame(frame), targets, **more)


def codes(data):
    return {note.code: note for note in data.notes}


@settings(max_examples=50, deadline=None)
@given(st.integers(2, 6), st.integers(2, 60), st.integers(0, 10**6))
def test_classification_metrics_are_scikit_learns(classes, n, seed):
    import sklearn.metrics as sk

    rng = np.random.default_rng(seed)
    truth, predicted = rng.integers(classes, size=(2, n))
    proba = rng.dirichlet(np.ones(classes), size=n).round(1) + 0.01
    proba /= proba.sum(axis=1, keepdims=True)
    scores = CLASSES.score(truth, predicted, proba, 1.0)
    assert scores["accuracy"] == pytest.approx(sk.accuracy_score(truth, predicted))
    assert scores["accuracy"] == pytest.approx(1 - CLASSES.losses(truth, predicted, 1.0).mean())
    recalls = sk.recall_score(truth, predicted, labels=np.unique(truth), average="macro")
    assert scores["balanced_accuracy"] == pytest.approx(recalls)
    assert scores["macro_f1"] == pytest.approx(sk.f1_score(truth, predicted, average="macro"))
    assert scores["log_loss"] == pytest.approx(sk.log_loss(truth, proba, labels=range(classes)))
    if classes == 2 and len(set(truth)) == 2:
        assert scores["roc_auc"] == pytest.approx(sk.roc_auc_score(truth, proba[:, 1]))
    else:
        assert "roc_auc" not in scores
    assert set(scores) <= {metric.name for metric in CLASSES.metrics}
    assert set(CLASSES.score(truth, predicted, None, 1.0)) == {"accuracy", "balanced_accuracy", "macro_f1"}


@settings(max_examples=50, deadline=None)
@given(st.integers(3, 60), st.integers(0, 10**6))
def test_regression_metrics_are_scikit_learns(n, seed):
    import sklearn.metrics as sk

    rng = np.random.default_rng(seed)
    truth = rng.normal(3, 2, size=n)
    predicted = truth + rng.normal(size=n)
    scale = VALUES.scale(truth)
    scores = VALUES.score(truth, predicted, None, scale)
    assert scores["r2"] == pytest.approx(sk.r2_score(truth, predicted))
    assert scores["r2"] == pytest.approx(1 - VALUES.losses(truth, predicted, scale).mean())
    assert scores["rmse"] == pytest.approx(sk.root_mean_squared_error(truth, predicted))
    assert scores["mae"] == pytest.approx(sk.mean_absolute_error(truth, predicted))


def test_confident_and_wrong_is_not_infinite():
    assert np.isfinite(CLASSES.score(np.array([0, 1]), np.array([1, 0]), np.eye(2)[::-1], 1.0)["log_loss"])


@pytest.mark.parametrize(
    ("names", "order"),
    [
        (["10", "9", "2.5"], ("2.5", "9", "10")),
        (["১০", "৯", "২"], ("২", "৯", "১০")),
        (["b", "a10", "a9"], ("a9", "a10", "b")),
        (["no", "Yes"], ("no", "Yes")),
        (["7", "x"], ("7", "x")),
    ],
)
def test_natural_order(names, order):
    assert natural(names) == order


def test_prepare_encodes_drops_and_says():
    data = CLASSES.prepare(
        table(["10", "9", "", None, "9", "2", "9"], split=np.array([0, 0, 0, 0, 0, 2, 0], np.uint8))
    )
    assert data.classes == ("2", "9", "10") and data.targets.tolist() == [2, 1, 1, 0, 1]
    assert data.targets.dtype == np.int64
    found = codes(data)
    assert found["dropped_no_answer"].values["count"] == 2
    assert found["class_of_one"].values["classes"] == ["2", "10"] and "few_per_class" in found
    assert found["class_not_in_train"].values["classes"] == ["2"]
    again = CLASSES.prepare(data)
    assert again.targets.tolist() == data.targets.tolist() and again.notes == data.notes


def test_rare_classes_and_one_that_is_nearly_all():
    found = codes(CLASSES.prepare(table(["0"] * 2997 + ["1"] * 3)))
    assert found["rare_class"].values == {"count": 1, "classes": {"1": 3}}
    assert found["uneven_classes"].values == {"percent": 99.9, "class": "0"}
    assert "99.9% of the answers are '0'" in found["uneven_classes"].text
    plenty = codes(CLASSES.prepare(table(["0"] * 94 + ["1"] * 6)))
    assert not {"rare_class", "uneven_classes"} & set(plenty)
    split = np.array([0] * 94 + [2] * 6, np.uint8)  # samples of the test split are not learned from
    assert "rare_class" in codes(CLASSES.prepare(table(["0"] * 90 + ["1"] * 10, split=split)))


def test_whole_floats_are_classes_and_fractions_are_not():
    assert CLASSES.prepare(table([1.0, 2.0, 1.0], dtype=float)).classes == ("1", "2")
    assert "fractions" in CLASSES.accepts(table([1.5, 2.0], dtype=float)).en


@pytest.mark.parametrize(
    ("task", "targets", "dtype", "said"),
    [
        (CLASSES, ["a", "a", "a"], object, "all 3 samples of rows have the same label, 'a'"),
        (CLASSES, ["a", ""], object, "1 labelled samples"),
        (VALUES, ["1", "two"], object, "holds 'two'. For classes type --task tabular_classification"),
        (VALUES, [4.0, 4.0, 4.0], float, "is 4 in all 3 rows"),
        (VALUES, [np.nan, 4.0], float, "1 rows with an answer"),
        (TEXTS, ["a", "b"], object, "needs text data; these are table data"),
    ],
)
def test_refusals(task, targets, dtype, said):
    with pytest.raises(DataError, match=said):
        task.prepare(table(targets, dtype=dtype))


def test_regression_drops_what_is_not_finite():
    data = VALUES.prepare(table([1.0, np.nan, np.inf, 3.0], dtype=float))
    assert data.targets.tolist() == [1.0, 3.0] and codes(data)["dropped_no_answer"].values["count"] == 2


def test_choose():
    assert choose(table(["a", "b"])).name == "tabular_classification"
    assert choose(table([0.5, 1.0], dtype=float)).name == "tabular_regression"
    assert choose(table([1.0, 2.0], dtype=float)).name == "tabular_regression"
    assert choose(table([1.0, 2.0], dtype=float), "tabular_classification").answer == "label"
    assert choose(Data("t", "text", Texts(["a", "b"]), np.array(["x", "y"]))).name == "text_classification"
    with pytest.raises(UnknownName, match="Did you mean 'tabular_regression'"):
        choose(table(["a", "b"]), "tabular_regresion")
    with pytest.raises(UsageError, match="What fits: tabular_classification"):
        choose(table(["a", "b"]), "image_classification")
    with pytest.raises(DataError, match="no task fits"):
        choose(Data("t", "text", Texts(["a", "b"]), np.array([0.5, 0.7])))


@pytest.mark.parametrize("name", catalogue.names("tasks"))
def test_every_task_names_itself(name):
    task = catalogue.load("tasks", name).TASK
    assert task.name == name and task.metrics[0].higher
    assert task.answer in catalogue.names("answers")
