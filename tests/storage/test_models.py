"""A model folder is whole and as it was written, or it is refused."""

import json

import numpy as np
import pytest

from nikti.core.data import Data
from nikti.core.errors import ModelError
from nikti.core.inputs import Texts
from nikti.storage import models
from tests.cards import card


def sealed(folder):
    folder.mkdir()
    (folder / "weights").write_bytes(b"123")
    models.seal(folder, card("net", "deep", classes=("বিড়াল",)))
    return folder


def test_a_sealed_model_is_checked_and_its_card_read(tmp_path):
    assert models.check(sealed(tmp_path / "m")).classes == ("বিড়াল",)


@pytest.mark.parametrize(
    "tamper",
    [
        lambda f: (f / "weights").write_bytes(b"124"),
        lambda f: (f / "weights").unlink(),
        lambda f: (f / "more.py").write_text("import os"),
        lambda f: (f / "card.json").write_text("{}"),
        lambda f: (f / "checksums.json").write_text("[]"),
        lambda f: (f / "checksums.json").unlink(),
    ],
)
def test_a_tampered_model_is_refused(tmp_path, tamper):
    folder = sealed(tmp_path / "m")
    tamper(folder)
    with pytest.raises(ModelError):
        models.check(folder)


def test_a_model_of_another_format_is_refused(tmp_path):
    folder = sealed(tmp_path / "m")
    sums = (folder / "checksums.json").read_text().replace('"format": 1', '"format": 7')
    (folder / "checksums.json").write_text(sums)
    with pytest.raises(ModelError, match="format 7"):
        models.check(folder)


def test_what_is_no_model_folder_says_what_would_be(tmp_path):
    with pytest.raises(ModelError, match="no model folder.*nikti train"):
        models.check(tmp_path)
    with pytest.raises(ModelError, match="no model folder"):
        models.check(tmp_path / "nowhere")


def test_the_files_that_changed_are_named(tmp_path):
    folder = sealed(tmp_path / "m")
    (folder / "weights").write_bytes(b"124")
    (folder / "more.py").write_text("import os")
    with pytest.raises(ModelError, match=r"more\.py, weights changed"):
        models.check(folder)


def test_files_in_folders_are_sealed_by_their_names_on_every_system(tmp_path):
    folder = tmp_path / "m"
    (folder / "deep" / "net").mkdir(parents=True)
    (folder / "deep" / "net" / "weights").write_bytes(b"1")
    models.seal(folder, card())
    sums = json.loads((folder / "checksums.json").read_text())
    assert set(sums["files"]) == {"card.json", "deep/net/weights"} and models.check(folder) == card()
    (folder / "deep" / "net" / "weights").write_bytes(b"2")
    with pytest.raises(ModelError, match="deep/net/weights"):
        models.check(folder)


@pytest.mark.parametrize("name", ["tree", "resnet/18", "vit:tiny"])
def test_the_fit_on_all_rows_is_kept_before_that_of_the_first_fold(tmp_path, name):
    assert models.kept(tmp_path, name) is None and models.all_kept(tmp_path, [name]) == []
    first = models.first_fold(tmp_path, name)
    assert first.parent == tmp_path / "first_fold"  # whatever is in the name
    for folder in (first, tmp_path / "models" / name):
        folder.parent.mkdir(parents=True, exist_ok=True)
        sealed(folder)
        assert models.kept(tmp_path, name) == folder
    (folder / "checksums.json").unlink()  # it was not finished
    assert models.kept(tmp_path, name) == first and models.all_kept(tmp_path, ["x", name]) == [name]


def test_samples_that_were_learned_from_are_known_again_and_older_models_cannot_tell(tmp_path):
    folder = sealed(tmp_path / "m")
    told = [f"a sentence of its own, number {k}" for k in range(6)]
    data = Data("x", "text", Texts(told))
    assert models.seen_in_training(folder, data) is None
    models.keep_digests(folder, data.subset(np.arange(4)))
    assert models.seen_in_training(folder, data).tolist() == [True] * 4 + [False] * 2
