"""Probes, readouts, CKA, maps and units against independent computations and known truths."""

import numpy as np
import pytest

from nikti.core.errors import UsageError
from nikti.explain import cka, probe, projection, readout, ridge, units


def classes_apart(n=240, d=12, count=4, gap=4.0, seed=0):
    """Gaussian classes, `gap` deviations apart along as many axes."""
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, count, n)
    layer = rng.normal(size=(n, d))
    layer[np.arange(n), codes] += gap
    return layer, codes


@pytest.mark.parametrize("d", [5, 40, 300])
def test_ridge_is_scikit_learns_with_its_leave_one_out(d):
    from sklearn.linear_model import Ridge, RidgeCV
    from sklearn.preprocessing import StandardScaler

    rng = np.random.default_rng(1)
    x, new = rng.normal(size=(80, d)) * rng.uniform(0.1, 9, d), rng.normal(size=(7, d))
    y = x[:, [0]] * 0.3 + rng.normal(size=(80, 1))
    found = ridge.fit(ridge.table(x), y, new)
    scaler = StandardScaler().fit(x)
    ready = scaler.transform(x) / np.sqrt(d * 80)
    theirs = RidgeCV(alphas=ridge.PENALTIES).fit(ready, y[:, 0])
    assert theirs.alpha_ == pytest.approx(found.penalties[0])
    np.testing.assert_allclose(theirs.predict(scaler.transform(new) / np.sqrt(d * 80)), found.predicted[:, 0])
    keep = np.arange(80) != 3  # one row left out by hand; the centre is learned without it too
    left = Ridge(alpha=theirs.alpha_).fit(ready[keep], y[keep, 0])
    assert left.predict(ready[[3]])[0] == pytest.approx(found.left_out[3, 0], abs=1e-6)


def test_a_table_without_variation_is_refused():
    with pytest.raises(ValueError, match="no column"):
        ridge.table(np.ones((5, 3)))


def test_a_probe_is_as_good_as_linear_discriminant_analysis():
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

    layer, codes = classes_apart(600, gap=2.0)
    train, test = slice(0, 300), slice(300, None)
    mine = probe.classes(ridge.table(layer[train]), codes[train], layer[test]) == codes[test]
    theirs = LinearDiscriminantAnalysis().fit(layer[train], codes[train]).score(layer[test], codes[test])
    assert mine.mean() == pytest.approx(theirs, abs=0.02)


def test_a_probe_masks_no_class_that_lies_between_two_others():
    """Least squares alone never says the middle class (Hastie et al. 2009, figure 4.2)."""
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 3, 400)
    layer = (codes * 6 + rng.normal(size=400))[:, None] * np.ones((1, 2)) + 0.01 * rng.normal(size=(400, 2))
    said = probe.classes(ridge.table(layer[:200]), codes[:200], layer[200:])
    assert (said == codes[200:]).mean() > 0.97


def test_a_probe_of_noise_is_chance_and_of_one_class_is_refused():
    rng = np.random.default_rng(0)
    layer, codes = rng.normal(size=(400, 100)), rng.integers(0, 2, 400)
    said = probe.classes(ridge.table(layer[:200]), codes[:200], layer[200:])
    assert 0.38 < (said == codes[200:]).mean() < 0.62
    with pytest.raises(ValueError, match="two classes"):
        probe.classes(ridge.table(layer), np.zeros(400, int), layer)


def test_class_codes_keep_their_numbers_where_some_are_missing():
    layer, codes = classes_apart(200)
    codes = np.array([7, 2, 9, 4])[codes]
    said = probe.classes(ridge.table(layer[:100]), codes[:100], layer[100:])
    assert set(said) <= {2, 4, 7, 9} and (said == codes[100:]).mean() > 0.9


