"""The machine that this is: its processor, and how much of it may be used."""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path


def cores() -> int:
    """Cores that this process may use: fewer than there are where it was given only some."""
    import psutil

    process = psutil.Process()
    if hasattr(process, "cpu_affinity"):  # not on macOS, where nothing can take cores away
        return len(process.cpu_affinity())
    return os.cpu_count() or 1


def processor() -> str:
    """The processor's name; Linux keeps it where `platform` does not look."""
    try:
        found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    except OSError:
        found = None
    return found.group(1).strip() if found else platform.processor() or platform.machine()


def load() -> float:
    """Processes that want to compute, on average over the last minute."""
    import psutil

    return psutil.getloadavg()[0]
