"""The user's own Python files: run where this user has named them, and never because a folder names them.

Runs and models are handed about, and name the files that they were made with. So a file is run only while its
place and content are those that were named on a command line (or in a call) of this user, which is remembered
in the user's cache, one small file for each: whoever can write there can do so as this user already.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from pathlib import Path

from nikti.core.errors import UsageError
from nikti.core.files import write_atomic
from nikti.core.places import cache_dir

#: What to type where nobody knows better.
HOW = "the command with --features FILE, --network FILE or --contender FILE.py:NAME, whichever it is."

#: {whole path: SHA-256} of what was named in this process, should the cache not take it.
_named: dict[str, str] = {}


def name(path: str | Path) -> str:
    """Let a file be run as it is now; its whole path. To be called for what the user has typed, and for
    nothing that was read. Raises UsageError where it cannot be read."""
    whole = Path(path).resolve()
    digest = hashlib.sha256(_read(whole)).hexdigest()
    _named[str(whole)] = digest
    if _remembered(whole) != digest:
        with contextlib.suppress(
            OSError
        ):  # then this process alone may run it; no worker starts without a cache
            place = write_atomic(_place(whole), json.dumps({"path": str(whole), "sha256": digest}))
            place.chmod(0o600)
    return str(whole)


def source(path: str | Path, how: str = HOW) -> bytes:
    """The file's text, to be run. Raises UsageError unless this user has named it as it is now. how: what to
    type to name it."""
    whole = Path(path).resolve()
    content = _read(whole)
    allowed = _named.get(str(whole)), _remembered(whole)
    if hashlib.sha256(content).hexdigest() in allowed:
        return content
    why = "has changed since you named it" if any(allowed) else "was not named by you"
    raise UsageError(
        f"{whole} is Python code that {why}: it was not run. Read it; if you trust it, type {how}"
    )


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror}. Give the path of a Python file."
        ) from error


def _place(path: Path) -> Path:
    return cache_dir() / "own_code" / f"{hashlib.sha256(os.fsencode(path)).hexdigest()[:32]}.json"


def _remembered(path: Path) -> str | None:
    """The digest that was named before, if it was this user who wrote it down."""
    place = _place(path)
    try:
        facts = place.stat()
        if hasattr(os, "getuid") and (facts.st_uid != os.getuid() or facts.st_mode & 0o022):
            return None  # of a cache that several users share
        kept = json.loads(place.read_text(encoding="utf-8"))
        return str(kept["sha256"]) if kept["path"] == str(path) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
