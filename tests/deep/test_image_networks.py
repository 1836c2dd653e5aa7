"""Image networks and their encoder: shapes, augmentation, weights from disk, real pictures."""

import gzip
import os
from pathlib import Path

import numpy as np
import pytest

from nikti.core import catalogue
from nikti.core.contender import Budget
from nikti.core.data import Data
from nikti.core.errors import ModelError, UsageError
from nikti.core.inputs import Stack
from nikti.deep import pretrained, side
from nikti.deep.encoders import image
from nikti.deep.shapes import ImageShape, TableShape, TextShape, from_json, to_json
from nikti.tasks.image_classification import TASK

FOLDER = "deep/networks/image_classification"


@pytest.fixture(autouse=True)
def one_thread():
    import torch

    torch.set_num_threads(1)


@pytest.mark.parametrize("name", catalogue.names(FOLDER))
@pytest.mark.parametrize("shape", [ImageShape(1, 8), ImageShape(1, 28), ImageShape(3, 64)])
def test_every_network_builds_for_what_it_accepts(name, shape):
    import torch

    module = catalogue.load(FOLDER, name)
    reason = module.accepts(shape, 5, 100)
    if reason is not None:
        assert shape.size < 32 and str(shape.size) in reason.en
        pytest.skip(str(reason))
    for candidate in module.CANDIDATES:
        params = {k: v for k, v in candidate.items() if k not in ("lr", "weight_decay")}
        network = module.build(shape, 5, **params)
        assert network(torch.randn(2, shape.channels, shape.size, shape.size)).shape == (2, 5)
        assert 0 < module.seconds_per_sample(shape, 5, **params) < 1


def test_mlp_takes_any_number_of_hidden_layers():
    import torch

    mlp = catalogue.load(FOLDER, "mlp")
    for hidden in ((), (7,), (9, 8, 7, 6)):
        network = mlp.build(ImageShape(1, 8), 3, hidden=hidden)
        widths = [layer.out_features for layer in network if isinstance(layer, torch.nn.Linear)]
        assert widths == [*hidden, 3]


def test_shapes_survive_json():
    for shape in (ImageShape(3, 64), TableShape(2, (3, 4), (TextShape(100, 20),))):
        assert from_json(to_json(shape)) == shape


def pixels(n=50, size=28, channels=1, seed=0):
    return np.random.default_rng(seed).integers(0, 255, (n, size, size, channels), dtype=np.uint8)


def test_encoding_is_a_view_and_a_batch_is_standardised(tmp_path):
    import torch

    np.save(tmp_path / "x.npy", pixels(300, channels=3))
    stored = np.load(tmp_path / "x.npy", mmap_mode="r")
    encoder = image.fit(Stack(stored), seed=0, options={})
    (tensor,) = encoder.encode(Stack(stored))
    assert tensor.data_ptr() == stored.ctypes.data  # no copy of the memory map
    (batch,) = encoder.batch((tensor,))
    assert batch.shape == (300, 3, 28, 28) and batch.is_contiguous(memory_format=torch.channels_last)
    np.testing.assert_allclose(batch.mean((0, 2, 3)), 0, atol=1e-4)
    np.testing.assert_allclose(batch.std((0, 2, 3)), 1, atol=1e-3)
    again = image.from_state(*encoder.state())
    assert torch.equal(again.batch((tensor,))[0], batch)


def test_large_images_are_made_small_and_the_forecast_is_right():
    data = Data("x", "image", Stack(pixels(4, size=70, channels=3)))
    for options in (
        {},
        {"max_size": 32},
        {"min_size": 96},
        {"channels": 3, "mean": (0.5,) * 3, "std": (0.2,) * 3},
    ):
        encoder = image.fit(data.inputs, seed=0, options=options)
        assert encoder.shape == image.forecast(data, options)
        (tensor,) = encoder.encode(data.inputs)
        assert tensor.shape == (4, encoder.shape.size, encoder.shape.size, 3)


