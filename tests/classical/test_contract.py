"""Every contender on every task it is for: it learns, repeats itself, and comes back from disk."""

import subprocess
import sys

import numpy as np
import pytest
from _kit import MAKERS, fit, task

from nikti.classical import side
from nikti.core.contender import Budget

PAIRS = [(name, job) for job in MAKERS for name in side.names(task(job))]


@pytest.mark.parametrize(("name", "job"), PAIRS)
def test_learns_and_round_trips(name, job, tmp_path):
    data, unseen = MAKERS[job](), MAKERS[job](seed=1)
    model = fit(name, job, data)
    floor = fit("dummy", job, data)
    scale = task(job).scale(data.targets)

    def score(m):
        return 1 - task(job).losses(unseen.targets, m.predict(unseen.inputs), scale).mean()

    if name != "dummy":
        assert score(model) > score(floor) + 0.15
        assert np.isfinite(model.report.inner_score)
    proba = model.predict_proba(unseen.inputs)
    if task(job).answer == "label":
        assert proba.shape == (len(unseen), len(data.classes))
        np.testing.assert_allclose(proba.sum(axis=1), 1, atol=1e-6)
        assert (proba.argmax(axis=1) == model.predict(unseen.inputs)).all()
    else:
        assert proba is None
    model.save(tmp_path / "model")
    again = side.load_model(tmp_path / "model", {})
    assert np.array_equal(again.predict(unseen.inputs), model.predict(unseen.inputs))
    if proba is not None:
        assert np.array_equal(again.predict_proba(unseen.inputs), proba)
    assert again.importance() == model.importance()
    shares = model.importance()
    if shares is not None:
        assert 0 < sum(share for _, share in shares) <= 1 + 1e-9
        assert all(a[1] >= b[1] for a, b in zip(shares, shares[1:], strict=False))


@pytest.mark.parametrize(("name", "job"), PAIRS)
def test_costs_are_positive_grow_and_repeat(name, job):
    data, recipe = MAKERS[job](), side.contender(name, task(job), {})
    costs = [recipe.cost(task(job), data, size, Budget()) for size in (1000, 4000, 16000)]
    assert 0 < costs[0] <= costs[1] <= costs[2]
    assert costs[0] == recipe.cost(task(job), data, 1000, Budget())
    assert recipe.accepts(task(job), data) is None


@pytest.mark.parametrize("name", ["random_forest", "gradient_boosting", "linear_svm", "rbf_svm"])
def test_the_same_seed_gives_the_same_answers(name):
    data = MAKERS["image_classification"]()
    first, second = (fit(name, "image_classification", data, tries=2, seed=3) for _ in range(2))
    assert np.array_equal(first.predict_proba(data.inputs), second.predict_proba(data.inputs))
    assert first.report.params == second.report.params


def test_wrong_tasks_are_refused_with_the_reason():
    data = MAKERS["tabular_regression"]()
    refusal = side.contender("naive_bayes", task("tabular_regression"), {}).accepts(
        task("tabular_regression"), data
    )
    assert "classification" in refusal.en and "regression" in refusal.en
    assert "random_kernels" not in side.names(task("image_classification"))


def test_predicts_the_same_in_a_fresh_process(tmp_path):
    data = MAKERS["text_classification"]()
    model = fit("linear_svm", "text_classification", data)
    model.save(tmp_path / "model")
    np.save(tmp_path / "proba.npy", model.predict_proba(data.inputs))
    script = (
        "import sys, pathlib, numpy as np; sys.path.insert(0, sys.argv[2])\n"
        "from _kit import texts\nfrom nikti.classical import side\n"
        "place = pathlib.Path(sys.argv[1])\n"
        "found = side.load_model(place / 'model', {}).predict_proba(texts().inputs)\n"
        "assert np.array_equal(found, np.load(place / 'proba.npy'))\n"
    )
    here = str(__import__("pathlib").Path(__file__).parent)
    subprocess.run([sys.executable, "-c", script, str(tmp_path), here], check=True)
