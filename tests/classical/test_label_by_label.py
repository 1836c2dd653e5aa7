"""Sets of labels as one fit a label: against scikit-learn's one-versus-rest, and what single fits say."""

import numpy as np
import pytest

from nikti.classical import columns
from nikti.classical.calibration import temperature
from nikti.classical.label_by_label import LabelByLabel
from nikti.classical.learning import learn
from nikti.classical.parameter_randomisation import of_fitted
from nikti.classical.shape import Shape
from nikti.core import catalogue

N, WIDTH = 120, 5


def drawn(seed=0):
    """(table float32 [N, WIDTH], labels bool [N, 3]); no row has the last label."""
    rng = np.random.default_rng(seed)
    table = rng.normal(size=(N, WIDTH)).astype(np.float32)
    labels = np.column_stack([table[:, 0] > 0, table[:, 1] + rng.normal(size=N) > 0.5, np.zeros(N, bool)])
    return table, labels


def fitted(name, table, labels, **params):
    file = catalogue.load("classical/models", name)
    shape = Shape("label", N, WIDTH, classes=2, fits=labels.shape[1])
    parts = [learn(file, shape, table, column, params, 0, 1) for column in labels.T.astype(np.int64)]
    return LabelByLabel(tuple(parts))


def test_probabilities_are_scikit_learns_one_versus_rest():
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.preprocessing import StandardScaler

    table, labels = drawn()
    found = fitted("logistic_regression", table, labels, C=0.1).predict_proba(table)
    scaled = StandardScaler().fit_transform(table)
    other = OneVsRestClassifier(LogisticRegression(C=0.1, max_iter=200)).fit(scaled, labels[:, :2])
    assert found[:, :2] == pytest.approx(other.predict_proba(scaled), abs=2e-3)
    assert (found[:, 2] == 0).all()  # a label that nobody had


def test_what_only_decides_gets_probabilities_that_fit():
    table, labels = drawn()
    model = fitted("linear_svm", table, labels, C=0.1)
    assert [part.decisions(table) is None for part in model.parts] == [False, False, True]
    model.temperature = model.temperature_on(table, labels)
    decisions = np.concatenate([part.decisions(table) for part in model.parts[:2]])
    assert model.temperature == pytest.approx(temperature(decisions, labels[:, :2].T.ravel().astype(int)))
    assert {part.temperature for part in model.parts} == {model.temperature}
    proba = model.predict_proba(table)
    assert ((0 <= proba) & (proba <= 1)).all() and (model.predict(table) == (proba >= 0.5)).all()


@pytest.mark.parametrize("name", ["logistic_regression", "decision_tree"])
def test_a_label_is_explained_by_its_own_fit(name):
    table, labels = drawn()
    params = catalogue.load("classical/models", name).candidates(Shape("label", N, WIDTH, classes=2))[0]
    model = fitted(name, table, labels, **params)
    codes = np.arange(N) % 3
    found = columns.shares(model, table, codes)
    for code in (0, 1):
        alone = columns.shares(model.parts[code], table, np.ones(N, np.int64))
        assert found[codes == code] == pytest.approx(alone[codes == code])
    assert not found[codes == 2].any()
    assert columns.method_of(model) == columns.method_of(model.parts[0])
    other = of_fitted(model, seed=1)
    assert isinstance(other, LabelByLabel) and other.parts[2].estimator is None
    assert not np.allclose(other.predict_proba(table), model.predict_proba(table))
