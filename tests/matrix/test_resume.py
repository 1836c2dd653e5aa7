"""Going on with a run never loses what is done: a short limit, a long one, another machine."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

import nikti
from nikti.storage.store import Store
from tests.matrix.conftest import comparison, data_of, document, typed


@pytest.fixture
def finished(shared, tmp_path) -> Path:
    """A copy of a finished run on a table."""
    found = comparison(shared, data_of(shared, "tabular_classification"))
    assert found.code == 0, found.err
    return Path(shutil.copytree(found.folder, tmp_path / "finished run"))


def rows(folder: Path) -> dict[str, tuple[str, bytes]]:
    """{trial: (what is told of it, its arrays)}"""
    with sqlite3.connect(folder / "run.sqlite") as db:
        return {
            key: (body, arrays) for key, body, arrays in db.execute("select key, body, arrays from results")
        }


def plan(folder: Path) -> dict:
    store = Store.open(folder)
    try:
        return store.get("plan")
    finally:
        store.close()


@pytest.mark.parametrize("limit", ["1s", "5s", "2m"])
def test_a_finished_run_keeps_every_row_and_every_fold_whatever_the_limit(finished, limit, tmp_path):
    before, planned, verdict = rows(finished), plan(finished), nikti.open_run(finished).verdict
    assert planned["folds"] == 5
    done = typed("resume", finished, "--time-limit", limit, "--json")
    told = document(done.stdout)
    if done.returncode == 2:  # a limit that is too short to start is refused, with the limit
        assert limit != "2m" and told["error"]["type"] == "UsageError" and "time" in told["error"]["message"]
    else:
        assert done.returncode == 0 and told["run"] == str(finished), done.stderr
    assert "fault of nikti" not in done.stderr
    after = rows(finished)
    assert {trial: after[trial] for trial in before} == before
    assert plan(finished)["folds"] >= planned["folds"]
    run = nikti.open_run(finished)
    assert run.finished and run.verdict.n == verdict.n and run.verdict.champions == verdict.champions
    assert run.verdict.gap == verdict.gap and run.verdict.low == verdict.low
    assert run.report(tmp_path / "page.html").stat().st_size > 10_000
    assert run.best.contender == verdict.winner


def test_a_run_on_another_machine_says_that_its_data_are_not_here(finished, tmp_path):
    store = Store.open(finished)
    store.put("home", str(tmp_path / "cache of the other machine"))
    store.close()
    before = rows(finished)
    done = typed("resume", finished, "--json")
    assert done.returncode == 1
    told = document(done.stdout)["error"]
    assert told["type"] == "RunError" and "cache of the other machine" in told["message"]
    assert "nikti compare" in told["message"] or "compare command" in told["message"]
    assert rows(finished) == before
    page = typed("report", finished, "--out", tmp_path / "page.html")  # whatever was measured is still told
    assert page.returncode == 0 and (tmp_path / "page.html").is_file()
    assert nikti.load_model(finished).contender


def test_a_folder_that_holds_no_run_is_refused(tmp_path):
    done = typed("resume", tmp_path, "--json")
    assert done.returncode == 1 and document(done.stdout)["error"]["type"] == "RunError"
    assert "holds no run" in done.stderr
