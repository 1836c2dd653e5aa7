"""Given weights tuned in two stages, or frozen with their features stored once."""

import numpy as np
import pytest

from nikti.core import catalogue
from nikti.core.contender import Budget
from nikti.core.data import Data
from nikti.core.inputs import Stack
from nikti.deep import backbone, side
from nikti.deep.encoders import embedding, image
from nikti.deep.layers import Layers
from nikti.deep.mixing import mix
from nikti.deep.samples import encoded
from nikti.deep.schedule import recipe
from nikti.deep.shapes import ImageShape
from nikti.deep.train import train
from nikti.run.request import Request
from nikti.storage import cache
from nikti.tasks.image_classification import TASK

FOLDER = "deep/networks/image_classification"


@pytest.fixture(autouse=True)
def one_thread():
    import torch

    torch.set_num_threads(1)


def quiet(fraction, text):
    pass


def pictures(n=24, size=16, seed=0):
    """Bright and dark ones."""
    rng = np.random.default_rng(seed)
    classes = np.arange(n) % 2
    pixels = rng.integers(0, 120, (n, size, size, 1)) + 120 * classes[:, None, None, None]
    return Data("x", "image", Stack(pixels.astype(np.uint8)), classes, classes=("dark", "bright"))


@pytest.fixture
def weights(tmp_path):
    """The folder that `nikti pretrain` would write, with random weights."""
    import json

    import torch
    from safetensors.torch import save_file

    module = catalogue.load(FOLDER, "small_cnn")
    torch.manual_seed(0)
    network, width = backbone.build(module, ImageShape(1, 16), {"width": 8})
    folder = tmp_path / "backbone"
    folder.mkdir()
    save_file(network.state_dict(), folder / "model.safetensors")
    config = {
        "architecture": "small_cnn",
        "num_features": width,
        "pretrained_cfg": {"input_size": [1, 16, 16], "mean": [0.5], "std": [0.25]},
        "nikti": {"network": "small_cnn", "params": {"width": 8}},
    }
    (folder / "config.json").write_text(json.dumps(config))
    return folder


def test_a_frozen_network_learns_from_features_stored_once(weights, tmp_path, monkeypatch):
    options = Request(source=None, pretrained=str(weights), contenders=("small_cnn_frozen",)).options
    data = cache.store(pictures(), tmp_path / "home", 16)
    assert {"small_cnn_pretrained", "small_cnn_frozen"} <= set(side.names(TASK, options))
    assert side.prepare(TASK, data, options).embedded == ("small_cnn_frozen",)
    contender = side.contender("small_cnn_frozen", TASK, options)
    assert contender.pretrained and contender.accepts(TASK, data) is None

    def never(*args):
        raise AssertionError("the features were to be looked up")

    with monkeypatch.context() as patch:
        patch.setattr(embedding.EmbeddingEncoder, "features", never)
        model = contender.fit(TASK, data, inner=[], seed=0, budget=Budget(epochs=30), progress=quiet)
        looked_up = model.predict_proba(data.inputs)
    assert (model.predict(data.inputs) == data.targets).mean() > 0.9
    # Pictures that are stored nowhere, and the model from disk without the weights' folder.
    elsewhere = Stack(np.array(data.inputs.array()))
    np.testing.assert_allclose(model.predict_proba(elsewhere), looked_up, atol=1e-5)
    model.save(tmp_path / "model")
    (weights / "model.safetensors").unlink()
    again = side.load_model(tmp_path / "model", {"device": "cpu"})
    np.testing.assert_allclose(again.predict_proba(elsewhere), looked_up, atol=1e-5)
    explainer = model.explainer()
    for method in explainer.methods:  # through the frozen network, to the pixels
        (found,) = explainer.explain(data.inputs.take([0]), data.targets[:1], method)
        assert found.shape == (16, 16) and np.ptp(found) > 0


