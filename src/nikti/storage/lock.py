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

from nikti.core import timespan
from nikti.core.errors import RunError
from nikti.core.files import seconds_since, write_atomic
from nikti.core.words import Words

#: Who holds a lock and has not yet written so.
_UNKNOWN = Words(en="another process", bn="আরেকটি প্রসেস")
_OWNER = Words(
    en="another process (number {process}, for {age})", bn="আরেকটি প্রসেস (নম্বর {process}, {age} ধরে)"
)
_CANNOT = Words(
    en="{folder} cannot be locked: {reason}. Make the folder writable and room on its disk.",
    bn="{folder} ফোল্ডারটি দখলে নেওয়া যায় না: {reason}। ফোল্ডারে লেখার অনুমতি দিন আর ডিস্কে জায়গা করুন।",
)


@contextmanager
def held(path: Path) -> Iterator[Words | None]:
    """Hold the lock while the block runs. Gives None where it is held now, else who holds it, see `holder`.

    Raises RunError where the folder cannot be written."""
    try:
        database = sqlite3.connect(path.with_suffix(".sqlite"), isolation_level=None, timeout=0)
    except sqlite3.Error as error:
        raise RunError(_cannot(path, error)) from error
    with closing(database):
        try:
            database.execute("begin exclusive")
        except sqlite3.Error as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise RunError(_cannot(path, error)) from error
            yield _owner(path)
            return
        write_atomic(path, str(os.getpid()))
        try:
            yield None
        finally:
            database.execute("rollback")


def holder(path: Path) -> Words | None:
    """Who holds the lock, in words: "another process (number 17, for 3 minutes)"; None where nobody does.
    Writes nothing."""
    place = path.with_suffix(".sqlite")
    if not place.is_file():
        return None
    try:
        with closing(
            sqlite3.connect(f"{place.absolute().as_uri()}?mode=ro", uri=True, timeout=0)
        ) as database:
            database.execute("select count(*) from sqlite_master").fetchone()
    except sqlite3.Error as error:
        return _owner(path) if error.sqlite_errorcode == sqlite3.SQLITE_BUSY else None
    return None


def _cannot(path: Path, error: Exception) -> Words:
    return _CANNOT.format(folder=path.parent, reason=error)


def _owner(path: Path) -> Words:
    """The process that the lock's holder has left its number of, and for how long it has held it."""
    try:
        number, since = path.read_text().strip(), path.stat().st_mtime
    except OSError:
        return _UNKNOWN
    age = timespan.both(max(1.0, seconds_since(since)))
    return _OWNER.format(process=number, age=age) if number.isdigit() else _UNKNOWN
