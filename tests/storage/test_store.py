"""What is written is read back the same; damage and company are refused."""

import os
import sqlite3
import subprocess
import sys

import numpy as np
import pytest

from nikti.core.errors import RunError
from nikti.core.run import Result, Trial
from nikti.storage import lock
from nikti.storage.store import _FILE_NAME, Store, _copied


def result(name="net", fold=0, size=100):
    return Result(
        Trial(name, fold, size),
        "ok",
        scores={"accuracy": 0.75},
        rows=np.arange(4),
        losses=np.array([0.0, 1.0, 0.0, 0.0]),
        predicted=np.array([1, 2, 0, 1]),
        proba=np.full((4, 3), 1 / 3, np.float32),
        inner_score=0.7,
        inner_error=0.02,
        seconds={"fit": 1.5},
        predict_ms={"1": 0.2},
        importance=[("রং", 0.9), ("size", 0.1)],
        params={"C": 1.0},
        training_curve=[{"epoch": 1, "train_loss": 0.3}],
    )


def test_round_trip(tmp_path):
    store = Store.create(tmp_path / "run")
    store.add(result())
    store.put("data", {"নাম": [1, 2]})
    store.close()
    again = Store.open(tmp_path / "run")
    (found,) = again.results()
    assert again.get("data") == {"নাম": [1, 2]}
    scores = ("scores", "inner_score", "inner_error")
    for name in ("trial", "outcome", *scores, "importance", "params", "training_curve"):
        assert getattr(found, name) == getattr(result(), name)
    for name in ("rows", "losses", "predicted", "proba"):
        np.testing.assert_array_equal(getattr(found, name), getattr(result(), name))


def test_the_same_trial_is_one_row_which_keeps_its_place(tmp_path):
    store = Store.create(tmp_path)
    store.add(Result(Trial("net", 0, 100), "failed", "it broke"))
    store.add(result(fold=1))
    store.add(result())
    found = store.results()
    assert [(r.trial.fold, r.outcome) for r in found] == [(0, "ok"), (1, "ok")]
    np.testing.assert_array_equal(found[0].losses, result().losses)


def test_forgotten_outcomes_go_and_others_stay(tmp_path):
    store = Store.create(tmp_path)
    store.add(result())
    store.add(Result(Trial("svm", 0, 100), "failed", "why"))
    store.forget(("failed", "killed"))
    assert [r.trial.contender for r in store.results()] == ["net"]


def test_a_folder_that_is_no_run_is_refused(tmp_path):
    with pytest.raises(RunError, match=r"no run\.sqlite"):
        Store.open(tmp_path)


def test_a_full_folder_is_not_made_into_a_run(tmp_path):
    (tmp_path / "thesis.txt").write_text("x")
    with pytest.raises(RunError, match="--out"):
        Store.create(tmp_path)


def test_another_format_is_refused(tmp_path):
    store = Store.create(tmp_path)
    store.put("format", 99)
    store.close()
    with pytest.raises(RunError, match="format 99"):
        Store.open(tmp_path)


def test_a_damaged_file_is_said(tmp_path):
    Store.create(tmp_path).close()
    (tmp_path / "run.sqlite").write_bytes(b"not a database at all" * 400)
    for extra in ("run.sqlite-wal", "run.sqlite-shm"):
        (tmp_path / extra).unlink(missing_ok=True)
    with pytest.raises(RunError, match=r"cannot be (opened|read)"):
        Store.open(tmp_path)


def test_a_disk_too_full_for_a_new_run_is_left_as_it_was(tmp_path):
    """The limit on file size stands for a full disk."""
    resource = pytest.importorskip("resource", reason="this system does not limit the size of files")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (6000, hard))
    try:
        with pytest.raises(RunError, match=r"cannot be made.*Make room"):
            Store.create(tmp_path / "run")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert os.listdir(tmp_path / "run") == []
    Store.create(tmp_path / "run").close()


