"""The loudest words of the kept model, as the report shows them."""

import shutil
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nikti.insight import top_words as module
from nikti.insight.top_words import top_words
from nikti.storage import cache
from nikti.storage.store import Store


@pytest.fixture
def opened(texts_run):
    """(the run's folder, its data, what its contenders are made from)."""
    with closing(Store.open(texts_run)) as store:
        yield store.folder, cache.load(Path(store.get("home"))), store.contenders()


def test_every_class_has_words_that_its_texts_hold_and_not_the_same(opened):
    folder, data, specs = opened
    found = top_words(folder, data, "logistic_regression", specs)
    assert (found["contender"], found["left_out"]) == ("logistic_regression", 0)
    assert [one["class"] for one in found["classes"]] == list(data.classes)
    everything = " ".join(data.inputs).lower()
    for one in found["classes"]:
        assert one["words"] and sum(word.lower() in everything for word in one["words"]) > 0
    assert len({tuple(one["words"]) for one in found["classes"]}) == len(data.classes)


def test_of_many_classes_the_largest_are_shown(opened, monkeypatch):
    folder, data, specs = opened
    monkeypatch.setattr(module, "CLASSES", 2)
    rare = int(np.bincount(data.targets).argmin())
    data = data.subset(np.flatnonzero((data.targets != rare) | (np.arange(len(data)) % 2 == 0)))
    found = top_words(folder, data, "logistic_regression", specs)
    assert found["left_out"] == 1
    assert [one["class"] for one in found["classes"]] == [c for k, c in enumerate(data.classes) if k != rare]


@pytest.mark.parametrize("name", [None, "nobody", "text_cnn"])
def test_who_has_no_word_weights_shows_none(opened, name):
    folder, data, specs = opened
    assert top_words(folder, data, name, specs) is None


def test_what_is_no_text_has_no_words(opened):
    folder, data, specs = opened
    assert top_words(folder, replace(data, modality="table"), "logistic_regression", specs) is None
    several = np.zeros((len(data), 2), int)
    assert top_words(folder, replace(data, targets=several), "logistic_regression", specs) is None


def test_a_model_that_was_not_kept_says_nothing(opened, texts_run, tmp_path):
    _, data, specs = opened
    folder = shutil.copytree(texts_run, tmp_path / "run")
    shutil.rmtree(folder / "models")
    shutil.rmtree(folder / "first_fold")
    assert top_words(folder, data, "logistic_regression", specs) is None
