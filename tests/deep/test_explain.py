"""Gradients, maps and attention of networks, against what must hold."""

import numpy as np
import pytest

from nikti.core import catalogue
from nikti.core.contender import Budget
from nikti.core.data import Data
from nikti.core.inputs import Frame, Ragged, Stack, Texts
from nikti.deep import side
from nikti.explain import occlusion, scores
from nikti.explain.remove import Remover
from nikti.modalities import _regions as cuts


def fitted(task_name, data, name, epochs=6):
    task = catalogue.load("tasks", task_name).TASK
    contender = side.contender(name, task, {})
    return contender.fit(
        task, data, inner=[], seed=0, budget=Budget(epochs=epochs, threads=1), progress=lambda *a: None
    )


def spots(n=300, size=16, seed=0):
    """(data, where): class 1 has a bright square somewhere."""
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, 50, (n, size, size, 1), dtype=np.uint8)
    where = np.zeros((n, size, size), bool)
    targets = np.arange(n) % 2
    for row in range(1, n, 2):
        y, x = rng.integers(0, size - 4, 2)
        where[row, y : y + 4, x : x + 4] = True
    pixels[where] = 250
    return Data("spots", "image", Stack(pixels), targets, classes=("no", "yes")), where


@pytest.fixture(scope="module")
def seen():
    data, where = spots()
    return fitted("image_classification", data, "small_cnn"), data, where


def test_every_way_finds_the_spot(seen):
    model, data, where = seen
    rows = np.arange(1, 40, 2)
    explainer = model.explainer()
    assert explainer.methods == ("integrated_gradients", "grad_cam")
    for method in explainer.methods:
        maps = explainer.explain(
            data.inputs.take(rows), np.ones(len(rows), int), method, data.inputs.take(range(0, 8))
        )
        inside_spot = [m[w].mean() > 3 * m[~w].mean() for m, w in zip(maps, where[rows], strict=True)]
        assert np.mean(inside_spot) > 0.9, method
    labels = cuts.grid(16, 16, 64)
    score = scores.of(model, "label")
    falls = occlusion.occlusion(score, data.inputs, 1, 1, Remover("image", data.inputs), labels)
    assert where[1][labels == falls.argmax()].any()


