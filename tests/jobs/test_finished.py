"""A run as a job finds it: its rows from its folder, its data by name."""

import shutil
from contextlib import closing

import numpy as np
import pytest

from nikti.core.errors import RunError
from nikti.jobs import _finished
from nikti.run.workers import roots_of, stored_data
from nikti.storage.store import Store
from nikti.verdict.judge import judge


@pytest.fixture(scope="module")
def opened(texts_run):
    with closing(Store.open(texts_run)) as store:
        yield store


def test_the_run_its_verdict_and_its_data(opened):
    found = _finished.load(stored_data(opened), roots_of(opened))
    assert found.run.plan == opened.plan() and len(found.run.results) == len(opened.results())
    assert found.verdict == judge(opened.run())
    np.testing.assert_array_equal(found.data.targets, found.run.targets)


def test_data_lie_where_the_roots_say_whatever_the_run_remembers(opened, texts_run, tmp_path):
    folder, name = shutil.copytree(texts_run, tmp_path / "run"), stored_data(opened)
    shutil.copytree(roots_of(opened)["data"] / name, tmp_path / "elsewhere" / name)
    with closing(Store.open(folder)) as store:
        store.put("home", "/nowhere/" + name)
    found = _finished.load(name, {"run": folder, "data": tmp_path / "elsewhere"})
    assert found.data.home == tmp_path / "elsewhere" / name and len(found.data) == 90


def test_data_that_are_gone_are_none_and_a_run_that_is_gone_is_said(opened, tmp_path):
    assert _finished.load("another", roots_of(opened)).data is None
    with pytest.raises(RunError, match="no run"):
        _finished.load(stored_data(opened), roots_of(opened) | {"run": tmp_path})