def test_share_interval_is_wilsons_and_groups_widen_it():
    from scipy.stats import binomtest

    right = np.arange(50) < 41
    wilson = binomtest(41, 50).proportion_ci(method="wilson")
    assert probe.share_interval(right) == pytest.approx((0.82, wilson.low, wilson.high), abs=1e-6)
    _, low, high = probe.share_interval(right, np.arange(50) // 10)
    assert high - low > 1.5 * (wilson.high - wilson.low)
    assert probe.share_interval(np.ones(20, bool), np.arange(20) // 10)[1] < 0.4  # two groups say little


def test_r2_is_scikit_learns_and_its_interval_covers():
    from sklearn.metrics import r2_score

    rng = np.random.default_rng(0)
    covered = 0
    for _ in range(100):
        truth = rng.normal(size=(150, 1))
        said = truth + rng.normal(size=(150, 1)) * 0.5
        low, high = probe.r2_interval(truth, said)
        covered += low[0] <= 0.75 <= high[0]
    assert probe.r2(truth, said)[0] == pytest.approx(r2_score(truth, said))
    assert covered >= 88


def test_a_gain_is_paired_and_covers():
    rng = np.random.default_rng(0)
    covered = 0
    for _ in range(60):
        hard = rng.random(200) < 0.3  # wrong by both rules
        right, before = ~hard, ~hard & (rng.random(200) < 0.9)
        value, low, high = probe.share_gain(right, before)
        covered += low <= 0.07 <= high
    assert covered >= 51 and value == pytest.approx(right.mean() - before.mean())
    alone = probe.share_interval(right)
    assert high - low < 0.7 * (alone[2] - alone[1])  # what both get wrong does not count
    truth = rng.normal(size=300)
    gain = probe.r2_gain(truth, truth + 0.1 * rng.normal(size=300), truth + rng.normal(size=300))
    assert gain[1] < gain[0] < gain[2] and 0.7 < gain[0] < 1.3


def test_a_feature_that_a_layer_computes_is_read_out_and_noise_is_not():
    rng = np.random.default_rng(0)
    raw = rng.normal(size=(500, 10))
    planted = np.maximum(raw[:, 0] * raw[:, 1], 0)  # no straight line through the raw input gives this
    layer = np.column_stack([raw @ rng.normal(size=(10, 20)), planted * 3 + 1])
    answers = np.column_stack([planted, rng.normal(size=500)])

    def told(table):
        said = ridge.fit(ridge.table(table[:350]), answers[:350], table[350:]).predicted
        return probe.r2(answers[350:], said)

    assert told(layer)[0] > 0.99 and told(layer)[1] < 0.05
    assert told(raw)[0] < 0.15


@pytest.mark.parametrize(
    ("raw", "layers", "untrained", "said", "layer"),
    [
        (0.9, [0.95, 0.4], [0.9, 0.3], readout.RAW, 0),
        (0.1, [0.3, 0.9, 0.92], [0.2, 0.4, 0.3], readout.LEARNED, 1),
        (0.1, [0.8, 0.9], [0.85, 0.8], readout.WIRING, 0),
        (0.1, [0.2, 0.3], [0.2, 0.2], readout.HIDDEN, 1),
    ],
)
def test_what_a_feature_is_to_the_network(raw, layers, untrained, said, layer):
    assert readout.verdict(raw, np.array(layers), np.array(untrained)) == (said, layer)


def test_what_may_be_chance_was_not_learned():
    layers, untrained = np.array([0.5, 0.8]), np.array([0.4, 0.6])
    assert readout.verdict(0.1, layers, untrained, np.array([0.4, 0.7]))[0] == readout.LEARNED
    assert readout.verdict(0.1, layers, untrained, np.array([0.2, 0.55]))[0] == readout.WIRING


def centred_hsic(x, y):
    """Gretton et al. 2005: tr(K H L H), with every matrix written out."""
    n = len(x)
    h = np.eye(n) - np.ones((n, n)) / n
    return np.trace(x @ x.T @ h @ y @ y.T @ h)


def test_cka_is_that_of_explicit_gram_matrices():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(30, 8)), rng.normal(size=(30, 50))
    y[:, :8] += 2 * x
    expected = centred_hsic(x, y) / np.sqrt(centred_hsic(x, x) * centred_hsic(y, y))
    assert cka.linear(x, y) == pytest.approx(expected)


def unbiased_by_sums(x, y):
    """Song et al. 2012, equation 4: means over pairs, triples and quadruples of different rows."""
    from itertools import permutations

    k, l = x @ x.T, y @ y.T  # noqa: E741
    rows = range(len(x))
    pairs = np.mean([k[i, j] * l[i, j] for i, j in permutations(rows, 2)])
    triples = np.mean([k[i, j] * l[i, q] for i, j, q in permutations(rows, 3)])
    fours = np.mean([k[i, j] * l[q, r] for i, j, q, r in permutations(rows, 4)])
    return pairs + fours - 2 * triples


def test_unbiased_cka_is_that_of_sums_over_different_rows():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(9, 3)), rng.normal(size=(9, 4))
    y[:, :3] += x
    expected = unbiased_by_sums(x, y) / np.sqrt(unbiased_by_sums(x, x) * unbiased_by_sums(y, y))
    assert cka.unbiased(cka.gram(x), cka.gram(y)) == pytest.approx(expected)


