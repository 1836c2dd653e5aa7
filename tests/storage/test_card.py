"""A model's card: written and read in one place, also as older versions wrote it."""

import json
from dataclasses import asdict, replace

import pytest

from nikti.core.contender import ContenderSpec
from nikti.core.errors import ModelError
from nikti.storage import models
from nikti.storage.card import Averaging, Card, DataFacts, TrainedOn, read
from tests.cards import card

FULL = Card(
    name="resnet_longer",
    contender=ContenderSpec("resnet", "deep", {"pretrained": "auto", "own": {}}),
    task="image_classification",
    metric="macro_f1",
    counts=(90, 10),
    classes=("বিড়াল", "dog"),
    input={"modality": "image"},
    target_column=None,
    data=DataFacts("photos", "image", "9c8fb2d9fdd46a31", "class", 100),
    trained_on=TrainedOn(80, 100, 0),
    versions={"nikti": "0.1.0"},
)
POOL = Averaging({"classical": "a", "deep": "b"}, 0.4, (1.0, 1.5), "accuracy", 0.9, (0.85, 0.95), 100)

#: A card as the first version wrote it.
FIRST = {
    "contender": {"name": "mlp", "side": "deep", "options": {"preset": "fast", "own": {}}},
    "task": "image_classification",
    "classes": ["circle", "cross"],
    "input": {"modality": "image"},
    "data": {"name": "photos", "modality": "image", "fingerprint": "9c8f", "target": "class", "n": 60},
    "versions": {"python": "3.11.7"},
}


@pytest.mark.parametrize("one", [FULL, replace(FULL, together=POOL), card()])
def test_what_is_written_is_read_back(one, tmp_path):
    one.write(tmp_path / "card.json")
    assert read(tmp_path / "card.json") == one
    assert ("together" in json.loads((tmp_path / "card.json").read_text())) == (one.together is not None)


def test_the_card_of_the_first_version_is_read(tmp_path):
    (tmp_path / "card.json").write_text(json.dumps(FIRST))
    found = read(tmp_path / "card.json")
    assert found.name == "mlp" and found.contender.side == "deep" and found.classes == ("circle", "cross")
    assert (found.metric, found.counts, found.target_column, found.trained_on) == (None, (), None, None)


def test_a_field_of_a_later_version_is_passed_over(tmp_path):
    (tmp_path / "card.json").write_text(json.dumps({**asdict(FULL), "colour": "blue"}))
    assert read(tmp_path / "card.json") == FULL


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"task": None}, "task must be a text, and is None"),
        ({"classes": "cat"}, "classes must be a list, and is 'cat'"),
        ({"classes": ["cat", 3]}, "classes[1] must be a text, and is 3"),
        ({"contender": {"name": "mlp", "side": "deep"}}, "contender.options is missing"),
        ({"contender": {"name": "mlp", "side": ["deep"], "options": {}}}, "contender.side must be a text"),
        ({"data": {**FIRST["data"], "n": "many"}}, "data.n must be a whole number, and is 'many'"),
        ({"trained_on": {"rows": 3, "of": 4}}, "trained_on.fold is missing"),
        ({"counts": [1.5]}, "counts[0] must be a whole number"),
        ({"input": {}}, "input.modality is missing"),
        ({"together": {**asdict(POOL), "temperatures": [1]}}, "together.temperatures must be a list of 2"),
    ],
)
def test_a_card_that_is_none_is_refused_with_its_file_and_field(change, words, tmp_path):
    (tmp_path / "card.json").write_text(json.dumps({**FIRST, **change}))
    with pytest.raises(ModelError) as error:
        read(tmp_path / "card.json")
    assert str(tmp_path / "card.json") in str(error.value) and words in str(error.value)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"card"'])
def test_what_is_no_card_at_all(text, tmp_path):
    (tmp_path / "card.json").write_text(text)
    with pytest.raises(ModelError, match="card.json is no card of a model"):
        read(tmp_path / "card.json")


def test_a_sealed_folder_whose_card_is_none_is_refused(tmp_path):
    """As somebody would have it who wrote the card by hand and the checksums after it."""
    models.seal(tmp_path, card())
    body = {**json.loads((tmp_path / "card.json").read_text()), "classes": 2}
    (tmp_path / "card.json").write_text(json.dumps(body))
    sums = json.loads((tmp_path / "checksums.json").read_text())
    sums["files"]["card.json"] = models._digest(tmp_path / "card.json")
    (tmp_path / "checksums.json").write_text(json.dumps(sums))
    with pytest.raises(ModelError, match="classes must be a list, and is 2"):
        models.check(tmp_path)
