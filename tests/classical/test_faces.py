"""Linear maps of faces: against scikit-learn, and saved and loaded."""

import numpy as np
import pytest

from nikti.classical import side
from nikti.classical.tasks._faces import projections
from nikti.core.contender import Budget
from nikti.core.errors import ModelError
from nikti.core.inputs import Ragged
from nikti.core.pairs import best_threshold, distances, pairs
from nikti.datasets import faces
from nikti.protocol.inner import inner_splits
from nikti.tasks.face_verification import TASK


def blobs(seed=0, n=90, persons=9, d=20):
    rng = np.random.default_rng(seed)
    codes = np.arange(n) % persons
    far = rng.normal(size=(persons, d)) * 0.7
    return (far[codes] + rng.normal(size=(n, d)) * np.linspace(0.2, 3, d)).astype(np.float32), codes


def gaps(embeddings):
    return np.linalg.norm(embeddings[:, None] - embeddings[None], axis=2)


def test_eigenfaces_are_whitened_components():
    from sklearn.decomposition import PCA

    values, codes = blobs()
    found = projections.eigenfaces(values, codes, 0, components=6, unit=False)(values)
    wanted = PCA(6, whiten=True, svd_solver="full").fit_transform(values)
    np.testing.assert_allclose(gaps(found), gaps(wanted) * np.sqrt(90 / 89), rtol=1e-3, atol=1e-3)


def test_discriminants_are_scikit_learns():
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

    values, codes = blobs()
    centred = values - values.mean(0)
    lda = LinearDiscriminantAnalysis(solver="eigen", priors=np.full(9, 1 / 9)).fit(centred, codes)
    plain = projections.fisher(centred, codes, shrink=0.0)
    np.testing.assert_allclose(gaps(centred @ plain), gaps(centred @ lda.scalings_[:, :8]), rtol=1e-3)
    alone = projections.fisher(centred, np.arange(90))  # nobody twice: no scatter within, and no failure
    assert np.isfinite(alone).all()


def test_a_machine_of_pairs_finds_the_directions_that_matter():
    rng = np.random.default_rng(0)
    codes = np.repeat(np.arange(30), 5)

    def drawn():
        """Eight directions of chance, and the two widest, of persons."""
        values = rng.normal(size=(150, 10)) * np.linspace(3, 1, 10)
        values[:, :2] = 6 * rng.normal(size=(30, 2))[codes] + 0.1 * values[:, :2]
        return values.astype(np.float32)

    values, new, found = drawn(), drawn(), pairs(codes)

    def accuracy(projection):
        return best_threshold(distances(projection(new), found), found)[1]

    plain = accuracy(projections.eigenfaces(values, codes, 0, components=10, unit=False))
    assert accuracy(projections.pair_svm(values, codes, 0, components=10, penalty=1e-3)) > max(
        0.9, plain + 0.1
    )


def test_patterns_are_counted_in_windows():
    from nikti.classical.tasks._faces import views

    images = np.random.default_rng(0).integers(0, 255, (2, 30, 30, 3), dtype=np.uint8)
    shares = views.lbp(images).reshape(2, 49, 59) ** 2
    np.testing.assert_allclose(shares.sum(2), 1, rtol=1e-5)  # 28 inner pixels a side: 4 x 4 a window
    brighter = (images // 2 + 60).astype(np.uint8)
    np.testing.assert_allclose(views.colour(images), views.colour(brighter), atol=0.05)


@pytest.fixture(scope="module")
def data():
    return TASK.prepare(faces.load(persons=16, pictures=6))


@pytest.mark.parametrize("name", ["dummy", "fisherfaces", "hog_lda"])
def test_saved_and_loaded_it_says_the_same(name, data, tmp_path):
    train, test = (
        data.subset(np.flatnonzero(data.targets < 11)),
        data.subset(np.flatnonzero(data.targets > 10)),
    )
    inner = inner_splits(train.targets, groups=train.groups, times=None, seed=0)
    contender = side.contender(name, TASK, {})
    model = contender.fit(
        TASK, train, inner=inner, seed=0, budget=Budget(tries=2), progress=lambda done, text: None
    )
    said = model.predict(test.inputs)
    accuracy = TASK.score(test.targets, said)["verification_accuracy"]
    assert accuracy == 0.5 if name == "dummy" else accuracy > 0.55
    model.save(tmp_path / "model")
    loaded = side.load_model(tmp_path / "model", {})
    np.testing.assert_array_equal(loaded.predict(test.inputs), said)
    large = Ragged.of([np.kron(test.inputs[0], np.ones((2, 2, 1), np.uint8))])
    assert np.abs(loaded.predict(large) - said[0]).max() < 0.35 * np.abs(said).max() + 1e-6
    # Settings found before need no inner splits, and give the same again.
    known = Budget(tries=0, params=model.report.params)
    again = contender.fit(TASK, train, inner=[], seed=0, budget=known, progress=lambda done, text: None)
    np.testing.assert_array_equal(again.predict(test.inputs), said)
    with pytest.raises(ValueError, match="threshold found before"):
        contender.fit(TASK, train, inner=[], seed=0, budget=Budget(tries=0), progress=lambda done, text: None)
    (tmp_path / "model" / "verifier.npz").write_bytes(b"no")
    with pytest.raises(ModelError, match="damaged"):
        side.load_model(tmp_path / "model", {})
