"""Which model a folder, a run and a name mean."""

import shutil

import pytest

from nikti.core.errors import ModelError, RunError, UsageError
from nikti.model.fitted import FittedModel, model_folder
from nikti.model.load import load
from nikti.model.together import FittedTogether
from nikti.storage.models import kept
from nikti.verdict.judge import judge


def loaded(folder, contender=None):
    return load(folder, contender, None, None)


def winner(folder):
    from contextlib import closing

    from nikti.storage.store import Store

    with closing(Store.open(folder)) as store:
        return judge(store.run()).winner


@pytest.mark.parametrize("name", ["logistic_regression", "text_cnn"])
def test_a_contender_of_a_run_by_its_name(texts_run, name):
    found = loaded(texts_run, name)
    assert type(found) is FittedModel and found.contender == name
    assert found.folder == kept(texts_run, name) and found.classes == ("complaint", "question", "thanks")


def test_a_run_alone_means_its_winner(texts_run):
    assert loaded(texts_run).contender == winner(texts_run)
    assert model_folder(texts_run, None) == kept(texts_run, winner(texts_run))


def test_a_model_folder_is_itself_wherever_it_lies(texts_run, tmp_path):
    folder = shutil.copytree(kept(texts_run, "text_cnn"), tmp_path / "সেরা মডেল")
    found = loaded(folder)
    assert (found.contender, found.side) == ("text_cnn", "deep")
    assert found.predict(["the lamp arrived broken"])[0]["prediction"] in found.classes


def test_both_champions_as_one_from_a_run_and_from_where_that_was_saved(texts_run, tmp_path):
    found = loaded(texts_run, "together")
    assert isinstance(found, FittedTogether) and found.contender == "together"
    assert [part.contender for part in found.parts] == ["logistic_regression", "text_cnn"]
    again = loaded(found.save(tmp_path / "both"))
    assert isinstance(again, FittedTogether) and again.weight == found.weight
    with pytest.raises(UsageError, match="exists already"):
        found.save(tmp_path / "both")


def test_what_was_not_kept_is_said_with_what_was(texts_run):
    with pytest.raises(ModelError, match="no fitted model of mlp; it holds logistic_regression, text_cnn"):
        loaded(texts_run, "mlp")


@pytest.mark.parametrize("kind", ["empty", "missing", "file"])
def test_what_is_no_model_is_refused(tmp_path, kind):
    place = tmp_path / "place"
    if kind == "empty":
        place.mkdir()
    elif kind == "file":
        place.write_text("thesis")
    with pytest.raises((ModelError, RunError)):
        loaded(place)


def test_a_file_of_ones_own_that_is_not_there_is_said(texts_run):
    with pytest.raises(UsageError, match="no such file"):
        load(texts_run, "logistic_regression", "nowhere/features.py", None)
    with pytest.raises(UsageError, match="no such file"):
        load(texts_run, "nowhere/models.py:Mine", None, None)
