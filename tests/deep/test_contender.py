"""Networks as contenders: fit, refit, odd data, cost, the disk, the user's own."""

import json
import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from nikti.core import own_code
from nikti.core.contender import Budget
from nikti.core.data import Data
from nikti.core.errors import ModelError, UnknownName, UsageError
from nikti.core.inputs import Ragged, Stack
from nikti.deep import side
from nikti.tasks.image_classification import TASK

QUICK = Budget(epochs=2)


def still(fraction, text):
    assert 0 <= fraction <= 1


def pictures(n=60, classes=("lying", "upright"), size=8, channels=1, seed=0):
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, 60, (n, size, size, channels), dtype=np.uint8)
    targets = np.arange(n, dtype=np.int64) % 2
    for picture, target in zip(pixels, targets, strict=True):
        (picture if target else picture.transpose(1, 0, 2))[rng.integers(0, size)] = 255
    return Data("bars", "image", Stack(pixels), targets, classes=classes)


def holdouts(n, parts=3):
    order = np.random.default_rng(0).permutation(n)
    if parts == 1:
        return [(order[n // 5 :], order[: n // 5])]
    return [(np.setdiff1d(order, part), part) for part in np.array_split(order, parts)]


def fitted(data, name="small_cnn", budget=QUICK, parts=3, options=None, seed=0):
    contender = side.contender(name, TASK, options or {})
    return contender.fit(
        TASK, data, inner=holdouts(len(data), parts), seed=seed, budget=budget, progress=still
    )


def test_learns_bars_and_reports():
    data = pictures(200)
    model = fitted(data, budget=Budget(epochs=8), parts=1)
    test = pictures(100, seed=1)
    assert (model.predict(test.inputs) == test.targets).mean() > 0.9
    assert model.report.inner_score > 0.85
    assert model.report.parameters > 1000 and model.report.params["width"] > 0
    assert len(model.report.training_curve) <= 10 and model.importance() is None


def test_the_same_seed_gives_the_same_answers():
    data = pictures()
    one, two = (fitted(data).predict_proba(data.inputs) for _ in range(2))
    np.testing.assert_array_equal(one, two)


def test_the_rows_of_the_stored_set_are_the_right_ones():
    """A subset of a stored Stack trains like the same samples copied out of it."""
    data = pictures(80)
    rows = np.random.default_rng(3).permutation(80)[:50]
    seen = data.subset(rows)
    copied = replace(seen, inputs=Stack(seen.inputs.array().copy()))
    probe = pictures(10, seed=2).inputs
    np.testing.assert_array_equal(fitted(seen).predict_proba(probe), fitted(copied).predict_proba(probe))


def test_inner_score_is_the_mean_over_held_out_rows():
    """Labels without any meaning give chance, however long one trains."""
    data = pictures(300)
    data = replace(data, targets=np.random.default_rng(0).integers(0, 2, 300))
    model = fitted(data, "mlp", Budget(epochs=10))
    assert abs(model.report.inner_score - 0.5) < 0.12
    share = model.report.inner_score  # 0/1 losses of 300 rows, a third of them in each of three splits
    assert model.report.inner_error == pytest.approx(np.sqrt(share * (1 - share) / 300), rel=0.05)


def test_classes_without_rows_have_a_probability_all_the_same():
    data = pictures(classes=("a", "b", "never seen"))
    proba = fitted(data).predict_proba(data.inputs)
    assert proba.shape == (60, 3) and proba.dtype == np.float64
    np.testing.assert_allclose(proba.sum(1), 1)


@pytest.mark.parametrize("n", [2, 3, 7, 33])
@pytest.mark.parametrize("name", ["mlp", "small_cnn"])
def test_few_rows(name, n):
    data = pictures(n)
    assert len(fitted(data, name, parts=min(n, 3)).predict(data.inputs)) == n


def test_one_class_only():
    data = pictures(20)
    data = replace(data, targets=np.zeros(20, np.int64))
    assert (fitted(data).predict(data.inputs) == 0).all()


def test_no_inner_split_and_no_samples_to_predict():
    data = pictures(20)
    contender = side.contender("mlp", TASK, {})
    model = contender.fit(TASK, data, inner=[], seed=0, budget=QUICK, progress=still)
    assert np.isnan(model.report.inner_score)
    nothing = data.subset(np.zeros(0, np.int64)).inputs
    assert model.predict(nothing).shape == (0,) and model.predict_proba(nothing).shape == (0, 2)


def test_more_tries_keep_the_best_setting():
    data = pictures(60)
    model = fitted(data, "mlp", Budget(epochs=2, tries=2))
    one = fitted(data, "mlp", Budget(epochs=2, tries=1))
    assert model.report.inner_score >= one.report.inner_score


def test_an_interrupted_fit_goes_on(tmp_path, monkeypatch):
    from nikti.deep import train

    monkeypatch.setattr(train, "CHECKPOINT_SECONDS", 0.0)
    data = pictures(60)
    budget = Budget(epochs=3, scratch=tmp_path)
    fractions = []

    class Pulled(Exception):
        pass

    def pull(fraction, text):
        fractions.append(fraction)
        if fraction > 0.6:
            raise Pulled

    contender = side.contender("small_cnn", TASK, {})
    settings = dict(inner=holdouts(60), seed=0, budget=budget)
    with pytest.raises(Pulled):
        contender.fit(TASK, data, progress=pull, **settings)
    assert len(list(tmp_path.glob("*.safetensors"))) >= 2
    resumed = []
    model = contender.fit(TASK, data, progress=lambda f, t: resumed.append(f), **settings)
    assert resumed[0] > 0.3
    whole = fitted(data, budget=Budget(epochs=3))
    np.testing.assert_array_equal(model.predict_proba(data.inputs), whole.predict_proba(data.inputs))
    assert model.report.inner_score == whole.report.inner_score


def test_raw_images_of_any_size_are_made_to_fit():
    model = fitted(pictures(40, channels=3))
    rng = np.random.default_rng(0)
    odd = [rng.integers(0, 255, (h, w, c), dtype=np.uint8) for h, w, c in ((30, 20, 3), (5, 9, 1), (8, 8, 3))]
    proba = model.predict_proba(Ragged.of(odd))
    for row, sample in enumerate(odd):
        np.testing.assert_allclose(model.predict_proba(Stack(sample[None]))[0], proba[row], atol=1e-5)


FRESH = """
import sys, numpy as np
from pathlib import Path
from nikti.core.inputs import Stack
from nikti.deep import side
model = side.load_model(Path(sys.argv[1]), {"device": "cpu"})
np.save(sys.argv[3], model.predict_proba(Stack(np.load(sys.argv[2]))))
"""


def test_a_fresh_process_predicts_the_same(tmp_path):
    data = pictures(60)
    model = fitted(data)
    model.save(tmp_path / "model")
    assert sorted(p.name for p in (tmp_path / "model").iterdir()) == ["model.json", "model.safetensors"]
    np.save(tmp_path / "in.npy", data.inputs.array())
    run = [sys.executable, "-c", FRESH, tmp_path / "model", tmp_path / "in.npy", tmp_path / "out.npy"]
    subprocess.run(
        run, check=True, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "OMP_NUM_THREADS": "1"}
    )
    np.testing.assert_array_equal(np.load(tmp_path / "out.npy"), model.predict_proba(data.inputs))


def test_damaged_and_foreign_models_are_refused(tmp_path):
    folder = tmp_path / "model"
    with pytest.raises(ModelError, match="no model.json"):
        side.load_model(folder, {})
    fitted(pictures(20)).save(folder)
    facts = json.loads((folder / "model.json").read_text())
    (folder / "model.json").write_text(json.dumps(facts | {"format": 99}))
    with pytest.raises(ModelError, match="format 99"):
        side.load_model(folder, {})
    (folder / "model.json").write_text(json.dumps(facts)[:50])
    with pytest.raises(ModelError, match="damaged"):
        side.load_model(folder, {})
    for field in ("modality", "family", "network"):
        (folder / "model.json").write_text(json.dumps(facts | {field: "../x"}))
        with pytest.raises(UnknownName, match="Known: "):
            side.load_model(folder, {})
    (folder / "model.json").write_text(json.dumps(facts))
    weights = bytearray((folder / "model.safetensors").read_bytes())
    weights[-1] ^= 1
    (folder / "model.safetensors").write_bytes(weights)
    with pytest.raises(ModelError, match="changed"):
        side.load_model(folder, {})


MINE = """
from torch import nn
def build(shape, outputs):
    return nn.Sequential(nn.Flatten(), nn.Linear(shape.channels * shape.size**2, outputs))
"""


def test_a_users_own_network(tmp_path, monkeypatch):
    monkeypatch.setenv("NIKTI_CACHE", str(tmp_path / "cache"))
    file = tmp_path / "my_net.py"
    file.write_text(MINE)
    own_code.name(file)
    options = {"network_file": str(file)}
    assert "my_net" in side.names(TASK, options) and "my_net" not in side.names(TASK)
    data = pictures(40)
    contender = side.contender("my_net", TASK, options)
    assert contender.cost(TASK, data, 40, QUICK) > 0 and contender.accepts(TASK, data) is None
    model = fitted(data, "my_net", options=options)
    model.save(tmp_path / "model")
    again = side.load_model(tmp_path / "model", options)
    np.testing.assert_array_equal(again.predict(data.inputs), model.predict(data.inputs))
    with pytest.raises(ModelError, match="--network"):
        side.load_model(tmp_path / "model", {})
    file.write_text(MINE + "# changed")
    with pytest.raises(ModelError, match="differs"):
        side.load_model(tmp_path / "model", options)
    (tmp_path / "empty.py").write_text("")
    own_code.name(tmp_path / "empty.py")
    with pytest.raises(UsageError, match="build"):
        side.contender("empty", TASK, {"network_file": str(tmp_path / "empty.py")})


def test_unknown_names_are_refused_with_a_guess():
    with pytest.raises(UnknownName, match="small_cnn"):
        side.contender("smal_cnn", TASK, {})


def test_cost_is_pure_and_grows():
    data = pictures(60)
    for name in side.names(TASK, {"pretrained": "never"}):
        contender = side.contender(name, TASK, {"pretrained": "never"})
        costs = [contender.cost(TASK, data, n, Budget()) for n in (100, 1000, 10_000)]
        assert costs == [contender.cost(TASK, data, n, Budget()) for n in (100, 1000, 10_000)]
        assert 0 < costs[0] < costs[2] and costs[1] < costs[2]
        assert contender.cost(TASK, data, 1000, Budget(epochs=1)) < costs[1]


@pytest.mark.parametrize("name", ["small_cnn", "small_resnet", "resnet", "convnext", "vgg", "efficientnet"])
def test_smaller_pictures_cost_by_their_area(name):
    """The side falls to 0.75 and to a half, the price about to 0.56 and to a quarter: some need fewer
    layers, and what does not depend on the pictures is paid as before."""
    contender, data = side.contender(name, TASK, {"pretrained": "never"}), pictures(8, size=64, channels=3)

    def price(share):
        budget = Budget(scale=share)
        rest = contender.cost(TASK, data, 2000, replace(budget, epochs=1))
        return contender.answer_cost(TASK, data, budget), rest, contender.memory(TASK, data, 2000, budget)

    whole, smaller, half = price(1.0), price(0.75), price(0.5)
    for full, three, two in zip(whole[:2], smaller, half, strict=False):
        assert 0.4 < three / full < 0.8 and 0.15 < two / full < 0.55
    assert whole[2] > smaller[2] > half[2]


@pytest.mark.parametrize("name", ["small_cnn", "small_resnet", "mlp"])
def test_a_network_of_smaller_pictures_takes_pictures_of_any_size(name, tmp_path):
    data = pictures(40, size=32, channels=3)
    model = fitted(data, name, replace(QUICK, scale=0.75))
    assert model.encoder.shape.size == 24 and model.encoder.shape.whole == 32
    model.save(tmp_path / "model")
    again = side.load_model(tmp_path / "model", {})
    assert again.encoder.shape == model.encoder.shape
    rng = np.random.default_rng(0)
    odd = Ragged.of(
        [rng.integers(0, 255, (h, w, 3), dtype=np.uint8) for h, w in ((90, 40), (8, 8), (32, 32))]
    )
    for inputs in (odd, data.inputs):
        np.testing.assert_array_equal(again.predict_proba(inputs), model.predict_proba(inputs))


def test_pictures_are_not_made_smaller_than_a_network_needs():
    data = pictures(8, size=40, channels=3)
    for name, side_length in (("efficientnet", 32), ("small_cnn", 24)):
        contender = side.contender(name, TASK, {"pretrained": "never"})
        assert contender._forecast(data, 0.1).size == side_length
    tiny = pictures(8, size=8)
    assert side.contender("small_cnn", TASK, {})._forecast(tiny, 0.5).size == 8


def test_the_shape_is_foreseen_once_for_each_data_set(monkeypatch):
    from nikti.deep.encoders import image

    asked = []
    foresee = image.forecast
    monkeypatch.setattr(image, "forecast", lambda *given: asked.append(given) or foresee(*given))
    contender = side.contender("small_cnn", TASK, {})
    sets = [pictures(20, size=size) for size in (8, 40)]
    prices = [[contender.cost(TASK, data, size, Budget()) for size in (50, 100)] for data in sets]
    assert len(asked) == 2 and prices[0] < prices[1]
    contender.cost(TASK, sets[0], 50, Budget(scale=0.5))
    assert len(asked) == 3


def test_a_report_says_whether_the_budget_cut_the_schedule():
    data = pictures(60)
    cut = fitted(data, budget=Budget(epochs=2)).report
    assert cut.epochs == 2 < cut.recipe_epochs
    whole = fitted(data, "mlp", Budget(epochs=1000), parts=1).report
    assert whole.epochs == whole.recipe_epochs >= len(whole.training_curve)


def test_planning_needs_no_torch():
    code = (
        "import sys; from nikti.deep import side; from nikti.tasks.image_classification import TASK\n"
        "options = {'pretrained': 'never'}\n"
        "[side.contender(name, TASK, options) for name in side.names(TASK, options)]\n"
        "assert 'torch' not in sys.modules and 'timm' not in sys.modules"
    )
    subprocess.run(
        [sys.executable, "-c", code], check=True, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    )


def test_device_that_is_not_there():
    import torch

    if torch.cuda.is_available():
        pytest.skip("it is there")
    with pytest.raises(UsageError, match="--device cpu"):
        fitted(pictures(20), budget=Budget(device="cuda"))
