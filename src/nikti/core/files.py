"""Files and folders that are whole or not there: written beside their place, synced, renamed.

What is being written is called `.<name>.<owner>.<8 digits>.part`. Its name says whose it is, so what a killed
process left is known from what another one is writing now (`nikti.core.owner`), and cleared away.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import time
import unicodedata
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from nikti.core import owner
from nikti.core.owner import Owner

#: What is written: bytes, text (as UTF-8), or what writes into an open file.
Content = str | bytes | Callable[[IO[bytes]], object]

#: Half-written things of other machines, which may be at work on them, are left alone for so long.
_STRANGE_SECONDS = 24 * 3600.0

#: A process that has written nothing for so long is not waited for.
_STUCK_SECONDS = 60.0

_PART = re.compile(r"\.(?P<name>.+)\.(?P<mark>\d+-[0-9a-f]+-[0-9a-f]{8})\.[0-9a-f]{8}\.part", re.DOTALL)

#: What else a name may hold: the usual signs, and the joiners between letters of some scripts.
_SIGNS = "-_.\u200c\u200d"

#: Bytes of a name that its parts keep: names have a longest length.
_KEPT = 150


def safe_name(text: str, longest: int) -> str:
    """A text as part of a file name: letters of every script with their signs, digits, "-", "_" and "." stay,
    each other character is "_". longest: bytes, as file systems count; no character is cut in two.

    >>> safe_name("আমার ছবি/1?.png", 60)
    'আমার_ছবি_1_.png'
    """

    def stays(letter: str) -> bool:
        return letter.isalnum() or letter in _SIGNS or unicodedata.category(letter).startswith("M")

    name = "".join(letter if stays(letter) else "_" for letter in text)
    return name.encode()[:longest].decode(errors="ignore")


def write_atomic(path: str | Path, content: Content) -> Path:
    """Write a file, in place of one that is there; returns its path. The folder is made. Raises OSError with
    the path; then the old file stays."""
    with _written(Path(path), content) as beside:
        os.replace(beside, path)
    return Path(path)


def write_new(path: str | Path, content: Content) -> Path:
    """Write a file where there is none; returns its path. The folder is made. Raises FileExistsError where
    something is there by then, else OSError as `write_atomic`."""
    path = Path(path)
    with _written(path, content) as beside:
        try:
            os.link(beside, path)  # unlike a rename it never replaces
        except FileExistsError:
            raise
        except OSError:  # a file system without links
            if path.exists():
                raise FileExistsError(17, "File exists", str(path)) from None
            os.rename(beside, path)
    return path


@contextlib.contextmanager
def _written(path: Path, content: Content) -> Iterator[Path]:
    with file_beside(path) as beside:
        with synced(beside) as file:
            if callable(content):
                content(file)
            else:
                file.write(content.encode() if isinstance(content, str) else content)
        yield beside


@contextlib.contextmanager
def file_beside(path: Path) -> Iterator[Path]:
    """The name of a file beside `path`, to be written and renamed; it is gone when the block has ended. The
    folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sweep(path.parent, path.name)
    beside = _beside(path)
    try:
        yield beside
    finally:
        beside.unlink(missing_ok=True)


@contextlib.contextmanager
def folder_atomic(path: str | Path, replace: bool = False) -> Iterator[Path]:
    """A new folder to write into, which takes its place when the block has ended well, and is removed when it
    has not. replace: in place of a folder that is there; else that is an OSError. Who writes files that must
    outlast a power cut writes them with `synced` or `write_atomic`."""
    path = Path(path)
    with folder_beside(path) as beside:
        yield beside
        sync_folder(beside)
        if replace and path.exists():  # out of the way in one step
            old = _beside(path)
            os.rename(path, old)
            shutil.rmtree(old, ignore_errors=True)
        os.rename(beside, path)
        sync_folder(path.parent)


@contextlib.contextmanager
def folder_beside(path: Path) -> Iterator[Path]:
    """A folder beside `path` to work in, which is gone when the block has ended. While it is there, `writer`
    tells others of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sweep(path.parent, path.name)
    beside = _beside(path)
    beside.mkdir()
    try:
        yield beside
    finally:
        shutil.rmtree(beside, ignore_errors=True)


@contextlib.contextmanager
def synced(path: Path) -> Iterator[IO[bytes]]:
    """A new file that is on the disk when the block has ended. Raises OSError, which names the file."""
    try:
        with path.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        if error.errno is not None and error.filename is None:  # a full disk does not say where
            raise OSError(error.errno, error.strerror, str(path)) from error
        raise


def sync_folder(folder: Path) -> None:
    """Put the names in a folder on the disk."""
    if os.name == "nt":  # Windows has no handle for a folder
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def writer(path: Path) -> tuple[Owner, float] | None:
    """(another process that is writing `path` now, seconds since it began); None where there is none, or it
    has written nothing for long."""
    for part, whose in _parts(path.parent, path.name):
        if whose == owner.this() or whose.gone():
            continue
        with contextlib.suppress(OSError):
            if seconds_since(_last_change(part)) < _STUCK_SECONDS:
                return whose, seconds_since(part.stat().st_ctime)
    return None


def sweep(folder: Path, name: str | None = None) -> None:
    """Remove what processes that have ended left half-written in a folder, of files and folders of that name
    only, if one is given. Nothing else is touched."""
    for part, whose in _parts(folder, name):
        with contextlib.suppress(OSError):
            gone = whose.gone()
            if gone is None:
                gone = seconds_since(_last_change(part)) > _STRANGE_SECONDS
            if gone and part.is_dir():
                shutil.rmtree(part, ignore_errors=True)
            elif gone:
                part.unlink()


def seconds_since(moment: float) -> float:
    """Seconds since a time that a file system has told, which knows the wall clock alone; at least 0."""
    return max(0.0, time.time() - moment)


def _beside(path: Path) -> Path:
    """A hidden name in the same folder that nobody else has."""
    return path.with_name(f".{_short(path.name)}.{owner.this().mark}.{uuid.uuid4().hex[:8]}.part")


def _short(name: str) -> str:
    return os.fsencode(name)[:_KEPT].decode(errors="ignore")


def _parts(folder: Path, name: str | None) -> list[tuple[Path, Owner]]:
    """What is half-written in a folder, and whose it is."""
    found = []
    with contextlib.suppress(OSError):
        for entry in os.scandir(folder):
            match = _PART.fullmatch(entry.name) if entry.name.endswith(".part") else None
            whose = owner.read(match["mark"]) if match else None
            if match and whose and (name is None or match["name"] == _short(name)):
                found.append((folder / entry.name, whose))
    return found


def _last_change(place: Path) -> float:
    """When something in it was last written, in seconds since 1970."""
    inside = place.rglob("*") if place.is_dir() else ()
    return max(one.stat().st_mtime for one in (place, *inside))
