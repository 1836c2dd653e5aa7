"""Fitted estimators with numbers that lead nowhere are refused, as compiled code would follow them."""

import numpy as np
import pytest

from nikti.classical.intact import refuse_damaged
from nikti.core.errors import ModelError


@pytest.fixture
def table():
    rng = np.random.default_rng(0)
    return rng.normal(size=(60, 4)), np.arange(60) % 3


def nodes_changed(tree, field, value):
    """The tree with another value in its root."""
    state = tree.__getstate__()
    state["nodes"][field][0] = value
    tree.__setstate__(state)


@pytest.mark.parametrize("sparse", [False, True])
def test_what_was_fitted_is_intact(table, sparse):
    from scipy.sparse import csr_matrix
    from sklearn.ensemble import ExtraTreesRegressor, RandomForestClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import MaxAbsScaler
    from sklearn.svm import SVC, SVR
    from sklearn.tree import DecisionTreeClassifier

    x, y = table
    x = csr_matrix(x) if sparse else x
    trees = [RandomForestClassifier(5), ExtraTreesRegressor(5), DecisionTreeClassifier()]
    for model in (*trees, SVC(), SVC().set_params(C=0.1), SVR()):
        refuse_damaged(make_pipeline(MaxAbsScaler(), model).fit(x, y))
        refuse_damaged(model.fit(x, np.minimum(y, 1)))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("left_child", value) for value in (0, 10**6, -2)),
        *(("right_child", value) for value in (0, 10**6, -2)),
        *(("feature", value) for value in (4, -1, 10**6)),
    ],
)
def test_a_tree_that_leads_nowhere(table, field, value):
    from sklearn.ensemble import RandomForestClassifier

    forest = RandomForestClassifier(3, random_state=0).fit(*table)
    nodes_changed(forest.estimators_[1].tree_, field, value)
    with pytest.raises(ModelError, match="decision tree"):
        refuse_damaged({"in": [forest]})


def test_trees_of_other_samples(table):
    from sklearn.ensemble import RandomForestClassifier

    x, y = table
    forest, other = (RandomForestClassifier(2, random_state=0).fit(part, y) for part in (x, x[:, :3]))
    forest.estimators_[1] = other.estimators_[1]
    with pytest.raises(ModelError, match="features"):
        refuse_damaged(forest)
    forest.estimators_[1].n_features_in_ = 4
    with pytest.raises(ModelError, match="features"):
        refuse_damaged(forest)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("_n_support", np.array([10**6, 1, 1], dtype=np.int32)),
        ("_n_support", np.array([-1, 1, 1], dtype=np.int32)),
        ("_intercept_", np.zeros(1)),
        ("_dual_coef_", np.zeros((2, 3))),
        ("support_vectors_", np.zeros((2, 4))),
        ("n_features_in_", 9),
    ],
)
def test_a_machine_whose_parts_do_not_fit(table, name, value):
    from sklearn.svm import SVC

    machine = SVC().fit(*table)
    setattr(machine, name, value)
    with pytest.raises(ModelError, match="vector machine"):
        refuse_damaged([machine])
