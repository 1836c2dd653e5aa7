"""Sets of labels: metrics against scikit-learn's, losses whose mean is the metric, what is refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nikti.core.data import Data
from nikti.core.errors import DataError
from nikti.core.inputs import Texts
from nikti.tasks._choose import choose
from nikti.tasks._multilabel import mean_average_precision
from nikti.tasks.text_multilabel_classification import TASK


def films(targets, classes="abc"):
    targets = np.array(targets, bool)
    return Data(
        "films", "text", Texts([f"film {row}" for row in range(len(targets))]), targets, tuple(classes)
    )


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 5), st.integers(4, 60), st.integers(0, 10**6))
def test_metrics_are_scikit_learns_and_losses_have_them_as_their_mean(labels, n, seed):
    import sklearn.metrics as sk

    rng = np.random.default_rng(seed)
    truth = rng.random((n, labels)) < rng.uniform(0.1, 0.9, labels)
    proba = rng.random((n, labels)).round(1)
    predicted = TASK.decided(proba)
    scores = TASK.score(truth, predicted, proba)
    there = truth.any(axis=0)
    if there.any():
        each = [sk.average_precision_score(truth[:, c], proba[:, c]) for c in np.flatnonzero(there)]
        assert scores["mean_average_precision"] == pytest.approx(np.mean(each))
    said = there | predicted.any(axis=0)
    f1 = sk.f1_score(truth, predicted, average=None, zero_division=0)[said]
    assert scores["macro_f1"] == pytest.approx(f1.mean() if said.any() else 1.0)
    if truth.any() or predicted.any():
        assert scores["micro_f1"] == pytest.approx(
            sk.f1_score(truth, predicted, average="micro", zero_division=0)
        )
    assert scores["sets_right"] == pytest.approx(sk.accuracy_score(truth, predicted))
    losses = TASK.losses(truth, predicted, 1.0, proba)
    assert losses.shape == (n,) and 1 - losses.mean() == pytest.approx(scores["mean_average_precision"])


def test_losses_are_the_jackknifes():
    """Against leaving each sample out, as Miller (1974) writes it down."""
    rng = np.random.default_rng(0)
    truth, proba = rng.random((12, 2)) < 0.5, rng.random((12, 2))
    whole = mean_average_precision(truth, proba)
    without = np.array(
        [mean_average_precision(np.delete(truth, i, 0), np.delete(proba, i, 0)) for i in range(12)]
    )
    wanted = 1 - (whole - 11 * (without - without.mean()))
    assert TASK.losses(truth, proba > 0.5, 1.0, proba) == pytest.approx(wanted)


def test_a_ranking_by_hand():
    truth = np.array([[1, 0], [0, 0], [1, 0]], bool)
    proba = np.array([[0.9, 0.5], [0.8, 0.5], [0.7, 0.5]])
    assert mean_average_precision(truth, proba) == pytest.approx((1 + 2 / 3) / 2)  # b does not occur
    assert mean_average_precision(np.zeros((3, 2), bool), proba) == 1.0


def test_labels_that_tell_nothing_are_left_out_and_said():
    data = TASK.prepare(films([[1, 1, 0], [1, 0, 0], [1, 1, 0]] * 8))
    assert data.classes == ("b",) and data.targets.shape == (24, 1)
    (note,) = (note for note in data.notes if note.code == "labels_left_out")
    assert note.values["classes"] == ["a", "c"] and note.text_bn
    rare = TASK.prepare(films([[1, 0, 0]] * 15 + [[0, 1, 0]] * 3 + [[0, 0, 1]] * 12))
    assert [note.values["classes"] for note in rare.notes if note.code == "rare_labels"] == [{"b": 3}]


@pytest.mark.parametrize(
    ("targets", "words"), [([[1, 0, 1]], "at least two"), ([[1, 0, 1]] * 5, "same labels")]
)
def test_what_cannot_be_learned_is_refused(targets, words):
    with pytest.raises(DataError, match=words):
        TASK.prepare(films(targets))


def test_sets_are_chosen_by_their_form():
    data = films([[1, 0, 1], [0, 1, 0]])
    assert choose(data) is TASK
    assert TASK.accepts(films([[1, 0, 1], [0, 1, 0]])) is None
    told = TASK.facts(TASK.prepare(films([[1, 0, 1], [0, 1, 0], [0, 0, 0]])))
    assert told == {"counts": {"a": 1, "b": 1, "c": 1}, "labels_per_sample": 1.0, "without_labels": 1}
