"""A run around its trials: folders, what goes on, what is tidied up. Whole runs: `test_whole_run.py`."""

import shutil
from contextlib import closing

import pytest

from nikti.core.errors import RunError, UsageError
from nikti.run import session
from nikti.run.request import Request
from nikti.storage.store import Store

KEY = {"settings": Request(source="wine").settings(), "fingerprint": "f"}


def a_run(folder, key=KEY, **facts):
    with closing(Store.create(folder)) as store:
        for name, value in {"key": key, **facts}.items():
            store.put(name, value)
    return folder


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


def test_every_file_of_code_that_a_run_names_is_found_with_the_flag_that_names_it(tmp_path):
    own = tmp_path / "b.py"
    own.touch()
    settings = {"features": "/a.py", "network": None, "contenders": [f"{own}:Mine", "mlp"]}
    options = {"features_file": "/c.py", "network_file": "/d.py", "own": {"Mine": "/e.py"}}
    contenders = {"x": {"options": options}, "y": {"options": {}}}
    with closing(Store.open(a_run(tmp_path / "run", settings=settings, contenders=contenders))) as store:
        assert session._code_of(store) == {
            "/a.py": ("--features", "/a.py"),
            str(own): ("--contender", f"{own}:Mine"),
            "/c.py": ("--features", "/c.py"),
            "/d.py": ("--network", "/d.py"),
            "/e.py": ("--contender", "/e.py:Mine"),
        }
