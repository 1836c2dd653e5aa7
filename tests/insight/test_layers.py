"""Why there is nothing to see in layers; what is seen in them is in `tests/jobs/test_layers.py`."""

import shutil
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nikti.insight.layers import layers
from nikti.storage import cache
from nikti.storage.store import Store
from nikti.verdict.judge import judge


@pytest.fixture
def opened(texts_run, tmp_path):
    """A copy of the run, to be taken apart."""
    folder = shutil.copytree(texts_run, tmp_path / "run")
    with closing(Store.open(folder)) as store:
        yield store


def seen(store, **verdict):
    run = store.run()
    data = cache.load(Path(store.get("home")))
    told = replace(judge(run), **verdict)
    return layers(run, told, data, store.contenders(), device="cpu", seconds=1.0)


def why(found):
    """(whose layers, the code of why there is nothing to see), told in both languages."""
    assert set(found) == {"contender", "why", "reason", "reason_bn"} and found["reason"] != found["reason_bn"]
    return found["contender"], found["why"]


def test_without_a_network_there_are_no_layers(opened):
    found = seen(opened, champions={"classical": "logistic_regression", "deep": None})
    assert why(found) == (None, "no_network")


def test_a_model_that_was_not_kept_has_none(opened):
    shutil.rmtree(opened.folder / "first_fold")
    assert why(seen(opened)) == ("text_cnn", "gone")


def test_answers_that_are_more_than_a_label_are_not_looked_at(opened):
    opened.put("data", opened.get("data") | {"task": "translation"})
    assert why(seen(opened)) == ("text_cnn", "task")


def with_split(store, **arrays):
    place = store.folder / "split.npz"
    with np.load(place) as split:
        kept = dict(split)
    np.savez(place, **kept | arrays)


def test_a_few_rows_tell_nothing(opened):
    with_split(opened, order_0=np.arange(8))
    found = seen(opened)
    assert why(found) == ("text_cnn", "few_rows") and "8" in found["reason"]


def test_one_class_is_nothing_to_learn(opened):
    with np.load(opened.folder / "split.npz") as split:
        train = split["order_0"]
        one = train[split["targets"][train] == 0]
    with_split(opened, order_0=np.tile(one, 2))
    assert why(seen(opened)) == ("text_cnn", "one_class")
