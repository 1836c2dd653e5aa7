"""Files and folders that are whole or not there: written beside their place, synced, renamed."""

from __future__ import annotations

import contextlib
import os
import shutil
import unicodedata
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

#: What else a name may hold: the usual signs, and the joiners between letters of some scripts.
_SIGNS = "-_.\u200c\u200d"


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


def write_atomic(path: str | Path, content: str | bytes | Callable[[IO[bytes]], object]) -> Path:
    """Write a file, in place of one that is there; returns its path. content: bytes, text (written as UTF-8),
    or what writes into an open file. The folder is made. Raises OSError; then the old file stays."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = _beside(path)
    try:
        with synced(beside) as file:
            if callable(content):
                content(file)
            else:
                # A name of a file in another encoding comes with what UTF-8 cannot hold.
                text = content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content
                file.write(text)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
    return path


@contextlib.contextmanager
def folder_atomic(path: str | Path, replace: bool = False) -> Iterator[Path]:
    """A new folder to write into, which takes its place when the block has ended well, and is removed when it
    has not. replace: in place of a folder that is there; else that is an OSError. Who writes files that must
    outlast a power cut writes them with `synced` or `write_atomic`."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = _beside(path)
    beside.mkdir()
    try:
        yield beside
        sync_folder(beside)
        if replace and path.exists():  # out of the way in one step
            old = _beside(path)
            os.rename(path, old)
            shutil.rmtree(old, ignore_errors=True)
        os.rename(beside, path)
        sync_folder(path.parent)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


@contextlib.contextmanager
def synced(path: Path) -> Iterator[IO[bytes]]:
    """A new file that is on the disk when the block has ended."""
    with path.open("wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Put the names in a folder on the disk."""
    if os.name == "nt":  # Windows has no handle for a folder
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _beside(path: Path) -> Path:
    """A hidden name in the same folder that nobody else has; short, as names have a longest length."""
    return path.with_name(f".{path.name[:100]}.{uuid.uuid4().hex[:12]}.part")


def sweep(folder: Path) -> None:
    """Remove what killed processes have left half-written in a folder; for who alone writes into it."""
    for left in folder.glob(".*.part"):
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)