def test_cka_sees_through_a_turn_and_a_scale_and_nothing_else():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 20))
    turn, _ = np.linalg.qr(rng.normal(size=(20, 20)))
    turned = 7 * x @ turn + 3
    noise = rng.normal(size=(60, 300))
    assert cka.linear(x, turned) == pytest.approx(1)
    found = cka.grid([x, turned, noise])
    assert found[0, 1] == pytest.approx(1) and found[0, 2] < 0.15 < cka.linear(x, noise)
    assert (found == found.T).all() and (np.diag(found) == 1).all()


def test_pca_is_scikit_learns():
    from sklearn.decomposition import PCA

    layer = np.random.default_rng(0).normal(size=(50, 6)) * [9, 4, 1, 1, 1, 1]
    theirs = PCA(2).fit(layer)
    found, share = projection.pca(layer)
    np.testing.assert_allclose(np.abs(found), np.abs(theirs.transform(layer)), atol=1e-9)
    assert share == pytest.approx(theirs.explained_variance_ratio_.sum())
    assert projection.pca(layer[:, :1])[0].shape == (50, 2)


def test_umap_keeps_groups_apart_or_says_how_to_get_it():
    layer, codes = classes_apart(60, gap=20.0, count=2)
    try:
        import umap  # noqa: F401
    except ImportError:
        with pytest.raises(UsageError, match=r"nikti\[umap\]"):
            projection.umap(layer)
        return
    found = projection.umap(layer)
    centres = np.stack([found[codes == c].mean(axis=0) for c in (0, 1)])
    near = np.linalg.norm(found[:, None] - centres, axis=2).argmin(axis=1)
    assert (near == codes).mean() > 0.95


def test_units_of_planted_classes_are_found_and_named():
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 3, 300)
    layer = rng.normal(size=(300, 8))
    layer[codes == 1, 5] += 8
    layer[codes == 2, 2] += 6
    layer[codes == 0, 7] += 5
    layer[codes == 1, 0] += 4
    assert units.choose(layer, codes, None, 3) == [5, 2, 7]  # one for each class before a second one
    features = np.column_stack([rng.normal(size=300), -3 * layer[:, 5] + 1])
    found = units.named(layer, 5, codes, features)
    assert (found.code, found.count, found.of, found.like) == (1, 20, 20, 1)
    assert found.r == pytest.approx(-1) and 4 < found.expected < 9
    assert (codes[found.rows[:20]] == 1).all()


def test_eta_squared_is_the_share_of_a_one_way_analysis():
    from scipy.stats import f_oneway

    layer, codes = classes_apart(120, d=5)
    found = units.eta_squared(layer, codes)
    f = f_oneway(*(layer[codes == c] for c in range(4))).statistic
    np.testing.assert_allclose(found, f * 3 / (f * 3 + 116))
    assert units.eta_squared(np.ones((10, 1)), np.arange(10) % 2)[0] == 0


def test_units_of_values_go_with_them():
    rng = np.random.default_rng(0)
    values = rng.normal(size=200)
    layer = rng.normal(size=(200, 4))
    layer[:, 3] -= 5 * values
    assert units.choose(layer, None, values, 2)[0] == 3
    assert units.named(layer, 3, None).code is None
