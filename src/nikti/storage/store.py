"""A run on disk: one folder, one SQLite file in WAL mode, the stored data set, the final models.

Every finished trial is one committed transaction, so a run killed at any moment loses only what was
running. Arrays are `.npz` bytes without pickle.
"""

from __future__ import annotations

import io
import json
import os
import re
import shlex
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from nikti import answers
from nikti.core import files, plain
from nikti.core.answers import WHOLE, parts_of
from nikti.core.contender import ContenderSpec
from nikti.core.errors import RunError, UnknownName
from nikti.core.plan import Plan
from nikti.core.run import Result, Run, Trial
from nikti.storage import lock

#: Raised when the layout of the folder changes.
FORMAT = 1

_ARRAYS = ("rows", "losses", "predicted", "proba")

_NAME = "run.sqlite"

_SCHEMA = (
    "create table if not exists meta (key text primary key, value text not null)",
    "create table if not exists results (key text primary key, contender text not null, fold integer "
    "not null, size integer not null, outcome text not null, body text not null, arrays blob)",
)

#: Names of contenders are names of files in a run: none may lead out of it.
_FILE_NAME = re.compile(r"(?!\.)[^/\\:\0]{1,200}")


def _write_new(place: Path) -> None:
    with closing(sqlite3.connect(place, isolation_level=None)) as database:
        database.execute("pragma journal_mode = off")  # it is given up where anything fails
        for statement in _SCHEMA:
            database.execute(statement)
        database.execute("insert into meta values ('format', ?)", (json.dumps(FORMAT),))


def _to_write(folder: Path) -> sqlite3.Connection:
    try:
        database = sqlite3.connect(folder / _NAME, isolation_level=None, timeout=30)
        database.execute("pragma journal_mode = wal")
        database.execute("pragma synchronous = full")
        return database
    except sqlite3.Error as error:
        raise RunError(f"the run in {folder} cannot be opened: {_reason(error, folder)}") from error


def _to_read(folder: Path) -> sqlite3.Connection:
    """Where a log is left, of a run that is at work or was killed, SQLite makes an index beside it; without a
    log the file alone holds everything and is read as it is."""
    place = (folder / _NAME).absolute()
    log = place.with_name(f"{_NAME}-wal")
    way = "mode=ro" if log.exists() else "immutable=1"
    try:
        database = sqlite3.connect(f"{place.as_uri()}?{way}", uri=True, isolation_level=None, timeout=30)
        try:
            database.execute("select count(*) from sqlite_master").fetchone()
            return database
        except sqlite3.Error as error:
            database.close()
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if not log.exists() or code not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
                raise
        return _copied(place, log)  # a log in a folder that takes no index
    except (sqlite3.Error, OSError) as error:
        raise RunError(f"the run in {folder} cannot be opened: {error}.") from error


def _copied(place: Path, log: Path) -> sqlite3.Connection:
    """What a file and its log hold, in memory."""
    memory = sqlite3.connect(":memory:", isolation_level=None)
    with tempfile.TemporaryDirectory(prefix="nikti-look-") as beside:
        for file in (place, log):
            shutil.copyfile(file, Path(beside) / file.name)
        with closing(sqlite3.connect(Path(beside) / place.name)) as copy:
            copy.backup(memory)
    return memory


@contextmanager
def _undamaged(folder: Path) -> Iterator[None]:
    """What cannot be made out of the stored JSON and arrays is a RunError."""
    try:
        yield
    except (
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        EOFError,
        zipfile.BadZipFile,
        UnknownName,
    ) as error:
        raise RunError(
            f"the run in {folder} is damaged ({type(error).__name__}: {error}); copy it again from where it "
            "came, or compare again."
        ) from error


