"""What the tests of verbs on tasks share: made data and one run for each task, made once however many
processes test, and a way to type a command and get its document."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest

from nikti.cli.main import main
from nikti.core.files import write_atomic
from nikti.storage import lock
from tests.matrix.made import EVERY, Made

#: A whole run of two quick contenders takes some 10 s of a quiet machine; a busy one has time too.
LIMIT = "5m"


@dataclass(frozen=True)
class Compared:
    """How `nikti compare --json` ended, and the folder of its run."""

    folder: str
    code: int
    out: str
    err: str


@pytest.fixture(scope="session")
def shared(tmp_path_factory) -> Path:
    """A folder that all processes of this test session see."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "matrix"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="module", autouse=True)
def _own_cache(shared) -> Iterator[None]:
    """A cache of their own, so that no earlier run helps."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NIKTI_CACHE", str(shared / "cache"))
        yield


def typed(*words: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own."""
    command = [sys.executable, "-m", "nikti", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False)


def document(text: str) -> dict:
    """The one JSON document that is there, without what is no JSON (NaN)."""

    def refuse(name: str) -> None:
        raise ValueError(f"{name} is no JSON")

    return json.loads(text, parse_constant=refuse)


def once(path: Path, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What `make` returns, made by the first process that asks and kept as JSON for the others."""
    while not path.exists():
        with lock.held(path.with_suffix(".lock")) as owner:
            if owner is None and not path.exists():
                write_atomic(path, json.dumps(make()))
        if owner is not None:
            time.sleep(0.2)
    return json.loads(path.read_text(encoding="utf-8"))


def data_of(shared: Path, task: str) -> Made:
    """The made data of a task."""

    def make() -> dict[str, Any]:
        (shared / task).mkdir()
        return asdict(EVERY[task](shared / task))

    return Made(**once(shared / f"{task}.json", make))


def comparison(shared: Path, made: Made) -> Compared:
    """A comparison on made data, as a user types it."""
    folder = shared / made.task / "a run"

    def make() -> dict[str, Any]:
        words = ["compare", made.labelled, *made.words, "--preset", "fast", "--time-limit", LIMIT]
        done = typed(*words, "--out", folder, "--json", "--contender", *made.contenders)
        return {"folder": str(folder), "code": done.returncode, "out": done.stdout, "err": done.stderr}

    return Compared(**once(shared / f"{made.task}-run.json", make))


#: Sets of labels are answered alike whatever the samples are: those of texts stand for the others (slow).
SLOW = {name for name in EVERY if "multilabel" in name and not name.startswith("text")}


@pytest.fixture(
    scope="session",
    params=[pytest.param(name, marks=pytest.mark.slow) if name in SLOW else name for name in EVERY],
)
def made(request, shared) -> Made:
    """Made data of each task in turn."""
    return data_of(shared, request.param)


@pytest.fixture(scope="session")
def compared(made, shared) -> Compared:
    """The comparison on them."""
    return comparison(shared, made)


@pytest.fixture
def say(capfd) -> Callable[..., dict[str, Any]]:
    """Type a command with --json: its exit code must be `code`, its output one JSON document."""

    def words_to_document(*words: object, code: int = 0) -> dict[str, Any]:
        capfd.readouterr()
        found = main([*map(str, words), "--json"])
        out, err = capfd.readouterr()
        assert found == code, err
        return document(out)

    return words_to_document
