"""What is written is read back the same; damage and company are refused."""

import sqlite3
import subprocess
import sys

import numpy as np
import pytest

from nikti.core.errors import RunError
from nikti.core.run import Result, Trial
from nikti.storage.store import Store


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
