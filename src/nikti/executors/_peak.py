"""The memory that a job needs at most, measured by its own process, which did other jobs before."""

from __future__ import annotations

import ctypes
import re
import threading
from pathlib import Path

import psutil

#: Seconds between two looks, where the system does not keep the peak.
_LOOK_EVERY = 0.02


class Peak:
    """While it is entered: before: resident bytes at the start; afterwards bytes: the peak above it.

    Linux keeps a peak that can be set back, Windows one of the whole process, which is the job's where it has
    risen. Elsewhere, and where it has not, a thread looks every 20 ms, and short peaks may be missed.
    """

    def __enter__(self) -> Peak:
        _return_freed()
        self._process = psutil.Process()
        self.before = self._process.memory_info().rss
        self.bytes = 0
        self._most, self._kept_before = self.before, self._kept()
        self._set_back = _set_back()
        self._done = threading.Event()
        self._looking = threading.Thread(target=self._look, daemon=True)
        self._looking.start()
        return self

    def _look(self) -> None:
        while not self._done.wait(_LOOK_EVERY):
            self._most = max(self._most, self._process.memory_info().rss)

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._looking.join()
        kept = self._kept()
        if self._set_back or kept > self._kept_before:
            self._most = max(self._most, kept)
        self.bytes = max(0, self._most - self.before)

    def _kept(self) -> int:
        """The peak that the system keeps, in bytes; 0 where it keeps none."""
        return _of_linux() or getattr(self._process.memory_info(), "peak_wset", 0)


def _return_freed() -> None:
    """Let glibc return what it keeps of freed memory: what a job before has left would hide this one's need.

    Other C libraries return large blocks when they are freed.
    """
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (AttributeError, OSError, TypeError):
        return


def _of_linux() -> int:
    try:
        found = re.search(r"^VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    except OSError:
        return 0
    return int(found.group(1)) * 1024 if found else 0


def _set_back() -> bool:
    """Let Linux count the peak anew; whether it does."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return False
    return True
