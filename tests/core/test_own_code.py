"""A user's Python file is run where this user has named it as it is, and never otherwise."""

import os
import subprocess
import sys

import pytest

from nikti.core import catalogue, own_code
from nikti.core.errors import UsageError


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("NIKTI_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(own_code, "_named", {})
    return tmp_path / "cache"


def forget():
    """As in a new process."""
    own_code._named.clear()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text("VALUE = 1")
    return path


def test_a_file_that_nobody_named_is_not_run(tmp_path):
    evil = tmp_path / "evil.py"
    evil.write_text(f"open({str(tmp_path / 'PWNED')!r}, 'w')")
    with pytest.raises(UsageError, match="was not named by you: it was not run"):
        catalogue.load_file(evil)
    assert not (tmp_path / "PWNED").exists()


def test_a_file_that_was_named_is_run_now_and_later_by_the_same_user(file, tmp_path, monkeypatch):
    assert own_code.name(file) == str(file)
    assert catalogue.load_file(file).VALUE == 1
    forget()
    assert catalogue.load_file(file).VALUE == 1
    monkeypatch.chdir(tmp_path)
    assert catalogue.load_file("mine.py").VALUE == 1
    monkeypatch.setenv("NIKTI_CACHE", str(tmp_path / "of another user"))
    with pytest.raises(UsageError, match="not named"):
        catalogue.load_file(file)


def test_a_file_that_has_changed_must_be_named_again(file):
    own_code.name(file)
    file.write_text("VALUE = 2")
    forget()
    with pytest.raises(UsageError, match="has changed since you named it"):
        catalogue.load_file(file)
    own_code.name(file)
    assert catalogue.load_file(file).VALUE == 2


def test_a_copy_at_another_place_was_not_named(file, tmp_path):
    own_code.name(file)
    (tmp_path / "run").mkdir()
    copy = tmp_path / "run" / "mine.py"
    copy.write_bytes(file.read_bytes())
    with pytest.raises(UsageError, match="not named"):
        catalogue.load_file(copy)


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="no owners of files here")
def test_what_others_may_write_in_a_shared_cache_counts_for_nothing(file, cache):
    own_code.name(file)
    forget()
    (kept,) = (cache / "own_code").iterdir()
    kept.chmod(0o666)
    with pytest.raises(UsageError, match="not named"):
        catalogue.load_file(file)


def test_a_cache_that_takes_nothing_lets_this_process_run_what_was_named(file, cache):
    cache.write_text("no folder")
    own_code.name(file)
    assert catalogue.load_file(file).VALUE == 1


def test_another_process_of_the_user_runs_it(file):
    own_code.name(file)
    code = f"from nikti.core import catalogue; print(catalogue.load_file({str(file)!r}).VALUE)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "1\n"
