"""A run around its trials: folders, what goes on, what is tidied up. Whole runs: `test_whole_run.py`."""

import os
import re
import shutil
from contextlib import closing

import pytest

from nikti.core.errors import RunError, UsageError
from nikti.run import session
from nikti.run.request import Request
from nikti.storage.store import Store


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("my photos", "my_photos"),
        ("আমার ছবি", "আমার_ছবি"),
        ("../../etc/passwd", "etc_passwd"),
        ("...", "data"),
        ("", "data"),
        ("a" * 200, "a" * 60 + "-"),
    ],
)
def test_a_new_folder_is_named_after_the_data_and_the_moment(tmp_path, name, safe):
    found = session.new_folder(tmp_path, name)
    assert found.parent == tmp_path and found.name.startswith(safe)
    assert re.search(r"-\d{8}-\d{6}$", found.name) and not set(found.name) & set('/\\:*?"<>|')


def test_two_folders_in_one_second_are_two(tmp_path):
    names = set()
    for _ in range(4):
        folder = session.new_folder(tmp_path, "wine")
        folder.mkdir()
        names.add(folder.name)
    assert len(names) == 4


KEY = {"settings": Request(source="wine").settings(), "fingerprint": "f"}


def a_run(folder, key=KEY, **facts):
    with closing(Store.create(folder)) as store:
        for name, value in {"key": key, **facts}.items():
            store.put(name, value)
    return folder


def test_an_unfinished_run_of_the_same_data_and_settings_goes_on(tmp_path):
    older, newer = a_run(tmp_path / "older"), a_run(tmp_path / "newer")
    for place, age in ((older, 100), (newer, 10)):
        moment = (newer / "run.sqlite").stat().st_mtime - age
        os.utime(place / "run.sqlite", (moment, moment))
    a_run(tmp_path / "done", finished=True)
    a_run(tmp_path / "other", key=KEY | {"fingerprint": "g"})
    (tmp_path / "thesis").mkdir()
    assert session._unfinished(KEY, None, tmp_path) == newer
    with closing(Store.open(newer)) as store, store.lock():  # this process works on it
        assert session._unfinished(KEY, None, tmp_path) == older
    shutil.rmtree(older)
    shutil.rmtree(newer)
    assert session._unfinished(KEY, None, tmp_path) is None


@pytest.mark.parametrize(
    ("more", "state"),
    [({"finished": True}, "finished"), ({"key": {"settings": {}}}, "of other data or settings")],
)
def test_a_named_folder_with_another_run_is_refused(tmp_path, more, state):
    folder = a_run(tmp_path / "run", **more)
    with pytest.raises(RunError, match=f"a run that is {state}; name another folder"):
        session._unfinished(KEY, folder, tmp_path)
    assert session._unfinished(KEY, tmp_path / "new", tmp_path) is None
    assert session._unfinished(KEY, a_run(tmp_path / "mine"), tmp_path) == tmp_path / "mine"


def test_only_models_that_somebody_needs_are_kept(texts_run, tmp_path):
    from nikti.verdict.judge import judge

    folder = shutil.copytree(texts_run, tmp_path / "run")
    shutil.copytree(folder / "first_fold" / "text_cnn", folder / "first_fold" / "gru")
    with closing(Store.open(folder)) as store:
        verdict = judge(store.run())
    session._drop_unneeded_models(folder, verdict)
    # The network of the first fold is looked into; the forest's fit on all rows is there.
    assert {place.name for place in (folder / "first_fold").iterdir()} == {"text_cnn"}
    assert {place.name for place in (folder / "models").iterdir()} == {"logistic_regression", "text_cnn"}


def test_a_champion_without_a_fit_on_all_rows_keeps_that_of_its_first_fold(texts_run, tmp_path):
    from nikti.verdict.judge import judge

    folder = shutil.copytree(texts_run, tmp_path / "run")
    shutil.rmtree(folder / "models" / "logistic_regression")
    with closing(Store.open(folder)) as store:
        verdict = judge(store.run())
    session._drop_unneeded_models(folder, verdict)
    kept = {place.name for place in (folder / "first_fold").iterdir()}
    assert kept == {"logistic_regression", "text_cnn"}


@pytest.mark.parametrize(("lang", "name"), [("en", "report.html"), ("bn", "report-bn.html")])
def test_the_report_is_named_after_its_language(texts_run, tmp_path, lang, name):
    folder = shutil.copytree(texts_run, tmp_path / "run")
    assert session.write_report(folder, None, lang) == folder / name == folder / session.report_name(lang)
    assert f'lang="{lang}"' in (folder / name).read_text(encoding="utf-8")


def test_a_run_without_a_plan_or_without_its_data_cannot_go_on(texts_run, tmp_path):
    folder = a_run(tmp_path / "begun", settings=KEY["settings"], home=None)
    with pytest.raises(RunError, match="stopped before its plan"):
        session.resume_run(folder, None, 0.0, print)
    gone = shutil.copytree(texts_run, tmp_path / "run")
    with closing(Store.open(gone)) as store:
        store.put("home", str(tmp_path / "nowhere"))
    with pytest.raises(RunError, match=r"stored data of this run are gone \(.*nowhere"):
        session.resume_run(gone, None, 0.0, print)


def test_training_does_not_write_over_what_is_there(tmp_path):
    (tmp_path / "model").mkdir()
    request = Request(source="wine", contenders=("logistic_regression",))
    with pytest.raises(UsageError, match="exists already"):
        session._train_one(None, request, None, tmp_path / "model", tmp_path, 0.0, print)
    assert list((tmp_path / "model").iterdir()) == []
