"""One process at a time: a lock that the system itself releases when its holder ends, however it ends.

SQLite brings such a lock for every system and file system that it knows
(https://www.sqlite.org/lockingv3.html): an empty database, held by a transaction that is never written.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from nikti.core.errors import RunError
from nikti.core.files import write_atomic


@contextmanager
def held(path: Path) -> Iterator[str | None]:
    """Hold the lock while the block runs. Gives None where it is held now, else the number of the process
    that holds it, which it leaves in the file `path`; "unknown" where it has not written that yet.

    Raises RunError where the folder cannot be written."""
    try:
        database = sqlite3.connect(path.with_suffix(".sqlite"), isolation_level=None, timeout=0)
    except sqlite3.Error as error:
        raise RunError(f"{path.parent} cannot be locked: {error}.") from error
    with closing(database):
        try:
            database.execute("begin exclusive")
        except sqlite3.Error as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise RunError(f"{path.parent} cannot be locked: {error}.") from error
            yield _owner(path)
            return
        write_atomic(path, str(os.getpid()))
        try:
            yield None
        finally:
            database.execute("rollback")


def _owner(path: Path) -> str:
    try:
        return path.read_text().strip() or "unknown"
    except OSError:
        return "unknown"