def test_letters_are_never_mirrored_and_photos_are():
    """A picture that is bright on the left stays so if it may be a letter."""
    import torch

    for size, channels, mirrored in ((28, 1, False), (28, 3, False), (64, 1, False), (64, 3, True)):
        encoder = image.fit(Stack(pixels(4, size, channels)), seed=0, options={})
        left = torch.zeros(200, channels, size, size)
        left[..., : size // 2] = 1
        (out,) = encoder.augment((left,), torch.Generator().manual_seed(0))
        flipped = (
            (out[..., : size // 4].mean((1, 2, 3)) < out[..., -size // 4 :].mean((1, 2, 3))).float().mean()
        )
        assert (0.35 < flipped < 0.65) if mirrored else flipped == 0


def test_augmentation_follows_the_generator_alone():
    import torch

    encoder = image.fit(Stack(pixels(4, 48, 3)), seed=0, options={})
    batch = (torch.randn(6, 3, 48, 48),)
    one, two = (encoder.augment(batch, torch.Generator().manual_seed(7))[0] for _ in range(2))
    torch.rand(5)
    assert torch.equal(one, two) and not torch.equal(one, batch[0])
    assert one.shape == batch[0].shape


def resnet_weights(path, outputs=1000, edit=lambda tensors: None):
    """A file as timm writes it, with random weights."""
    import torch
    from safetensors.torch import save_file

    torch.manual_seed(0)
    network = catalogue.load(FOLDER, "resnet").build(ImageShape(3, 64), outputs, stem="photo")
    tensors = {name: tensor.contiguous() for name, tensor in network.state_dict().items()}
    edit(tensors)
    save_file(tensors, path)
    return tensors


def test_weights_from_disk_are_found_and_loaded_but_for_the_head(tmp_path):
    import torch

    file = tmp_path / "model.safetensors"
    tensors = resnet_weights(file)
    for where in (str(file), str(tmp_path)):
        options = {"pretrained": where}
        assert "resnet_pretrained" in side.names(TASK, options)
        assert "vgg_pretrained" not in side.names(TASK, options)
        contender = side.contender("resnet_pretrained", TASK, options)
        network = contender.build(ImageShape(3, 64), 4, contender.weights.params)
        own = network.state_dict()
        assert torch.equal(own["layer4.1.conv2.weight"], tensors["layer4.1.conv2.weight"])
        assert own["fc.weight"].shape == (4, 512)
    assert contender.pretrained and "resnet_pretrained" not in side.names(TASK, {"pretrained": "never"})


def test_fine_tuning_starts_from_the_weights(tmp_path):
    file = tmp_path / "model.safetensors"
    tensors = resnet_weights(file)
    data = Data("x", "image", Stack(pixels(12, 8)), np.arange(12) % 2, classes=("a", "b"))
    contender = side.contender("resnet_pretrained", TASK, {"pretrained": str(file)})
    model = contender.fit(
        TASK, data, inner=[], seed=0, budget=Budget(epochs=1), progress=lambda fraction, text: None
    )
    moved = (
        (model.network.state_dict()["layer1.0.conv1.weight"] - tensors["layer1.0.conv1.weight"]).abs().mean()
    )
    assert 0 < moved < 0.1 * tensors["layer1.0.conv1.weight"].abs().mean()
    assert model.params["stem"] == "photo"
    assert contender.recipe_and_params({"lr": 1.0}, ImageShape(3, 64))[0].lr == pretrained.RECIPE["lr"]
    model.save(tmp_path / "model")
    again = side.load_model(tmp_path / "model", {"device": "cpu"})  # without the weights' file
    np.testing.assert_array_equal(again.predict_proba(data.inputs), model.predict_proba(data.inputs))


def test_weights_that_do_not_fit_are_named(tmp_path):
    import torch

    file = tmp_path / "model.safetensors"

    def widen(tensors):
        tensors["layer2.0.conv1.weight"] = torch.zeros(3, 3)

    def thin(tensors):
        for name in list(tensors):
            if not name.startswith(("layer1", "fc")):
                del tensors[name]

    for edit, said in ((widen, "layer2.0.conv1.weight"), (thin, "another network's")):
        resnet_weights(file, edit=edit)
        contender = side.contender("resnet_pretrained", TASK, {"pretrained": str(file)})
        with pytest.raises(ModelError, match=said):
            contender.build(ImageShape(3, 64), 4, contender.weights.params)


def test_pickles_and_missing_weights_are_refused(tmp_path):
    import torch
    from safetensors.torch import save_file

    for name, said in (("w.pth", "pickle"), ("none.safetensors", "no such file")):
        with pytest.raises(UsageError, match=said):
            side.names(TASK, {"pretrained": str(tmp_path / name)})
    (tmp_path / "odd.safetensors").write_bytes(b"no")
    with pytest.raises(UsageError, match="not a safetensors file"):
        side.names(TASK, {"pretrained": str(tmp_path / "odd.safetensors")})
    save_file({"a": torch.zeros(1)}, tmp_path / "other.safetensors")
    with pytest.raises(UsageError, match="no network"):
        side.names(TASK, {"pretrained": str(tmp_path / "other.safetensors")})
    with pytest.raises(UsageError, match="not on this machine"):
        side.contender("resnet_pretrained", TASK, {"pretrained": "never"})


def test_the_local_cache_is_looked_up(tmp_path, monkeypatch):
    """The layout of the Hugging Face cache: refs/main names a snapshot."""
    home = tmp_path / "models--timm--resnet18.a1_in1k"
    (home / "refs").mkdir(parents=True)
    (home / "refs" / "main").write_text("abc")
    (home / "snapshots" / "abc").mkdir(parents=True)
    resnet_weights(home / "snapshots" / "abc" / "model.safetensors")
    import huggingface_hub.file_download as hub

    monkeypatch.setattr(hub.constants, "HF_HUB_CACHE", str(tmp_path))
    found = pretrained.find(catalogue.load(FOLDER, "resnet"))
    assert found is not None and found.params["variant"] == "resnet18"


DATA = Path(os.environ.get("NIKTI_DATA", ""))


@pytest.mark.skipif(not os.environ.get("NIKTI_DATA"), reason="NIKTI_DATA is unset")
def test_fashion_mnist_from_two_thousand_images():
    def read(name):
        raw = gzip.decompress((DATA / "fashion_mnist" / name).read_bytes())
        return np.frombuffer(raw, np.uint8, offset=4 + 4 * raw[3])

    images = read("train-images-idx3-ubyte.gz").reshape(-1, 28, 28, 1)
    labels = read("train-labels-idx1-ubyte.gz").astype(np.int64)
    data = Data("fashion", "image", Stack(images), labels, classes=tuple("0123456789"))
    rows = np.arange(2000)
    model = side.contender("mlp", TASK, {}).fit(
        TASK,
        data.subset(rows),
        inner=[(rows[400:], rows[:400])],
        seed=0,
        budget=Budget(epochs=6),
        progress=lambda fraction, text: None,
    )
    assert (model.predict(Stack(images[5000:8000])) == labels[5000:8000]).mean() > 0.7  # chance: 0.1
