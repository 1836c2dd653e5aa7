"""NB-SVM: the ratios by hand, and the machine against its own formula on weighed columns."""

import numpy as np
import scipy.sparse as sp


def test_the_ratio_is_the_papers():
    from nikti.classical.bayes_ratio import log_ratio

    there = sp.csr_matrix(np.array([[1, 1, 0], [1, 0, 0], [0, 1, 1]], dtype=float))
    inside = np.array([True, True, False])
    p, q = np.array([3, 2, 1]), np.array([1, 2, 2])  # counts plus one
    expected = np.log((p / p.sum()) / (q / q.sum()))
    np.testing.assert_allclose(log_ratio(there, inside), expected)


def table(n=120, d=30, classes=3):
    rng = np.random.default_rng(0)
    targets = np.arange(n) % classes
    chances = rng.random((classes, d))[targets] * 0.5
    ngrams = (rng.random((n, d)) < chances) * rng.random((n, d))
    dense = rng.normal(size=(n, 2)) + targets[:, None]
    return sp.csr_matrix(np.hstack([dense, ngrams])), targets


def test_weights_are_those_of_the_columns_as_given():
    """Two classes: a machine fitted by hand on columns multiplied by their ratios."""
    from sklearn.svm import LinearSVC

    from nikti.classical.bayes_ratio import ROUNDS, TOLERANCE, WeighedSVM, log_ratio

    columns, targets = table(classes=2)
    model = WeighedSVM(dense=2, C=0.5, seed=0).fit(columns, targets)
    ratios = log_ratio((columns[:, 2:] > 0).astype(float), targets == 1)
    weighed = columns.toarray() * np.concatenate([[1, 1], ratios])
    machine = LinearSVC(C=0.5, dual=True, tol=TOLERANCE, max_iter=ROUNDS, random_state=0).fit(
        sp.csr_matrix(weighed), targets == 1
    )
    expected = weighed @ machine.coef_[0] + machine.intercept_
    np.testing.assert_allclose(model.decision_function(columns), expected, atol=1e-8)


def test_several_classes_one_against_the_rest():
    from nikti.classical.bayes_ratio import WeighedSVM

    columns, targets = table()
    model = WeighedSVM(dense=2, C=0.5, seed=0).fit(columns, targets + 5)
    found = model.decision_function(columns)
    assert found.shape == (120, 3) and model.coef_.shape == (3, 32)
    one = WeighedSVM(dense=2, C=0.5, seed=0).fit(columns, targets == 1).decision_function(columns)
    np.testing.assert_allclose(found[:, 1], one)
    assert (model.predict(columns) == targets + 5).mean() > 0.8