def _reason(error: Exception, folder: Path) -> str:
    """What SQLite says, and what to do about a disk that takes nothing more."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL or code == sqlite3.SQLITE_IOERR:
        return f"{error}. Make room on its disk, then type: nikti resume {shlex.quote(str(folder))}"
    if code == sqlite3.SQLITE_READONLY:
        return f"{error}. Make the folder writable, or copy it to one that is."
    return f"{error}."


def _npz(arrays: dict[str, Any]) -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def _arrays(blob: bytes) -> dict[str, np.ndarray]:
    with np.load(io.BytesIO(blob), allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}


class Store:
    """One open run folder. Only the holder of `lock()` may write."""

    def __init__(self, folder: Path, database: sqlite3.Connection):
        self.folder = Path(folder)
        self._db = database

    @classmethod
    def create(cls, folder: Path) -> Store:
        """A new run folder, whose file is whole or not there. Raises RunError if the folder is there and not
        empty, or cannot be written."""
        folder = Path(folder)
        files.sweep(folder)
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise RunError(f"{folder} is not empty; name another folder with --out, or resume it.")
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RunError(f"the run folder {folder} cannot be made: {error.strerror}.") from error
        try:
            with files.file_beside(folder / _NAME) as beside:
                _write_new(beside)
                os.replace(beside, folder / _NAME)
            files.sync_folder(folder)
        except (sqlite3.Error, OSError) as error:
            raise RunError(f"the run in {folder} cannot be made: {_reason(error, folder)}") from error
        return cls(folder, _to_write(folder))

    @classmethod
    def open(cls, folder: Path) -> Store:
        """An existing run, to go on with. Raises RunError as `look`, or if it cannot be written."""
        cls.look(folder).close()  # a file of somebody else's is not written into
        return cls(Path(folder), _to_write(Path(folder)))

    @classmethod
    def look(cls, folder: Path) -> Store:
        """An existing run, to look at: nothing is written, so the folder may be read-only. Raises RunError if
        there is none, or it is of another format."""
        folder = Path(folder)
        if not (folder / _NAME).is_file():
            raise RunError(f"{folder} is no run of nikti: it holds no {_NAME}.")
        store = cls(folder, _to_read(folder))
        try:
            found = store.get("format")
            if found != FORMAT:
                raise RunError(f"the run in {folder} has format {found}; this version reads format {FORMAT}.")
        except BaseException:
            store.close()
            raise
        return store

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep every other process from writing to the run. Raises RunError if one already does."""
        with lock.held(self.folder / "lock") as owner:
            if owner is not None:
                raise RunError(at_work(owner, self.folder))
            yield

    def put(self, key: str, value: Any) -> None:
        """Write one JSON-able fact."""
        self._execute("insert or replace into meta values (?, ?)", (key, json.dumps(value)))

    def get(self, key: str, default: Any = None) -> Any:
        """Read one fact."""
        row = self._execute("select value from meta where key = ?", (key,)).fetchone()
        with _undamaged(self.folder):
            return default if row is None else json.loads(row[0])

    def add(self, result: Result) -> None:
        """Write one result; a result for the same trial is replaced, in its place in the order."""
        body, arrays = pack(result)
        trial = result.trial
        self._execute(
            "insert into results values (?, ?, ?, ?, ?, ?, ?) on conflict (key) do update set "
            "outcome = excluded.outcome, body = excluded.body, arrays = excluded.arrays",
            (
                trial.key,
                trial.contender,
                trial.fold,
                trial.size,
                result.outcome,
                json.dumps(body),
                _npz(arrays),
            ),
        )

    def results(self) -> list[Result]:
        """All results, in the order in which they were first written."""
        rows = self._execute("select body, arrays from results order by rowid").fetchall()
        with _undamaged(self.folder):
            return [unpack(json.loads(body), _arrays(blob)) for body, blob in rows]

    def forget(self, outcomes: tuple[str, ...]) -> None:
        """Remove results with these outcomes, so that resuming tries them again."""
        marks = ",".join("?" * len(outcomes))
        self._execute(f"delete from results where outcome in ({marks})", outcomes)

    def plan(self) -> Plan:
        """The plan. Raises RunError if the run was stopped before it was made."""
        body = self.get("plan")
        if body is None:
            raise RunError(f"the run in {self.folder} was stopped before its plan was made; start it again.")
        settings = self.get("settings") or {}  # plans of earlier versions left the preset to them
        with _undamaged(self.folder):
            plan = Plan.from_json({"preset": settings.get("preset", ""), **body})
        if strange := [name for name in plan.entries if not _FILE_NAME.fullmatch(name)]:
            raise RunError(f"the run in {self.folder} names a contender {strange[0]!r}, which no run does.")
        return plan

    def contenders(self) -> dict[str, ContenderSpec]:
        """What the plan's contenders are made from, by name. Raises RunError as `plan`."""
        self.plan()
        specs = self.get("contenders")
        with _undamaged(self.folder):
            return {name: plain.read(ContenderSpec, spec) for name, spec in specs.items()}

    def put_plan(self, plan: Plan) -> None:
        """Write the plan, or what became of it."""
        self.put("plan", plan.to_json())

    def run(self) -> Run:
        """The whole as plain data. Raises RunError as `plan`."""
        with np.load(self.folder / "split.npz", allow_pickle=False) as split:
            folds = split["fold"]
            targets = split["targets"] if "targets" in split.files else None
            groups = split["groups"] if "groups" in split.files else None
        return Run(
            folder=self.folder,
            settings=self.get("settings"),
            data=self.get("data"),
            plan=self.plan(),
            machine=self.get("machine"),
            versions=self.get("versions"),
            results=self.results(),
            targets=targets,
            folds=folds,
            groups=groups,
            seconds=self.get("seconds", 0.0),
            finished=self.get("finished", False),
        )

    def _execute(self, statement: str, values: tuple = ()) -> sqlite3.Cursor:
        try:
            return self._db.execute(statement, values)
        except sqlite3.Error as error:
            reason = _reason(error, self.folder)
            raise RunError(f"the run in {self.folder} cannot be read or written: {reason}") from error


def at_work(owner: str, folder: Path) -> str:
    """That somebody is working on a folder, and what to do."""
    return f"{owner} is working on {folder}; wait for it, or name another folder with --out."


def pack(result: Result) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """(JSON-able body, arrays) of a result."""
    said = result.predicted
    body = asdict(replace(result, predicted=None))
    arrays = {name: body.pop(name) for name in _ARRAYS}
    arrays |= {part or "predicted": array for part, array in parts_of(said).items()}
    return body, {name: array for name, array in arrays.items() if array is not None}


def unpack(body: dict[str, Any], arrays: dict[str, np.ndarray]) -> Result:
    """The result that `pack` took apart."""
    arrays = dict(arrays)
    arrays.pop("aside", None)  # what earlier versions raced on
    kept = {name: arrays.pop(name) for name in _ARRAYS if name in arrays}
    if "predicted" in kept:
        arrays[WHOLE] = kept.pop("predicted")
    if arrays:
        kept["predicted"] = answers.unpacked(arrays)
    whole: dict[str, Any] = {**body, **kept, "trial": Trial(**body["trial"])}
    if body.get("importance") is not None:
        whole["importance"] = [tuple(pair) for pair in body["importance"]]
    return Result(**whole)
