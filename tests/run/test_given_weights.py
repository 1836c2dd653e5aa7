"""Folders of photos of unequal size with given weights: who can take part, and what the plan says of it."""

import json

import numpy as np
import pytest

import nikti
from nikti.core import catalogue

SIZES = ((60, 80), (75, 70), (90, 64))


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    """A folder of class folders, each picture of another size than its neighbours."""
    from PIL import Image

    place = tmp_path_factory.mktemp("photos")
    rng = np.random.default_rng(0)
    for number in range(24):
        folder = place / "ab"[number % 2]
        folder.mkdir(exist_ok=True)
        pixels = rng.integers(0, 255, (*SIZES[number % 3], 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{number}.png")
    return place


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    """A folder of weights as timm writes it, but for their values."""
    from safetensors.torch import save_file

    from nikti.deep.shapes import ImageShape

    place = tmp_path_factory.mktemp("weights")
    module = catalogue.load("deep/networks/image_classification", "efficientnet")
    network = module.build(ImageShape(3, 64), 2, variant="tf_efficientnet_lite0")
    save_file(network.state_dict(), place / "model.safetensors")
    (place / "config.json").write_text(json.dumps({"architecture": "tf_efficientnet_lite0"}))
    return str(place)


@pytest.mark.parametrize("given", [False, True])
def test_contenders_of_photos_of_unequal_size_are_listed(photos, weights, given):
    found = nikti.contenders(source=photos, pretrained=weights if given else "never")
    names = {entry["name"] for entry in found if entry["accepts"]}
    assert {"logistic_regression", "small_cnn"} <= names
    assert ({"efficientnet_frozen", "efficientnet_pretrained"} <= names) == given


def test_the_plan_for_photos_and_given_weights(photos, weights):
    plans = nikti.plan(photos, presets=["fast", "medium"], pretrained=weights)["plans"]
    for preset, ways in (("fast", ["_frozen"]), ("medium", ["_frozen", "_pretrained"])):
        entries = {e["name"]: e for e in plans[preset]["contenders"] if e["pretrained"]}
        assert sorted(entries) == [f"efficientnet{way}" for way in ways]
        assert all(entry["seconds"] > 0 and entry["memory_mb"] > 0 for entry in entries.values())
