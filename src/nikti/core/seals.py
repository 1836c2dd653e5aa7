"""What a stored file was when it was written, to tell later whether it still is.

A seal is JSON: [bytes, time of the last change in ns, BLAKE2b]. A file of the same size and time counts as
unchanged. Where the time differs, or a thorough look is asked for and the file is not large, its content
decides.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

#: Files of at most so many bytes (a tenth of a second) are read by a thorough look: a disk may err without
#: changing a time.
READ_ANYWAY = 64 * 2**20


def of(path: Path) -> list[Any]:
    """The seal of a file as it is now. Raises OSError."""
    facts = path.stat()
    return [facts.st_size, facts.st_mtime_ns, _digest(path)]


def holds(path: Path, seal: Any, thorough: bool = False) -> bool:
    """Whether the file is as it was sealed; False for one that is gone or cannot be read, and for no seal."""
    try:
        size, changed, digest = seal
        facts = path.stat()
        if facts.st_size != size:
            return False
        if facts.st_mtime_ns == changed and not (thorough and size <= READ_ANYWAY):
            return True
        return _digest(path) == digest
    except (OSError, TypeError, ValueError):
        return False


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
