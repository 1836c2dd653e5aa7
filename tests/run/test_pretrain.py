"""From samples that nobody labelled to a folder of weights; how they are learned from: `tests/deep`."""

import numpy as np
import pytest
from PIL import Image

from nikti.core.errors import DataError, UsageError
from nikti.run.pretrain import _samples, pretrain

RNG = np.random.default_rng(0)


def asked(source, out, **more):
    wanted = {"network": None, "epochs": 1, "seed": 0, "device": "cpu", "on_event": lambda event: None} | more
    return pretrain(source, out, **wanted)


def test_a_folder_that_is_there_is_left_alone(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("x")
    with pytest.raises(UsageError, match="exists already"):
        asked(["a text"], tmp_path / "out")
    assert (tmp_path / "out" / "thesis.txt").read_text() == "x"


@pytest.mark.parametrize("epochs", [0, -3])
def test_no_epochs_are_no_training(tmp_path, epochs):
    with pytest.raises(UsageError, match=f"{epochs} epochs"):
        asked(["a text"], tmp_path / "out", epochs=epochs)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "source",
    [
        np.zeros((4, 8, 8)),  # not bytes
        np.zeros((4, 8), np.uint8),
        np.zeros((4, 8, 8, 3, 1), np.uint8),
        ["a text", 3],
        [1, 2, 3],
        42,
    ],
)
def test_what_in_memory_is_neither_pictures_nor_texts_is_refused(source):
    with pytest.raises(UsageError, match=r"uint8 \[n, H, W\].*list of strings"):
        _samples(source, 0)


def test_pictures_and_texts_in_memory():
    grey = RNG.integers(0, 255, (4, 8, 9), dtype=np.uint8)
    colour = RNG.integers(0, 255, (4, 8, 9, 3), dtype=np.uint8)
    for array, shape in ((grey, (8, 9, 1)), (colour, (8, 9, 3))):
        data = _samples(array, 0)
        assert data.modality == "image" and len(data) == 4 and data.inputs[0].shape == shape
    texts = _samples(["এক", "  ", "", "two"], 0)
    assert texts.modality == "text" and list(texts.inputs) == ["এক", "two"]


@pytest.mark.parametrize("source", [[], ["", "  "], np.zeros((0, 8, 8), np.uint8)])
def test_nothing_to_learn_from_is_said(source, tmp_path):
    with pytest.raises(DataError, match="nothing to learn from"):
        asked(source, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_pictures_of_a_loose_folder_and_texts_of_a_table(tmp_path):
    (tmp_path / "photos" / "deep").mkdir(parents=True)
    for name in ("a.png", "deep/b.png"):
        Image.fromarray(RNG.integers(0, 255, (12, 10, 3), dtype=np.uint8)).save(tmp_path / "photos" / name)
    found = _samples(tmp_path / "photos", 0)
    assert found.modality == "image" and len(found) == 2 and found.targets is None
    (tmp_path / "said.csv").write_text("text\nfirst words of one\nother words of two\n", encoding="utf-8")
    found = _samples(str(tmp_path / "said.csv"), 0)
    assert found.modality == "text" and list(found.inputs) == ["first words of one", "other words of two"]


def test_the_users_own_test_samples_are_not_learned_from(tmp_path):
    for split, count in (("train", 6), ("test", 3)):
        for name in ("cat", "dog"):
            folder = tmp_path / "photos" / split / name
            folder.mkdir(parents=True)
            for number in range(count):
                picture = RNG.integers(0, 255, (12, 12, 3), dtype=np.uint8)
                Image.fromarray(picture).save(folder / f"{number}.png")
    found = _samples(tmp_path / "photos", 0)
    assert len(found) == 12 and found.targets is None


def test_other_samples_cannot_be_pre_trained_on():
    with pytest.raises(DataError, match="wine holds table samples; only pictures and texts"):
        _samples("wine", 0)
