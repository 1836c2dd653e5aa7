"""A process must not outlive the one that started it, whatever it is doing when that one is killed."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

#: Where a process is told the number of the one that started it.
PARENT = "NIKTI_PARENT"


def die_with_parent(parent: int) -> None:
    """Ask Linux to kill this process when its parent ends. Elsewhere the end of its stdin must tell it, which
    it hears once it has done its imports."""
    if sys.platform != "linux" or not hasattr(signal, "SIGKILL"):
        return
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # 1 is PR_SET_PDEATHSIG
    if os.getppid() != parent:  # it has ended already
        os._exit(1)