def contents(folder):
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}


def test_looking_writes_nothing(tmp_path):
    store = Store.create(tmp_path / "run")
    store.add(result())
    with store.lock():
        pass
    store.close()
    before = contents(tmp_path / "run")
    found = Store.look(tmp_path / "run")
    assert len(found.results()) == 1 and lock.holder(tmp_path / "run" / "lock") is None
    with pytest.raises(RunError, match="readonly|read-only"):
        found.put("a", 1)
    found.close()
    assert contents(tmp_path / "run") == before


#: Files called run.sqlite that nikti did not write.
FOREIGN = {
    "junk": lambda path: path.write_bytes(b"not a database at all" * 400),
    "empty": lambda path: path.write_bytes(b""),
    "somebody's database": lambda path: sqlite3.connect(path).executescript("create table mine (a)").close(),
    "a meta table of their own": lambda path: (
        sqlite3.connect(path)
        .executescript("create table meta (key, value); insert into meta values ('format', 'mine')")
        .close()
    ),
}


@pytest.mark.parametrize("write", FOREIGN.values(), ids=FOREIGN)
def test_a_foreign_file_is_refused_and_left_alone(tmp_path, write):
    write(tmp_path / "run.sqlite")
    before = contents(tmp_path)
    for way in (Store.look, Store.open):
        with pytest.raises(RunError):
            way(tmp_path)
    assert contents(tmp_path) == before


KILLED = """
import os, signal
from nikti.core.run import Result, Trial
from nikti.storage.store import Store
store = Store.create({folder!r})
for fold in range(3):
    store.add(Result(Trial("net", fold, 10), "failed", "why"))
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("way", ["look", "in memory", "open"])
def test_rows_of_a_killed_process_are_read(tmp_path, way):
    subprocess.run([sys.executable, "-c", KILLED.format(folder=str(tmp_path / "run"))], check=False)
    assert (tmp_path / "run" / "run.sqlite-wal").stat().st_size > 0
    if way == "in memory":  # as in a folder that takes no index
        place = tmp_path / "run" / "run.sqlite"
        store = Store(tmp_path / "run", _copied(place, place.with_name("run.sqlite-wal")))
    else:
        store = getattr(Store, way)(tmp_path / "run")
    assert [one.trial.fold for one in store.results()] == [0, 1, 2]
    store.close()


@pytest.mark.parametrize("name", ["../../victim", "a/b", "a\\b", "..", ".hidden", "", "C:x"])
def test_a_name_that_leads_out_of_the_run_is_refused(name):
    assert not _FILE_NAME.fullmatch(name)


@pytest.mark.parametrize("name", ["random_forest", "resnet10t_pretrained", "mlp_longer", "Mine", "আমার"])
def test_names_of_contenders_are_names_of_files(name):
    assert _FILE_NAME.fullmatch(name)


def test_who_holds_a_lock_is_told_with_how_long(tmp_path):
    with lock.held(tmp_path / "lock") as owner:
        assert owner is None
        holder = str(lock.holder(tmp_path / "lock"))
        assert holder.startswith(f"another process (number {os.getpid()}, for ") and holder.endswith(" s)")
    assert lock.holder(tmp_path / "lock") is None


def test_a_second_process_is_kept_out(tmp_path):
    store = Store.create(tmp_path)
    code = f"""
from nikti.storage.store import Store
from nikti.core.errors import RunError
try:
    with Store.open({str(tmp_path)!r}).lock():
        print("in")
except RunError as error:
    print(error)
"""
    with store.lock():
        out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        assert "another process" in out and "--out" in out
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "in"


def test_no_pickle_in_the_file(tmp_path):
    Store.create(tmp_path).add(result())
    with sqlite3.connect(tmp_path / "run.sqlite") as db:
        (blob,) = db.execute("select arrays from results").fetchone()
    assert blob[:2] == b"PK"  # an .npz, read with allow_pickle=False
