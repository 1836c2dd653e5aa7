"""Which folder a run has: a stopped one of the same kind, or a new one; nobody else works in it meanwhile."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from nikti.core import files
from nikti.core.errors import RunError
from nikti.core.files import safe_name
from nikti.core.places import cache_dir
from nikti.core.words import Words
from nikti.storage import lock
from nikti.storage.store import NOT_MADE, Store, at_work

_FINISHED = Words(en="finished", bn="তা শেষ হয়ে গেছে")
_OTHER = Words(en="of other data or settings", bn="তা অন্য ডেটা বা সেটিংয়ের")
_NOT_TO_RESUME = Words(
    en="{folder} holds a run that is {state}; name another folder with --out.",
    bn="{folder} ফোল্ডারে যে রান আছে {state}; --out দিয়ে অন্য ফোল্ডারের নাম দিন।",
)


@contextmanager
def locked(
    key: dict[str, Any], out: str | Path | None, runs: Path, name: str, made: list[Path]
) -> Iterator[Store]:
    """The run to work on, which nobody else works on meanwhile: an unfinished one of the same data and
    settings, else a new one, whose folder is put into `made`."""
    with ExitStack() as stack:
        store = _unfinished(key, out, runs, stack)
        if store is None:
            folder = Path(out) if out is not None else _made(runs, name)
            if not folder.exists() or out is None:
                made.append(folder)
            try:
                store = stack.enter_context(closing(Store.create(folder)))
                stack.enter_context(store.lock())
            except RunError:  # not ours
                made.clear()
                raise
        yield store


def _made(runs: Path, name: str) -> Path:
    """A new empty folder, which no other process has made too."""
    while True:
        folder = new_folder(runs, name)
        try:
            folder.mkdir(parents=True)
            return folder
        except FileExistsError:
            continue
        except OSError as error:
            raise RunError(NOT_MADE.format(folder=folder, reason=error.strerror)) from error


def clear(folder: Path) -> None:
    """Take away what a killed process has left half-written in a run, in the cache and beside the run."""
    cache = cache_dir()
    for place in (folder.parent, folder, *(folder / name for name in ("models", "first_fold", "work"))):
        files.sweep(place)
    for place in (cache, cache / "data", cache / "unpacked", *(cache / "data").glob("*/features")):
        files.sweep(place)


def new_folder(parent: Path, name: str) -> Path:
    """A folder that does not exist yet: name, time, and a number where two start in one second."""
    safe = safe_name(name.strip("._"), 60).strip("._") or "data"
    base = f"{safe}-{datetime.datetime.now().strftime('%Y%m%d-%H%M%S')}"
    folder, number = parent / base, 1
    while folder.exists():
        number += 1
        folder = parent / f"{base}-{number}"
    return folder


def _unfinished(key: dict[str, Any], out: str | Path | None, runs: Path, stack: ExitStack) -> Store | None:
    """An unfinished run of the same data and settings, locked: in the named folder, or the newest that nobody
    works on. Folders are only looked at, and those that hold no run that can be read are passed over."""
    key = json.loads(json.dumps(key))
    if out is not None:
        if not (Path(out) / "run.sqlite").is_file():
            return None
        _refuse_other(key, Path(out))
        return _opened(Path(out), stack)
    for place in sorted(runs.glob("*/run.sqlite"), key=_written_at, reverse=True):
        with suppress(RunError):
            with closing(Store.look(place.parent)) as store:
                fits = store.get("key") == key and not store.get("finished", False)
            free = lock.holder(place.with_name("lock")) is None
            if fits and free:
                return _opened(place.parent, stack)
    return None


def _opened(folder: Path, stack: ExitStack) -> Store:
    store = stack.enter_context(closing(Store.open(folder)))
    stack.enter_context(store.lock())
    return store


def _refuse_other(key: dict[str, Any], folder: Path) -> None:
    """Raise RunError where the run in a folder is not to be gone on with."""
    owner = lock.holder(folder / "lock")
    if owner is not None:
        raise RunError(at_work(owner, folder))
    with closing(Store.look(folder)) as store:
        same = store.get("key") in (None, key)  # none: it was stopped before it wrote any
        if not same or store.get("finished", False):
            state = _FINISHED if same else _OTHER
            raise RunError(_NOT_TO_RESUME.format(folder=folder, state=state))


def _written_at(place: Path) -> float:
    """When a file was last written; 0 where it has just gone."""
    try:
        return place.stat().st_mtime
    except OSError:
        return 0.0
