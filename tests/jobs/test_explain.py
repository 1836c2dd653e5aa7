"""What the champions looked at, explained from the models that a run has kept."""

import json
import shutil
from contextlib import closing

import pytest

from nikti.jobs import explain
from nikti.run.workers import roots_of, stored_data
from nikti.storage.store import Store


def explained(folder, seconds=20.0):
    with closing(Store.open(folder)) as store:
        roots = roots_of(store)
        job = explain.Job(stored_data(store), store.contenders(), "cpu", seconds, threads=1)
    return json.loads(json.dumps(explain.work(job, roots, print)))


@pytest.fixture(scope="module")
def copy(texts_run, tmp_path_factory):
    """The run, to be taken apart."""
    return shutil.copytree(texts_run, tmp_path_factory.mktemp("explain") / "run")


def test_both_champions_are_explained_on_the_same_samples(texts_run):
    found = explained(texts_run)
    names = {side: one["contender"] for side, one in found["sides"].items()}
    assert names == {"classical": "logistic_regression", "deep": "text_cnn"}
    assert 0 < found["n"] <= found["asked"] and found["draws"] >= 1
    for one in found["sides"].values():
        assert one["method"] in one["methods"] and one["own"] in one["measured"]
    assert len(found["samples"]) >= 1
    for shown in found["samples"]:
        assert shown["truth"] in ("complaint", "question", "thanks") and shown["text"]
        assert set(shown["sides"]) <= {"classical", "deep"}
        for one in shown["sides"].values():
            assert len(one["weights"]) == len(shown["text"])  # one a character


def test_one_model_alone_is_explained_too_and_none_is_no_error(copy):
    shutil.rmtree(copy / "models" / "text_cnn")
    shutil.rmtree(copy / "first_fold" / "text_cnn", ignore_errors=True)
    assert set(explained(copy, 5.0)["sides"]) == {"classical"}
    for folder in ("models", "first_fold"):
        shutil.rmtree(copy / folder)
    assert explained(copy) == {}


def test_without_the_data_there_is_nothing_to_explain(texts_run, tmp_path):
    folder = shutil.copytree(texts_run, tmp_path / "run")
    with closing(Store.open(folder)) as store:
        store.put("home", str(tmp_path / "gone"))
    assert explained(folder) == {}
