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
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from nikti import answers
from nikti.core import files, npz, plain
from nikti.core.answers import WHOLE, parts_of
from nikti.core.contender import ContenderSpec
from nikti.core.errors import RunError
from nikti.core.foreign import told
from nikti.core.plan import Plan
from nikti.core.run import Result, Run, Trial
from nikti.core.words import Words
from nikti.storage import lock, run_facts

#: Raised when the layout of the folder changes.
FORMAT = 1

DAMAGED = Words(
    en="the run in {folder} is damaged or was not written by nikti: {reason}. Copy it again from where it "
    "came, or compare again.",
    bn="{folder} ফোল্ডারের তুলনাটি নষ্ট, বা নিক্তির লেখা নয়: {reason}। যেখান থেকে এসেছে সেখান থেকে আবার "
    "কপি করুন, বা আবার তুলনা করুন।",
)
STRANGE = Words(en="run.sqlite holds {name}", bn="run.sqlite ফাইলে {name} আছে")

_STRANGE = """
select name from sqlite_master where tbl_name not in ('meta', 'results') or type not in ('table', 'index')
"""
_ARRAYS = ("rows", "losses", "predicted", "proba")

_NAME = "run.sqlite"

_SCHEMA = (
    "create table if not exists meta (key text primary key, value text not null)",
    "create table if not exists results (key text primary key, contender text not null, fold integer "
    "not null, size integer not null, outcome text not null, body text not null, arrays blob)",
)

#: Names of contenders are names of files in a run: none may lead out of it.
_FILE_NAME = re.compile(r"(?!\.)[^/\\:\0]{1,200}")

_SAID = Words(en="{error}.", bn="{error}।")
_FULL = Words(
    en="{error}. Make room on its disk, then type: nikti resume {folder}",
    bn="{error}। এর ডিস্কে জায়গা করুন, তারপর লিখুন: nikti resume {folder}",
)
_READ_ONLY = Words(
    en="{error}. Make the folder writable, or copy it to one that is.",
    bn="{error}। ফোল্ডারটিতে লেখার অনুমতি দিন, বা এমন কোথাও কপি করুন যেখানে লেখা যায়।",
)
_AT_WORK = Words(
    en="{owner} is working on {folder}; wait for it, or name another folder with --out.",
    bn="{owner} {folder} ফোল্ডারে কাজ করছে; সেটি শেষ হতে দিন, অথবা --out দিয়ে অন্য ফোল্ডারের নাম দিন।",
)
_NOT_OPENED = Words(
    en="the run in {folder} cannot be opened: {reason}",
    bn="{folder} ফোল্ডারের রানটি খোলা যায় না: {reason}",
)
_FILLED = Words(
    en="{folder} is not empty; name another folder with --out, or resume it.",
    bn="{folder} ফোল্ডারটি ফাঁকা নয়; --out দিয়ে অন্য ফোল্ডারের নাম দিন, অথবা রানটি আবার চালু করুন (nikti resume)।",
)
NOT_MADE = Words(
    en="the run folder {folder} cannot be made: {reason}.",
    bn="রানের ফোল্ডার {folder} তৈরি করা যায় না: {reason}।",
)
_NOT_WRITTEN = Words(
    en="the run in {folder} cannot be made: {reason}",
    bn="{folder} ফোল্ডারে রান তৈরি করা যায় না: {reason}",
)
_NO_RUN = Words(
    en="{folder} is no run of nikti: it holds no {name}.",
    bn="{folder} নিক্তির কোনো রান নয়: এতে {name} নেই।",
)
_OTHER_FORMAT = Words(
    en="the run in {folder} has format {found}; this version reads format {format}.",
    bn="{folder} ফোল্ডারের রানটির ফরম্যাট {found}; এই সংস্করণ পড়ে ফরম্যাট {format}।",
)
_NO_PLAN = Words(
    en="the run in {folder} was stopped before its plan was made; start it again.",
    bn="{folder} ফোল্ডারের রানটি পরিকল্পনার আগেই থেমে গিয়েছিল; আবার শুরু করুন।",
)
_STRANGE_NAME = Words(
    en="the run in {folder} names a contender {name!r}, which no run does.",
    bn="{folder} ফোল্ডারের রানে “{name}” নামে এক প্রতিযোগী আছে, কোনো রানে এমন নাম থাকে না।",
)
_NOT_USED = Words(
    en="the run in {folder} cannot be read or written: {reason}",
    bn="{folder} ফোল্ডারের রানটি পড়া বা লেখা যায় না: {reason}",
)


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
        raise RunError(_NOT_OPENED.format(folder=folder, reason=_reason(error, folder))) from error


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
        raise RunError(_NOT_OPENED.format(folder=folder, reason=_SAID.format(error=error))) from error


