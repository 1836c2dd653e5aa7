"""What hand-made features say of an answer, against arithmetic and brute force."""

import itertools
import math

import numpy as np
import pytest

from nikti.classical.decision_path import decision_path
from nikti.classical.tree_shap import tree_shap
from nikti.core import catalogue
from nikti.core.data import Data
from nikti.core.inputs import Frame, Stack

from ._kit import fit, images, series, table, texts


def explained(model, inputs, codes=None):
    explainer = model.explainer()
    return explainer.explain(inputs, codes, explainer.methods[0])


def test_a_linear_model_with_known_coefficients():
    """y = 3 a - 2 b + 0 c: the weights of a row are 3 (a - mean a) and -2 (b - mean b)."""
    import pandas as pd

    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(400, 3)) * [1, 5, 2] + [0, 7, 1], columns=list("abc"))
    data = Data("line", "table", Frame(frame), (3 * frame.a - 2 * frame.b).to_numpy())
    model = fit("linear_regression", "tabular_regression", data, tries=0)
    found = np.array(explained(model, data.inputs.take(range(20))))
    centred = frame.to_numpy()[:20] - frame.to_numpy().mean(0)
    # The penalty of ridge takes less than one percent.
    np.testing.assert_allclose(found, centred * [3, -2, 0], rtol=0.02, atol=0.03)
    shares = dict(model.importance())
    expected = np.array([3 * frame.a.std(), 2 * frame.b.std()])
    assert shares["a"] / shares["b"] == pytest.approx(expected[0] / expected[1], rel=0.02)


def by_hand(tree, x):
    """Shapley values [d, outputs] by all coalitions of the path-dependent expectation."""

    def expected(known, node=0):
        if tree.children_left[node] < 0:
            value = tree.value[node, 0]
            return value / value.sum() if tree.n_classes[0] > 1 else value
        below = tree.children_left[node], tree.children_right[node]
        feature = tree.feature[node]
        if feature in known:
            if np.isnan(x[feature]):
                return expected(known, below[0] if tree.missing_go_to_left[node] else below[1])
            return expected(known, below[0] if x[feature] <= tree.threshold[node] else below[1])
        weights = tree.weighted_n_node_samples[list(below)]
        return sum(w * expected(known, b) for w, b in zip(weights / weights.sum(), below, strict=True))

    d = len(x)
    found = np.zeros((d, tree.value.shape[2]))
    for i in range(d):
        rest = [j for j in range(d) if j != i]
        for size in range(d):
            for some in itertools.combinations(rest, size):
                weight = math.factorial(size) * math.factorial(d - size - 1) / math.factorial(d)
                found[i] += weight * (expected({*some, i}) - expected(set(some)))
    return found


@pytest.mark.parametrize("missing", [False, True])
def test_tree_shap_is_the_shapley_value(missing):
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.tree import DecisionTreeRegressor

    rng = np.random.default_rng(0)
    x = rng.normal(size=(120, 5)).astype(np.float32)
    y = x[:, 0] * x[:, 1] + np.sin(3 * x[:, 2])
    if missing:
        x[rng.random(x.shape) < 0.15] = np.nan
    tree = DecisionTreeRegressor(random_state=0, min_samples_leaf=2).fit(x, y)
    assert tree.get_depth() > 6  # features come again and again on a way
    np.testing.assert_allclose(tree_shap(tree, x[:6]), [by_hand(tree.tree_, row) for row in x[:6]], atol=1e-9)
    forest = RandomForestClassifier(4, random_state=0).fit(x, np.digitize(y, [-0.5, 0.5]))
    hand = [sum(by_hand(t.tree_, row) for t in forest.estimators_) / 4 for row in x[:4]]
    found = tree_shap(forest, x[:4])
    np.testing.assert_allclose(found, hand, atol=1e-9)
    base = np.mean([t.tree_.value[0, 0] / t.tree_.value[0, 0].sum() for t in forest.estimators_], axis=0)
    np.testing.assert_allclose(found.sum(axis=1) + base, forest.predict_proba(x[:4]), atol=1e-9)


def test_a_tree_of_one_leaf_says_nothing():
    from sklearn.tree import DecisionTreeRegressor

    tree = DecisionTreeRegressor().fit(np.zeros((4, 2)), np.ones(4))
    assert (tree_shap(tree, np.zeros((1, 2), np.float32)) == 0).all()


def test_boosting_adds_up_to_its_decision():
    data = table()
    model = fit("gradient_boosting", "tabular_classification", data)
    some = data.inputs.take(range(8))
    total = np.array(explained(model, some, np.ones(8, int))).sum(axis=1)
    proba = model.predict_proba(some)
    odds = np.log(proba[:, 1] / proba[:, 0])
    assert np.ptp(odds - total) < 1e-4 and np.ptp(total) > 1  # but for one constant
    np.testing.assert_allclose(np.array(explained(model, some, np.zeros(8, int))).sum(axis=1), -total)


@pytest.mark.parametrize("name", ["linear_svm", "logistic_regression", "naive_bayes", "random_forest"])
def test_the_telling_word_weighs_most(name):
    data = texts()
    model = fit(name, "text_classification", data)
    text = "the film আজ ভালো again"
    (weights,) = explained(model, type(data.inputs)([text]), np.array([0]))
    assert weights.shape == (len(text),)
    words = {word: weights[text.index(word) : text.index(word) + len(word)].sum() for word in text.split()}
    assert max(words, key=words.get) == "ভালো" and words["ভালো"] > 0
    assert explained(model, type(data.inputs)([""]), np.array([0]))[0].shape == (0,)