def test_stored_features_are_those_of_the_network_itself(weights, tmp_path):
    """Against the network built by hand, on pictures normalised by hand."""
    import torch

    data = cache.store(pictures(), tmp_path / "home", 16)
    options = Request(source=None, pretrained=str(weights), preset="medium").options
    side.prepare(TASK, data, options)
    (file,) = (tmp_path / "home" / "features").glob("embedding-*.npy")
    network, _ = backbone.build(catalogue.load(FOLDER, "small_cnn"), ImageShape(1, 16), {"width": 8})
    from safetensors.torch import load_file

    network.load_state_dict(load_file(weights / "model.safetensors"))
    pixels = torch.from_numpy(np.array(data.inputs.array())).permute(0, 3, 1, 2) / 255
    with torch.inference_mode():
        expected = network.eval()((pixels - 0.5) / 0.25)
    np.testing.assert_allclose(np.load(file), expected, atol=1e-4)


def test_features_are_embedded_for_every_preset_but_not_for_contenders_without_them(weights, tmp_path):
    data = cache.store(pictures(), tmp_path / "home", 16)
    options = Request(source=None, pretrained=str(weights), contenders=("mlp",)).options
    assert side.prepare(TASK, data, options).embedded == ()
    for preset in ("fast", "medium", "best"):
        options = Request(source=None, pretrained=str(weights), preset=preset).options
        assert side.prepare(TASK, data, options).embedded == ("small_cnn_frozen",)


def toy(layers, **changes):
    """(weights before, weights after) of a tiny network trained by the recipe with changes."""
    data = pictures()
    encoder = image.fit(data.inputs, seed=0, options={"flip": False})
    network = catalogue.load(FOLDER, "small_cnn").build(encoder.shape, 2, width=8)
    before = {name: weight.detach().clone() for name, weight in network.named_parameters()}
    trained = train(
        lambda: network,
        encoder,
        encoded(encoder, data.inputs, data.targets.astype(np.int64)),
        recipe=recipe({"weight_decay": 0.0, **changes}),
        epochs=4,
        answer="label",
        seed=0,
        device="cpu",
        stop_after=2,
        layers=layers,
    )
    return before, dict(trained.network.named_parameters())


def test_the_head_learns_alone_first():
    import torch

    before, after = toy(Layers(("layers.",), ("head.",)), head_first=0.5)
    for name in before:
        assert torch.equal(before[name], after[name]) != name.startswith("head.")


def test_early_layers_learn_less():
    layers = Layers(("layers.0.", "layers.4."), ("head.",))

    def moved(first_layer):
        before, after = toy(layers, first_layer=first_layer)
        return {
            name: (after[name] - before[name]).abs().mean().item() for name in before if "0.weight" in name
        }

    slow, even = moved(0.01), moved(1.0)
    assert 0 < slow["layers.0.weight"] < 0.1 * even["layers.0.weight"]


def test_mixing_shares_the_loss_as_it_shares_the_pixels():
    """Images of one value each: the mixed image tells the shares of both."""
    import torch

    images = torch.arange(8.0).view(8, 1, 1, 1).expand(8, 3, 16, 16).contiguous()
    generator, ways = torch.Generator().manual_seed(0), set()
    for _ in range(20):
        mixed, order, share = mix(images, 1.0, generator)
        expected = share * torch.arange(8.0) + (1 - share) * order.float()
        np.testing.assert_allclose(mixed.mean((1, 2, 3)), expected, atol=1e-4)
        ways.add(bool(torch.isin(mixed, torch.arange(8.0)).all()))
    assert ways == {True, False}  # pasted and faded
    untouched, order, share = mix(images, 0.0, generator)
    assert untouched is images and order is None and share == 1.0


def test_mixed_training_learns_and_follows_the_seed():
    import torch

    _, one = toy(None, mixing=1.0, lr=3e-3)
    _, two = toy(None, mixing=1.0, lr=3e-3)
    _, plain = toy(None, lr=3e-3)
    assert all(one[name].isfinite().all() for name in one)
    assert not torch.equal(one["head.weight"], plain["head.weight"])
    assert two.keys() == one.keys()
