"""Where a comparison works: in a stopped run of the same kind, else a new folder; others are left alone."""

import os
import re
import sqlite3
from contextlib import ExitStack, closing

import pytest

from nikti.core.errors import RunError
from nikti.run import folders
from nikti.storage.store import Store

KEY = {"settings": {"preset": "fast", "drop": ()}, "fingerprint": "abc"}


def made(folder, key=KEY, finished=False):
    with closing(Store.create(folder)) as store:
        store.put("key", key)
        store.put("finished", finished)
    return folder


def chosen(runs, out=None, key=KEY):
    """(the folder chosen, whether it was made new)."""
    new = []
    with folders.locked(key, out, runs, "wine", new) as store:
        return store.folder, bool(new)


def contents(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


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
    found = folders.new_folder(tmp_path, name)
    assert found.parent == tmp_path and found.name.startswith(safe)
    assert re.search(r"-\d{8}-\d{6}$", found.name) and not set(found.name) & set('/\\:*?"<>|')


def test_two_folders_in_one_second_are_two(tmp_path):
    names = set()
    for _ in range(4):
        folder = folders.new_folder(tmp_path, "wine")
        folder.mkdir()
        names.add(folder.name)
    assert len(names) == 4


def test_a_stopped_run_of_the_same_data_and_settings_is_gone_on_with(tmp_path):
    stopped = made(tmp_path / "stopped")
    made(tmp_path / "finished", finished=True)
    made(tmp_path / "other", key={**KEY, "fingerprint": "def"})
    assert chosen(tmp_path) == (stopped, False)
    assert chosen(tmp_path, out=stopped) == (stopped, False)


def test_of_several_the_newest_that_nobody_works_on_goes_on(tmp_path):
    older, newer = made(tmp_path / "older"), made(tmp_path / "newer")
    for place, age in ((older, 100), (newer, 10)):
        moment = (newer / "run.sqlite").stat().st_mtime - age
        os.utime(place / "run.sqlite", (moment, moment))
    with closing(Store.open(newer)) as store, store.lock():  # this process works on it
        assert chosen(tmp_path) == (older, False)
    os.utime(newer / "run.sqlite")
    assert chosen(tmp_path) == (newer, False)


#: What may lie beside the runs.
NEIGHBOURS = {
    "junk": lambda folder: (folder / "run.sqlite").write_bytes(b"junk" * 100),
    "empty": lambda folder: (folder / "run.sqlite").touch(),
    "cut short": lambda folder: (folder / "run.sqlite").write_bytes(b"SQLite format 3\0" + bytes(100)),
    "a folder": lambda folder: (folder / "run.sqlite").mkdir(),
    "a database of the user": lambda folder: _theirs(folder),
    "no JSON": lambda folder: (made(folder), _spoilt(folder)),
    "no run": lambda folder: (folder / "notes.txt").write_text("mine"),
}


def _theirs(folder):
    with closing(sqlite3.connect(folder / "run.sqlite")) as database:
        database.execute("create table mine (a)")


def _spoilt(folder):
    with closing(sqlite3.connect(folder / "run.sqlite")) as database:
        database.execute("update meta set value = '{' where key = 'key'")
        database.commit()


@pytest.mark.parametrize("name", NEIGHBOURS)
def test_a_neighbour_that_is_no_readable_run_is_passed_over_and_left_alone(tmp_path, name):
    (tmp_path / "neighbour").mkdir()
    NEIGHBOURS[name](tmp_path / "neighbour")
    before = contents(tmp_path / "neighbour")
    folder, new = chosen(tmp_path)
    assert new and folder.parent == tmp_path
    assert contents(tmp_path / "neighbour") == before


def test_a_run_that_is_worked_on_is_not_taken_from_its_process(tmp_path):
    busy = made(tmp_path / "busy")
    with closing(Store.open(busy)) as store, store.lock():
        assert chosen(tmp_path)[1]
        with pytest.raises(
            RunError, match=r"another process \(number \d+, for .* is working on .*busy.*--out"
        ):
            chosen(tmp_path, out=busy)


@pytest.mark.parametrize(
    ("finished", "key", "words"),
    [(True, KEY, "that is finished"), (False, {**KEY, "fingerprint": "x"}, "of other data or settings")],
)
def test_a_named_run_that_is_not_to_be_gone_on_with_is_refused(tmp_path, finished, key, words):
    folder = made(tmp_path / "run", key, finished)
    before = contents(folder)
    with pytest.raises(RunError, match=f"{words}.*--out"):
        chosen(tmp_path, out=folder)
    assert contents(folder) == before


def test_a_run_that_was_stopped_before_it_wrote_anything_is_begun_again(tmp_path):
    Store.create(tmp_path / "run").close()
    assert chosen(tmp_path, out=tmp_path / "run") == (tmp_path / "run", False)


def test_two_that_start_in_one_second_get_a_folder_each(tmp_path):
    with ExitStack() as stack:
        chosen_ones = [
            stack.enter_context(folders.locked(KEY, None, tmp_path, "wine", [])).folder for _ in range(3)
        ]
    assert len(set(chosen_ones)) == 3


def test_an_empty_folder_of_the_user_is_not_counted_as_made(tmp_path):
    (tmp_path / "mine").mkdir()
    assert chosen(tmp_path, out=tmp_path / "mine") == (tmp_path / "mine", False)
    assert chosen(tmp_path, out=tmp_path / "new") == (tmp_path / "new", True)