def test_the_parts_add_up_to_the_whole():
    """Sums against answers of the network itself, with and without a background."""
    import torch
    from torch import nn

    from nikti.deep import gradients

    torch.manual_seed(0)
    network = nn.Sequential(
        nn.Conv2d(1, 8, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(72, 3)
    ).eval()
    sample, behind = 3 * torch.randn(1, 1, 8, 8), torch.randn(5, 1, 8, 8)
    target = gradients.log_odds(2)
    with torch.no_grad():
        nothing, there, mean = (target(network(x)).mean().item() for x in (0 * sample, sample, behind))
    alone = gradients.integrated_gradients(network, (sample,), target)
    assert alone.inputs[0].sum() == pytest.approx(there - nothing, rel=0.01)
    beside = gradients.integrated_gradients(network, (sample,), target, (behind,))
    assert beside.inputs[0].sum() == pytest.approx(there - mean, rel=0.01)
    assert beside.whole == pytest.approx(there - mean, rel=1e-4)


def test_of_a_linear_network_the_parts_are_weight_times_input():
    import torch
    from torch import nn

    from nikti.deep import gradients

    network = nn.Linear(4, 1).eval()
    sample = torch.tensor([[1.0, -2.0, 0.5, 3.0]])
    found = gradients.integrated_gradients(network, (sample,), gradients.value)
    np.testing.assert_allclose(found.inputs[0], (network.weight[0] * sample[0]).detach(), rtol=1e-4)


def test_a_network_without_gradients_has_no_parts():
    import torch
    from torch import nn

    from nikti.deep import gradients

    class Steps(nn.Module):
        def forward(self, x):
            return (x > 0).float() @ torch.ones(4, 2)

    assert gradients.integrated_gradients(Steps(), (torch.ones(1, 4),), gradients.log_odds(0)) is None


def test_log_odds_are_those_of_the_probability():
    import torch

    from nikti.deep import gradients

    logits = torch.tensor([[0.3, -1.0, 2.0]])
    p = logits.softmax(-1)[0, 1]
    assert gradients.log_odds(1)(logits).item() == pytest.approx((p / (1 - p)).log().item(), rel=1e-5)


def test_grad_cam_before_a_mean_is_the_weighted_maps():
    """Selvaraju's equations by hand: with a mean and a linear layer behind, the weight of a map is its
    class weight over the number of places."""
    import torch
    from torch import nn

    from nikti.deep import hooks

    torch.manual_seed(0)
    network = nn.Sequential(
        nn.Conv2d(3, 5, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(5, 4)
    ).eval()
    batch = (torch.randn(2, 3, 9, 9),)
    layer = hooks.last_maps(network, batch)
    assert layer is network[1]
    found = hooks.grad_cam(network, layer, batch, lambda raw: raw[:, 3])
    maps = network[:2](batch[0])
    by_hand = torch.einsum("bchw,c->bhw", maps, network[4].weight[3]) / 49
    torch.testing.assert_close(found, by_hand.detach())


def test_rollout_of_one_layer_is_half_of_it_and_half_the_shortcut():
    import torch
    from torch import nn

    from nikti.deep import hooks

    torch.manual_seed(0)
    query, key, value = torch.randn(3, 1, 2, 4, 8)
    there = torch.tensor([True, True, True, False]).view(1, 1, 1, 4)

    class Attends(nn.Module):
        def forward(self, x):
            return nn.functional.scaled_dot_product_attention(query, key, value, attn_mask=there) + x

    (weights,) = hooks.attention(Attends(), (torch.zeros(1),))
    expected = (query @ key.transpose(-2, -1) / 8**0.5).masked_fill(~there, float("-inf")).softmax(-1)
    torch.testing.assert_close(weights, expected)
    rolled = hooks.rollout([weights])
    torch.testing.assert_close(rolled, 0.5 * expected.mean(1) + 0.5 * torch.eye(4))
    torch.testing.assert_close(hooks.rollout([weights, weights]).sum(-1), torch.ones(1, 4))


def lines(n=120):
    rng = np.random.default_rng(0)
    codes = np.arange(n) % 2
    words = [
        " ".join([*rng.choice(["নাটক", "film", "the", "আজ"], 5), ["ভালো", "terrible"][c], "seen"])
        for c in codes
    ]
    return Data("lines", "text", Texts(words), codes, classes=("good", "bad"))


@pytest.mark.parametrize("name", ["bag", "transformer"])
def test_the_telling_word_weighs_most(name):
    data = lines()
    model = fitted("text_classification", data, name, epochs=10)
    explainer = model.explainer()
    texts = Texts(["the film আজ ভালো seen", "terrible নাটক the"])
    found = explainer.explain(texts, np.array([0, 1]), "integrated_gradients")
    for text, weights, telling in zip(texts, found, ("ভালো", "terrible"), strict=True):
        by_word = {w: weights[text.index(w) : text.index(w) + len(w)].sum() for w in text.split()}
        assert max(by_word, key=by_word.get) == telling
    assert ("attention_rollout" in explainer.methods) == (name == "transformer")
    if name == "transformer":
        (rolled,) = explainer.explain(texts.take([0]), np.array([0]), "attention_rollout")
        assert rolled.min() >= 0 and 0.3 < rolled.sum() < 1  # the start token has the rest


def test_a_row_gets_a_weight_for_each_column():
    import pandas as pd

    rng = np.random.default_rng(0)
    frame = pd.DataFrame({
        "noise": rng.normal(size=300),
        "size": rng.normal(size=300),
        "kind": pd.Series(rng.choice(["a", "b"], 300)).astype("category"),
        "when": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 400, 300), unit="D"),
    })  # fmt: skip
    value = 3 * frame["size"] + (frame["kind"] == "a")
    model = fitted("tabular_regression", Data("t", "table", Frame(frame), value.to_numpy()), "mlp", epochs=20)
    some = Frame(frame.iloc[:30])
    found = np.array(
        model.explainer().explain(some, None, "integrated_gradients", Frame(frame.iloc[100:116]))
    )
    assert found.shape == (30, 4)
    strength = np.abs(found).mean(axis=0)
    assert strength.argmax() == 1 and strength[2] > strength[0]
    total = model.predict(some) - model.predict(Frame(frame.iloc[100:116])).mean()
    np.testing.assert_allclose(found.sum(axis=1), total, atol=0.02 * np.abs(total).max())


def test_a_series_gets_a_weight_for_each_moment():
    rng = np.random.default_rng(0)
    waves = rng.normal(size=(160, 1, 50)).astype(np.float32)
    codes = np.arange(160) % 2
    waves[codes == 1, :, 20:28] += 4
    model = fitted(
        "series_classification", Data("w", "series", Stack(waves), codes, classes=("a", "b")), "cnn1d"
    )
    found = model.explainer().explain(
        Ragged.of([waves[1], waves[3][:, :40]]), np.array([1, 1]), "integrated_gradients"
    )
    assert [w.shape for w in found] == [(50,), (40,)]
    assert found[0][18:30].sum() > 0.7 * found[0].sum() > 0


def test_a_shuffled_network_knows_nothing_and_leaves_the_network_alone(seen):
    model, data, _ = seen
    before = model.predict_proba(data.inputs)
    other = model.explainer().randomised(seed=1)
    assert (
        (other.predict(data.inputs) == data.targets).mean()
        < 0.7
        < (model.predict(data.inputs) == data.targets).mean()
    )
    np.testing.assert_array_equal(model.predict_proba(data.inputs), before)