def _copied(place: Path, log: Path) -> sqlite3.Connection:
    """What a file and its log hold, in memory."""
    memory = sqlite3.connect(":memory:", isolation_level=None)
    with tempfile.TemporaryDirectory(prefix="nikti-look-") as beside:
        for file in (place, log):
            shutil.copyfile(file, Path(beside) / file.name)
        with closing(sqlite3.connect(Path(beside) / place.name)) as copy:
            copy.backup(memory)
    return memory


def _reason(error: Exception, folder: Path) -> Words:
    """What SQLite says, and what to do about a disk that takes nothing more."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL or code == sqlite3.SQLITE_IOERR:
        return _FULL.format(error=error, folder=shlex.quote(str(folder)))
    if code == sqlite3.SQLITE_READONLY:
        return _READ_ONLY.format(error=error)
    return _SAID.format(error=error)


def _npz(arrays: dict[str, Any]) -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def _arrays(blob: bytes) -> dict[str, np.ndarray]:
    return npz.read(io.BytesIO(blob), "run.sqlite")


def _undamaged(folder: Path) -> AbstractContextManager[None]:
    """Around what is made of a run's stored JSON and arrays, which may come from anywhere."""
    return told(RunError, DAMAGED, folder=folder)


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
            raise RunError(_FILLED.format(folder=folder))
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RunError(NOT_MADE.format(folder=folder, reason=error.strerror)) from error
        try:
            with files.file_beside(folder / _NAME) as beside:
                _write_new(beside)
                os.replace(beside, folder / _NAME)
            files.sync_folder(folder)
        except (sqlite3.Error, OSError) as error:
            raise RunError(_NOT_WRITTEN.format(folder=folder, reason=_reason(error, folder))) from error
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
            raise RunError(_NO_RUN.format(folder=folder, name=_NAME))
        store = cls(folder, _to_read(folder))
        try:
            store.refuse_strange()
            found = store.get("format")
            if found != FORMAT:
                raise RunError(_OTHER_FORMAT.format(folder=folder, found=found, format=FORMAT))
        except BaseException:
            store.close()
            raise
        return store

    def refuse_strange(self) -> None:
        """Raise RunError for a file that holds more than the two tables of a run: a view can be endless, and
        a trigger does what nobody asked for."""
        strange = self._execute(_STRANGE).fetchone()
        if strange is not None:
            raise RunError(DAMAGED.format(folder=self.folder, reason=STRANGE.format(name=repr(strange[0]))))

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
            raise RunError(_NO_PLAN.format(folder=self.folder))
        with _undamaged(self.folder):
            settings = self.get("settings") or {}  # plans of earlier versions left the preset to them
            plan = Plan.from_json({"preset": settings.get("preset", ""), **body})
        if strange := [name for name in plan.entries if not _FILE_NAME.fullmatch(name)]:
            raise RunError(_STRANGE_NAME.format(folder=self.folder, name=strange[0]))
        return plan

    def contenders(self) -> dict[str, ContenderSpec]:
        """What the plan's contenders are made from, by name. Raises RunError as `plan`."""
        self.plan()
        with _undamaged(self.folder):
            return {name: plain.read(ContenderSpec, spec) for name, spec in self.get("contenders").items()}

    def put_plan(self, plan: Plan) -> None:
        """Write the plan, or what became of it."""
        self.put("plan", plan.to_json())

    def run(self) -> Run:
        """The whole as plain data. Raises RunError as `plan`."""
        with _undamaged(self.folder):
            split = npz.read(self.folder / "split.npz", "split.npz")
            run = Run(
                folder=self.folder,
                settings=self.get("settings"),
                data=self.get("data"),
                plan=self.plan(),
                machine=self.get("machine"),
                versions=self.get("versions"),
                results=self.results(),
                targets=split.get("targets"),
                folds=split["fold"],
                groups=split.get("groups"),
                seconds=self.get("seconds", 0.0),
                finished=self.get("finished", False),
            )
        if (reason := run_facts.misfit_of(run)) is not None:
            raise RunError(DAMAGED.format(folder=self.folder, reason=reason))
        return run

    def _execute(self, statement: str, values: tuple = ()) -> sqlite3.Cursor:
        try:
            return self._db.execute(statement, values)
        except sqlite3.Error as error:
            reason = _reason(error, self.folder)
            raise RunError(_NOT_USED.format(folder=self.folder, reason=reason)) from error


def at_work(owner: Words, folder: Path) -> Words:
    """That somebody is working on a folder, and what to do."""
    return _AT_WORK.format(owner=owner, folder=folder)


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