@pytest.mark.parametrize("name", ["logistic_regression", "random_forest", "gradient_boosting"])
def test_columns_get_the_weights_of_all_that_was_made_of_them(name):
    data = table()
    model = fit(name, "tabular_classification", data)
    found = np.abs(explained(model, data.inputs.take(range(40)), np.ones(40, int))).mean(axis=0)
    by_name = dict(zip(data.inputs.frame.columns, found, strict=True))
    assert max(by_name, key=by_name.get) == "size"
    assert by_name["constant"] == by_name["nothing"] == 0 < by_name["colour"]


@pytest.mark.parametrize("unit", ["image", "series"])
def test_what_is_laid_on_the_raw_sample_adds_up_to_what_the_features_say(unit):
    """Every feature file of the catalogue: its maps are non-negative, sum to 1, and there is one per
    column."""
    shape = (20, 20, 3) if unit == "image" else (2, 37)
    for name in catalogue.names(f"classical/features/{unit}"):
        file = catalogue.load(f"classical/features/{unit}", name)
        if hasattr(file, "locations"):
            maps, which = file.locations(shape)
            assert len(which) == len(file.names(shape)) and set(which) == set(range(len(maps)))
            assert maps.min() >= 0 and maps.shape[1:] == (shape[:2] if unit == "image" else shape[1:])
            np.testing.assert_allclose(maps.reshape(len(maps), -1).sum(axis=1), 1, atol=1e-5)


def test_a_cell_of_hog_lies_where_changing_pixels_changes_it():
    file = catalogue.load("classical/features/image", "hog")
    rng = np.random.default_rng(0)
    flat = rng.integers(0, 255, (1, 32, 32, 1), dtype=np.uint8)
    maps, which = file.locations((32, 32, 1))
    column = 9 * 27 + 4  # a direction in the cell of row 4, column 4
    moved = flat.copy()
    moved[0][maps[which[column]] == 0] = 0  # far from the cell: only its norm can change
    inner = maps[which[column]] > maps[which[column]].max() * 0.5
    changed = flat.copy()
    changed[0][inner] = 128
    of = lambda picture: file.measure(picture)[0, column]  # noqa: E731
    assert abs(of(changed) - of(flat)) > abs(of(moved) - of(flat))


def test_pictures_of_another_size_get_maps_of_their_own_size():
    data = images()
    model = fit("logistic_regression", "image_classification", data)
    large = Stack(np.repeat(np.repeat(data.inputs.array()[:2], 3, axis=1), 2, axis=2))
    found = explained(model, large, np.array([0, 1]))
    assert [weights.shape for weights in found] == [(36, 24)] * 2
    small = explained(model, model.features.formed(large), np.array([0, 1]))
    assert found[0].sum() == pytest.approx(small[0].sum(), rel=0.05)


def test_the_path_of_a_tree_leads_to_its_answer():
    data = table(regression=True)
    model = fit("decision_tree", "tabular_regression", data)
    path = decision_path(model, data.inputs.take([0]))
    assert path[0]["feature"] == "size" and 0 < path[0]["share"] < 1
    for step in path:
        assert step["value"] is None or step["above"] == (step["value"] > step["threshold"])
    assert decision_path(fit("linear_regression", "tabular_regression", data), data.inputs) is None


def test_models_that_mix_their_columns_have_no_explainer():
    for name in ("k_nearest_neighbours", "rbf_svm", "dummy"):
        assert fit(name, "image_classification", images()).explainer() is None


@pytest.mark.parametrize(
    "name", ["logistic_regression", "random_forest", "decision_tree", "gradient_boosting"]
)
def test_a_shuffled_model_knows_nothing_and_leaves_the_model_alone(name):
    data = images()
    model = fit(name, "image_classification", data)
    before = model.predict_proba(data.inputs)
    other = model.explainer().randomised(seed=0)
    assert (
        (other.predict(data.inputs) == data.targets).mean()
        < 0.75
        < (model.predict(data.inputs) == data.targets).mean()
    )
    np.testing.assert_array_equal(model.predict_proba(data.inputs), before)


def test_series_get_a_weight_for_each_moment():
    data = series()
    model = fit("linear_svm", "series_classification", data)
    found = explained(model, data.inputs.take([0, 1]), np.array([0, 1]))
    assert [w.shape for w in found] == [(40,), (41,)]


def test_random_kernels_point_at_the_bump():
    """Class 1 has a bump somewhere in noise: the moments around it speak for it."""
    rng = np.random.default_rng(0)
    waves = rng.normal(0, 0.3, (120, 1, 80)).astype(np.float32)
    where = rng.integers(8, 64, 120)
    for row in range(1, 120, 2):
        waves[row, 0, where[row] : where[row] + 8] += 3
    data = Data("bumps", "series", Stack(waves), np.arange(120) % 2, ("flat", "bump"))
    model = fit("random_kernels", "series_classification", data)
    rows = np.arange(1, 40, 2)
    found = explained(model, data.inputs.take(rows), np.ones(len(rows), int))
    near = [slice(max(0, where[row] - 6), where[row] + 14) for row in rows]
    share = [w[at].mean() > w.mean() + w.std() / 2 for w, at in zip(found, near, strict=True)]
    assert np.mean(share) > 0.9
