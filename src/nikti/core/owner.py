"""Whose something half-written is: a mark of a process, and whether that process is still at work.

psutil is imported where it is used.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: The start of a process as told twice differs by less, and its number is not given away again so soon.
_SAME_START = 5

_MARK = re.compile(r"(?P<pid>\d+)-(?P<start>[0-9a-f]+)-(?P<place>[0-9a-f]{8})")


@dataclass(frozen=True)
class Owner:
    """A process. pid: its number; start: when it began, see `_start`, 0 where that cannot be told; place:
    which machine, and which of its containers, gives out the numbers."""

    pid: int
    start: int
    place: str

    @property
    def mark(self) -> str:
        """As letters that every file system takes in a name."""
        return f"{self.pid}-{self.start:x}-{self.place}"

    @property
    def is_here(self) -> bool:
        """Whether its number means anything to this process."""
        return self.place == _place()

    def gone(self) -> bool | None:
        """Whether it has ended; None where that cannot be told, as of another machine."""
        if not self.is_here:
            return None
        import psutil

        try:
            other = psutil.Process(self.pid)
            if other.status() == psutil.STATUS_ZOMBIE:
                return True
            return self.start > 0 and abs(_start(other) - self.start) > _SAME_START
        except psutil.NoSuchProcess:
            return True
        except psutil.Error:  # there, but not ours to look at
            return False


def this() -> Owner:
    """The process that asks."""
    import psutil

    try:
        start = _start(psutil.Process())
    except (psutil.Error, OSError):  # nothing tells it here, and nothing will tell the others
        start = 0
    return Owner(os.getpid(), start, _place())


def _start(process: Any) -> int:
    """When a process began: in hundredths of a second since Linux was started, which no change of the clock
    moves (proc(5), field 22); elsewhere in seconds since 1970."""
    try:
        facts = Path(f"/proc/{process.pid}/stat").read_text()
        return int(facts.rpartition(")")[2].split()[19])
    except (OSError, ValueError, IndexError):
        return int(process.create_time())


def read(mark: str) -> Owner | None:
    """The owner of that mark; None for other text.

    >>> read("17-6a0-0123abcd"), read("a-b-c")
    (Owner(pid=17, start=1696, place='0123abcd'), None)
    """
    found = _MARK.fullmatch(mark)
    return Owner(int(found["pid"]), int(found["start"], 16), found["place"]) if found else None


def _place() -> str:
    """8 hexadecimal digits: containers of one machine number their processes each for itself."""
    try:
        space = os.readlink("/proc/self/ns/pid")
    except OSError:
        space = ""
    return hashlib.sha256(f"{platform.node()} {space}".encode()).hexdigest()[:8]
