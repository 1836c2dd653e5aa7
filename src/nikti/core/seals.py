"""What a stored file was when it was written, to tell later whether it still is.

A seal is JSON: [bytes, time of the last change in ns, BLAKE2b]. A file of the same size and time counts as
unchanged. Where the time differs, or a thorough look is asked for and the file is not large, its content
decides.
"""

from __future__ import annotations

import hashlib
import json
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


def written(facts: dict[str, Any]) -> str:
    """Facts as JSON that tells when it was changed."""
    return json.dumps({"facts": facts, "sum": _sum(facts)}, ensure_ascii=False, indent=1)


def read(path: Path) -> dict[str, Any] | None:
    """The facts in a file that `written` made, or an older version, which wrote them alone; None where there
    are none, or they were changed."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(found, dict):
        return None
    if "facts" not in found and "sum" not in found:
        return found
    facts = found.get("facts")
    return facts if isinstance(facts, dict) and found.get("sum") == _sum(facts) else None


def _sum(facts: dict[str, Any]) -> str:
    text = json.dumps(facts, ensure_ascii=True, sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
