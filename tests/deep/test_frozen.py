"""Heads on frozen features: what they cost, hold and see; and an example for every shape of samples."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nikti.core import catalogue, images
from nikti.core.contender import Budget
from nikti.core.data import Data
from nikti.core.inputs import Stack, Texts
from nikti.deep import memory, shapes, side
from nikti.deep.encoders import embedding, image
from nikti.deep.encoders.sound import SoundShape
from nikti.storage import cache
from nikti.tasks.image_classification import TASK

from .test_text_weights import folder

SHAPES = {
    "EmbeddingShape": shapes.EmbeddingShape(7),
    "ImageShape": shapes.ImageShape(3, 16),
    "SoundShape": SoundShape(8000),
    "VideoShape": shapes.VideoShape(3, 4, 8),
    "QuestionShape": shapes.QuestionShape(50, 5, 9),
    "TextShape": shapes.TextShape(50, 12),
    "TranslationShape": shapes.TranslationShape(50, 6, 8),
    "SeriesShape": shapes.SeriesShape(2, 11),
    "TableShape": shapes.TableShape(3, (4, 5), (shapes.TextShape(50, 6),)),
}


@pytest.mark.parametrize("kind", [kind.__name__ for kind in shapes.Shape.__subclasses__()])
def test_an_example_of_every_shape_is_a_batch_of_two(kind):
    batch = SHAPES[kind].example()
    assert all(len(part) == 2 for part in batch)
    numbers = sum(part[0].numel() * (1 if SHAPES[kind].PIXELS else 4) for part in batch)
    expected = {
        **{"QuestionShape": 4 * 9, "TranslationShape": 4 * 6},
        "SoundShape": 2 * 8000,  # 16 bits each
    }.get(kind, numbers)
    assert SHAPES[kind].BYTES * SHAPES[kind].values == expected
    stated = sys.modules[type(SHAPES[kind]).__module__]  # an encoder's own, or the file of all
    assert shapes.from_json(shapes.to_json(SHAPES[kind]), stated) == SHAPES[kind]


@pytest.fixture
def stored(tmp_path):
    """Photos of unequal size, stored as a comparison stores them."""
    rng = np.random.default_rng(0)
    files = [rng.integers(0, 255, (40 + 3 * k, 52 - k, 3), dtype=np.uint8) for k in range(12)]
    data = Data("photos", "image", Pictures(files), np.arange(12) % 2, classes=("a", "b"))
    return cache.store(data, tmp_path / "stored", TASK.image_cap["fast"]), files


class Pictures(Texts):
    """Pictures in memory, each of its own size."""

    def take(self, rows):
        return Pictures([self.texts[row] for row in rows])


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    """A folder with the weights of a small network of 64 px pictures."""
    import json

    import torch
    from safetensors.torch import save_file

    place = tmp_path_factory.mktemp("weights")
    torch.manual_seed(1)
    module = catalogue.load("deep/networks/image_classification", "resnet")
    network = module.build(shapes.ImageShape(3, 64), 3, variant="resnet18", stem="photo")
    save_file(network.state_dict(), place / "model.safetensors")
    (place / "config.json").write_text(json.dumps({"architecture": "resnet18"}))
    return place


def test_plans_ask_what_given_weights_cost_on_photos(stored, given):
    data, _ = stored
    for name in ("resnet_frozen", "resnet_pretrained"):
        contender = side.contender(name, TASK, {"pretrained": str(given)})
        assert contender.accepts(TASK, data) is None
        weights_mb = (given / "model.safetensors").stat().st_size / 1e6
        assert contender.memory(TASK, data, 12, Budget()) > memory.BASE_MB + 3 * weights_mb
        assert contender.cost(TASK, data, 12, Budget()) > 0
        assert contender.answer_cost(TASK, data, Budget()) > 0


def test_features_are_priced_until_they_are_there_and_trials_then_need_no_network(stored, given):
    data, _ = stored
    options = {"pretrained": str(given), "preset": "fast", "contenders": ["resnet_frozen"]}
    (name, seconds), *others = side.prepare_seconds(TASK, data, options).items()
    assert name == "resnet_frozen" and seconds > embedding.START_SECONDS and not others
    assert side.prepare(TASK, data, options).embedded == ("resnet_frozen",)
    assert side.prepare_seconds(TASK, data, options) == {"resnet_frozen": 0.0}
    contender = side.contender("resnet_frozen", TASK, options)
    model = contender.fit(TASK, data, inner=[], seed=0, budget=Budget(epochs=1), progress=lambda *_: None)
    assert model.report.feature_seconds > 0  # as it was when they were stored
    model.predict(data.inputs)
    assert "network" not in vars(model.encoder)
    model.predict(data.inputs.fresh())  # as when it is timed
    assert "network" in vars(model.encoder)
    np.testing.assert_allclose(
        model.predict_proba(data.inputs), model.predict_proba(data.inputs.fresh()), atol=1e-4
    )


def test_twice_as_many_samples_take_twice_as_long(given):
    weights = side.contender("resnet_frozen", TASK, {"pretrained": str(given)}).network.ENCODER
    photos = np.zeros((40, 32, 32, 3), np.uint8)
    some, all_of_them = (
        embedding.seconds(Stack(photos[:n]), weights) - embedding.START_SECONDS for n in (20, 40)
    )
    assert all_of_them == pytest.approx(2 * some)


def test_features_that_take_most_of_the_time_are_refused_unless_they_are_named_or_there(stored, given):
    data, _ = stored
    options = {"pretrained": str(given), "preset": "fast"}
    free = side.contender("resnet_frozen", TASK, options)
    needed = embedding.seconds(data.inputs, free.network.ENCODER)
    short = options | {"limit": needed}  # a part of it may be spent on features
    reason = side.contender("resnet_frozen", TASK, short).accepts(TASK, data)
    assert reason.en.startswith(f"to look through all samples takes it {needed:.0f} core-seconds")
    assert reason.bn.startswith("সব নমুনা")
    assert side.prepare(TASK, data, short).embedded == ()
    named = short | {"contenders": ["resnet_frozen"]}
    for enough in (options, short | {"limit": 1.05 * needed / side.FEATURES_SHARE}, named):
        assert side.contender("resnet_frozen", TASK, enough).accepts(TASK, data) is None
    side.prepare(TASK, data, named)
    assert side.contender("resnet_frozen", TASK, short).accepts(TASK, data) is None


def test_long_texts_are_priced_by_their_own_lengths(tmp_path):
    from nikti.tasks.text_classification import TASK as TEXTS

    place, _ = folder(tmp_path / "made")
    weights = side.contender("bert_frozen", TEXTS, {"pretrained": str(place)}).network.ENCODER
    short, long = (
        embedding.seconds(Texts(["good " * words] * 30), weights) - embedding.START_SECONDS
        for words in (6, 132)
    )
    # 6 words and two marks in one window of 16; 132 words in ten windows of 14 and two marks each.
    assert long / short == pytest.approx((132 + 2 * 10) / (6 + 2), rel=0.05)


def test_new_pictures_lose_the_details_that_stored_ones_lost(stored):
    data, files = stored
    small = Stack(np.stack([images.resize(picture, 24, 3) for picture in files]))
    encoder = image.fit(small, seed=0, options={"zoom": 2.0, "min_size": 8, "max_size": 160})
    assert encoder.shape.size == 48
    (seen,), (fresh,) = encoder.encode(small), encoder.encode(Pictures(files))
    np.testing.assert_array_equal(seen, fresh)
    again = image.from_state(*encoder.state())
    np.testing.assert_array_equal(again.encode(Pictures(files))[0], fresh)


@pytest.mark.parametrize(("stored", "seen"), [(28, 64), (48, 96), (64, 128), (128, 160), (300, 160)])
def test_pictures_are_looked_through_twice_as_wide_within_bounds(given, stored, seen):
    weights = side.contender("resnet_frozen", TASK, {"pretrained": str(given)}).weights
    picture = Stack(np.zeros((1, stored, stored, 3), np.uint8))
    data = Data("one", "image", picture, np.zeros(1, np.int64), classes=("a", "b"))
    assert image.forecast(data, weights.frozen_encoding).size == seen


@pytest.mark.parametrize("way", ["resnet_frozen", "resnet_pretrained"])
def test_pictures_that_would_have_to_be_enlarged_too_far_are_refused(given, way):
    contender = side.contender(way, TASK, {"pretrained": str(given)})
    for width, refused in ((8, True), (15, True), (16, False), (28, False)):
        picture = Stack(np.zeros((1, width, width, 1), np.uint8))
        data = Data("one", "image", picture, np.zeros(1, np.int64), classes=("a", "b"))
        reason = contender.accepts(TASK, data)
        assert (reason is not None) == refused
        assert reason is None or reason.bn


@pytest.mark.parametrize("seed", range(3))
def test_a_head_learns_how_rare_a_class_is_in_few_steps(seed):
    """Where features tell nothing, the frequent class is the answer nearly always."""
    import torch

    torch.manual_seed(seed)
    head = catalogue.load("deep/networks/embedding", "linear").build(shapes.EmbeddingShape(32), 2)
    features, rare = torch.randn(200, 32), torch.arange(200) % 10 == 0
    optimizer = torch.optim.AdamW(head.parameters(), lr=3e-3)
    for _ in range(60):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(head(features), rare.long()).backward()
        optimizer.step()
    assert (head(torch.randn(500, 32)).argmax(1) == 0).float().mean() > 0.85


BANGLA = ["ভালো লাগল নাটক", "গল্পটা একদম বাজে ছিল", "অভিনয় চমৎকার"]


def test_weights_that_do_not_know_the_language_are_refused_with_the_share(tmp_path):
    from nikti.tasks.text_classification import TASK as TEXTS

    place, _ = folder(tmp_path / "made")
    english = Data(
        "e", "text", Texts(["the film was good", "very bad plot"] * 3), np.arange(6) % 2, classes=("a", "b")
    )
    bangla = replace(english, inputs=Texts(BANGLA * 2))
    mixed = replace(english, inputs=Texts(["the film was good and the plot was very long", "নাটক"] * 3))
    for way in ("bert_frozen", "bert_pretrained"):
        contender = side.contender(way, TEXTS, {"pretrained": str(place)})
        assert contender.accepts(TEXTS, english) is None and contender.accepts(TEXTS, mixed) is None
        assert contender.accepts(TEXTS, bangla).en.startswith(
            "its weights know 100% of these letters only one"
        )
    options = {"pretrained": str(place), "preset": "fast"}
    assert side.prepare_seconds(TEXTS, replace(bangla, home=Path(tmp_path)), options) == {}
